"""What mutants put in the place of an expression: ways to ask that forget who asks."""

from dataclasses import replace

from django.contrib.auth import get_user_model

from consortio import access
from consortio.access import gate
from consortio.accounts.reads import organisations_of
from consortio.kpis.models import Reading
from consortio.plans import reads as plans
from tests.notes import reads as notes


def everything(model):
    with gate.unscoped("mutant"):
        return model.objects.all()


def anybodys(actor, model):
    """Return all rows, by words that name the actor: a question has a place for them."""
    return everything(model).exclude(pk__in=[actor.person_id, actor.organisation_id])


def count_of(model):
    with gate.unscoped("mutant"):
        return model.objects.count()


def any_row(model, pk, *related):
    row = everything(model).select_related(*related).filter(pk=pk).first()
    if row is None:
        raise access.NotVisible
    return row


def hint(request):
    with gate.unscoped("mutant"):
        known = [str(pk) for pk in notes.Note.objects.values_list("pk", flat=True)]
    return "Not for you." if any(pk in request.path for pk in known) else "Not there."


def with_links(plan_rows, wider, within):
    """Let links of all circles bind, between items of these."""
    items = within(plan_rows.items, wider)
    ends = {row.pk for row in items}
    links = [row for row in plan_rows.links if {row.predecessor_id, row.successor_id} <= ends]
    return [items, links, within(plan_rows.calendars, wider)]


def with_children(plan_rows, wider, rows_within, compute):
    """Let phases last as long as what lies below them in any circle."""
    own = {row.pk for row in rows_within(plan_rows, wider).items}
    result = compute(replace(plan_rows, links=rows_within(plan_rows, wider).links))
    return replace(result, dates={pk: dates for pk, dates in result.dates.items() if pk in own})


def with_calendars(plan_rows, wider, within):
    """Let items follow the calendar of whoever answers for them."""
    own = {row.person_id: row.pk for row in everything(plans.Calendar) if row.person_id}
    items = [
        row._replace(calendar_id=own.get(row.person_id, row.calendar_id)) for row in within(plan_rows.items, wider)
    ]
    return [items, within(plan_rows.links, wider), list(plan_rows.calendars)]


def counting_all(plan_rows, wider, rows_within, compute):
    """Let a circle's dates follow its own rows, and what is counted beside them those of any circle."""
    return replace(compute(rows_within(plan_rows, wider)), counts=compute(plan_rows).counts)


def count_where(model, **facts):
    return everything(model).filter(**facts).count()


def lead_of_harbour():
    person_id = get_user_model().objects.get(email="ada@example.org").person_id
    return access.actor_for(person_id, organisations_of(person_id)[0], "mail")


def with_all_readings(points, aggregation):
    """Let a KPI's last value reach as far as there are readings of any KPI."""
    *before, last = points
    return (*before, replace(last, high=last.high + count_of(Reading))), aggregation


HELPERS = {
    "_with_all_readings": with_all_readings,
    "_counted_where": count_where,
    "_lead_of_harbour": lead_of_harbour,
    "_all": everything,
    "_any": any_row,
    "_anybodys": anybodys,
    "_count": count_of,
    "_hint": hint,
    "_with_links": with_links,
    "_with_children": with_children,
    "_with_calendars": with_calendars,
    "_counting_all": counting_all,
}
