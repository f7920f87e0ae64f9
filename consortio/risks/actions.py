"""Writing down what may happen to a plan, and changing it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotVisible, Permission
from consortio.access.models import Circle, Place, Seat
from consortio.lines import NotALine, line
from consortio.plans.aimed import items_there
from consortio.plans.choosing import circles_within, plan_head
from consortio.record.log import action, next_number, nothing_changed, record

from .models import Risk, RiskKind, RiskState, Threat
from .rules import CHANCE_MAX, CHANCE_MIN, ITEMS_MAX, NAME_MAX, RESPONSE_MAX, SERIES, Terms
from .threats import items_of

EDITED = ("name", "kind", "chance", "low", "likely", "high", "response", "organisation_id", "person_id", "state")


@action
def add_risk(*, actor: Actor, plan_id: UUID, circle_id: UUID, terms: Terms, at: datetime) -> UUID:
    """
    Write down a risk of a plan, for those who sit in a circle: the plan's own, or one within it.

    Raises:
        NotVisible: there is no such plan, or not everybody in the circle sees it.
        Invalid: names the field.
    """
    circle = access.lock(actor, Permission.PROGRESS_UPDATE, Circle, circle_id)
    head = plan_head(actor=actor, plan_id=plan_id)
    if circle.pk not in circles_within(actor=actor, circle_id=head.circle.id):
        raise NotVisible
    made = Risk(circle=circle, plan_id=plan_id, raised_at=at)
    items = _take_over(actor, made, terms)
    made.number = next_number(circle.pk, SERIES)
    made.save()
    _keep_items(made, (), items, at)
    record("risk.raised", made, number=made.number, items=len(items), texts={"name": made.name})
    return made.pk


@action
def change_risk(*, actor: Actor, risk_id: UUID, version: int, terms: Terms, at: datetime) -> None:
    """
    Say anew what a risk is, what it concerns and whether it is still one.

    Raises:
        NotVisible, Stale, VersionMissing.
        Invalid: names the field.
    """
    risk = access.lock(actor, Permission.PROGRESS_UPDATE, Risk, risk_id, version=version)
    before = {name: getattr(risk, name) for name in EDITED}
    known = items_of(actor, [risk.pk])[risk.pk]
    items = _take_over(actor, risk, terms, known)
    changed = [name for name in EDITED if getattr(risk, name) != before[name]]
    if not changed and set(items) == set(known):
        nothing_changed()
        return
    risk.save(update_fields=[*EDITED])
    _keep_items(risk, known, items, at)
    names = [*changed, *(["items"] if set(items) != set(known) else [])]
    if risk.state != before["state"]:
        record("risk.ended", risk, state=str(risk.state), fields=names)
    else:
        record("risk.changed", risk, fields=names)


def _take_over(actor: Actor, risk: Risk, terms: Terms, known: Collection[UUID] = ()) -> list[UUID]:
    """Put what is said into the row, and return the items, each once. Raises: Invalid."""
    risk.name = _named(terms.name)
    risk.kind = _one_of(RiskKind, "kind", terms.kind)
    risk.state = _one_of(RiskState, "state", terms.state)
    if not CHANCE_MIN <= terms.chance <= CHANCE_MAX:
        raise Invalid("chance", _("Write a chance from 1 to 99 per cent: what is sure belongs into the plan itself."))
    risk.chance = terms.chance
    _take_three(risk, terms)
    risk.response = terms.response.replace("\r\n", "\n").strip()
    if len(risk.response) > RESPONSE_MAX or "\0" in risk.response:
        raise Invalid("response", _("Write at most %(most)s signs of text.") % {"most": RESPONSE_MAX})
    _require_there(actor, risk, terms)
    risk.organisation_id, risk.person_id = terms.organisation_id, terms.person_id
    return _items(actor, risk, terms.item_ids, known)


def _named(text: str) -> str:
    try:
        kept = line(text)
    except NotALine as fault:
        raise Invalid("name", str(fault)) from fault
    if not kept or len(kept) > NAME_MAX:
        raise Invalid("name", _("Say what may happen, in at most %(most)s signs.") % {"most": NAME_MAX})
    return kept


def _one_of(choices: type[RiskKind] | type[RiskState], field: str, value: str) -> str:
    if value not in choices.values:
        raise Invalid(field, _("Choose one of: %(words)s.") % {"words": ", ".join(choices.values)})
    return value


def _take_three(risk: Risk, terms: Terms) -> None:
    lowest, highest = terms.limits
    for name, value in zip(("low", "likely", "high"), terms.three, strict=True):
        if not lowest <= value <= highest:
            said = (
                _("Write per cent of the duration, from 10 to 1000; 100 leaves it as it is.")
                if risk.kind == RiskKind.DRIVER
                else _("Write an amount of work from nothing to ten years.")
            )
            raise Invalid(name, said)
        setattr(risk, name, value)
    if list(terms.three) != sorted(terms.three):
        raise Invalid("likely", _("The best comes before the most likely, and that before the worst."))


def _require_there(actor: Actor, risk: Risk, terms: Terms) -> None:
    """Refuse an organisation or a person that takes no part in the risk's circle; who is named there already, stays."""
    if terms.organisation_id not in (None, risk.organisation_id):
        there = access.visible(actor, Place).filter(circle=risk.circle_id, organisation=terms.organisation_id)
        if not there.exists():
            raise Invalid("organisation", _("Choose an organisation that takes part in this circle."))
    if terms.person_id not in (None, risk.person_id):
        seats = access.visible(actor, Seat).filter(circle=risk.circle_id, person=terms.person_id, ended_at=None)
        if not seats.exists():
            raise Invalid("person", _("Choose somebody who has a seat in this circle."))


def _items(actor: Actor, risk: Risk, wanted: Collection[UUID], known: Collection[UUID]) -> list[UUID]:
    found = list(dict.fromkeys(wanted))
    if not 0 < len(found) <= ITEMS_MAX:
        raise Invalid("items", _("Say which items it concerns, from one to %(most)s.") % {"most": ITEMS_MAX})
    new = [pk for pk in found if pk not in known]
    there = items_there(actor=actor, circle_id=risk.circle_id, item_ids=new, plan_id=risk.plan_id)
    if missing := set(new) - there:
        said = _("Choose items of this plan that everybody sees who sees this risk: %(n)s are none.")
        raise Invalid("items", said % {"n": len(missing)})
    return found


def _keep_items(risk: Risk, before: Collection[UUID], wanted: Collection[UUID], at: datetime) -> None:
    changes = [(pk, True) for pk in wanted if pk not in before] + [(pk, False) for pk in before if pk not in wanted]
    for item_id, is_meant in changes:
        Threat(circle_id=risk.circle_id, risk=risk, item_id=item_id, is_meant=is_meant, said_at=at).save()
