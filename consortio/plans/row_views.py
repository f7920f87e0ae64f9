"""Working on many items: a pasted list, chosen rows, what happened this week, what was withdrawn, two baselines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import SimpleNamespace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio.access import NotPermitted, Permission, Refused, Stale
from consortio.circles.reads import CircleRow, circles_in
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, choosing, comparing, week, words
from .address import id_of, number_of
from .entering import Hours, Line, NotUnderstood, amount_words, minutes_of, share_of
from .gantt import slip_words
from .heads import PlanHead
from .item_forms import LinesForm, RowsForm
from .saving import act_on_rows
from .telling import tell, tell_moves
from .views import common_context, time_of

WHOSE = ("mine", "ours", "all")


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Add items, one a line; or first look at what the lines are understood as."""
    head = choosing.plan_head(actor=request.actor, plan_id=plan_id)
    circles = _circles(request, head)
    if not circles:
        raise NotPermitted
    form = LinesForm(head.day_minutes, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _lines(request, head, circles, form)
    if not form.is_valid():
        return _lines(request, head, circles, form, status=422)
    found = form.cleaned_data["lines"]
    begin_at = _not_before(head)
    if request.POST.get("do") == "look":
        return _lines(request, head, circles, form, understood=understood(found))
    try:
        made, moves = actions.add_items(
            actor=request.actor,
            plan_id=plan_id,
            circle_id=form.cleaned_data["circle_id"] or circles[0].id,
            parent_id=form.cleaned_data["parent_id"],
            after_id=form.cleaned_data["after_id"],
            items=[_new(line, kind, head.day_minutes, begin_at) for line, kind in understood(found)],
            at=now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _lines(request, head, circles, form, status=409)
    said = found[0].name if len(made) == 1 else _("%(n)d items") % {"n": len(made)}
    tell_moves(request, _("Added: %(what)s.") % {"what": said}, moves)
    return redirect(own_address(request.POST.get("back", ""), reverse("plan_table", args=[plan_id])))


@require_POST
def dates(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Let dates that are out of date be computed after all; show how far that is."""
    head = choosing.plan_head(actor=request.actor, plan_id=plan_id)
    circle_id = id_of(request.POST.get("circle_id", "")) or head.circle.id
    job_id = actions.ask_for_dates(actor=request.actor, plan_id=plan_id, circle_id=circle_id, at=now())
    if job_id:
        return redirect("job", job_id=job_id)
    tell(request, _("The dates are up to date."))
    return redirect("plan", plan_id=plan_id)


def understood(found: list[Line]) -> list[tuple[Line, str]]:
    """Return each line with the kind of item that it makes: what holds others is a phase."""
    pairs = zip(found, [*found[1:], None], strict=True)
    return [(one, "phase" if after and after.depth > one.depth else "task") for one, after in pairs]


def _not_before(head: PlanHead) -> datetime | None:
    """
    Return when new work begins at the earliest in a plan that is under way: the data date, or today where there is none.

    Without links it would begin with the plan, months ago, and be late at once.
    """
    today = time_of(head.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begin_at = head.data_at or today
    return begin_at if head.start_at and head.start_at < begin_at else None


def _new(line: Line, kind: str, day_minutes: int, begin_at: datetime | None) -> actions.NewLine:
    """Return the item; a task of which nothing was said takes a day, as in other planning tools."""
    usual = 0 if kind == "phase" else day_minutes
    minutes = usual if line.minutes is None else line.minutes
    held = {"constraint": "snet", "constraint_at": begin_at} if begin_at and kind != "phase" else {}
    return actions.NewLine(name=line.name, kind=kind, depth=line.depth, duration_minutes=minutes, **held)


def _circles(request: HttpRequest, head: PlanHead) -> list[CircleRow]:
    """Return where items of a plan may be made: its own circle, and narrower ones."""
    mine = circles_in(actor=request.actor, partnership_id=head.partnership_id)
    narrower = choosing.circles_within(actor=request.actor, circle_id=head.circle.id)
    found = [one for one in mine if one.id in narrower and Permission.PLAN_EDIT in one.granted]
    return sorted(found, key=lambda one: one.id != head.circle.id)


def _lines(
    request: HttpRequest,
    head: PlanHead,
    circles: list[CircleRow],
    form: LinesForm,
    status: int = 200,
    understood: list[tuple[Line, str]] | None = None,
) -> HttpResponse:
    stand_in(request, head.partnership_id)
    crumbs = [Crumb(head.name, reverse("plan", args=[head.id])), Crumb(_("Add items"))]
    into = id_of(request.GET.get("parent_id", ""))
    context = {
        "head": head,
        "form": form,
        "crumbs": crumbs,
        "circles": [one.audience for one in circles],
        "circle_id": form.data.get("circle_id", "") or circles[0].id,
        "parents": choosing.parents_of(actor=request.actor, plan_id=head.id, circle_id=head.circle.id, also=into),
        "parent_id": form.data.get("parent_id", "") or str(into or ""),
        "written": form.data.get("lines", ""),
        "understood": understood,
        "amount_words": amount_words,
        "words": words,
    }
    return render(request, "plans/lines.html", context, status=status)


@require_POST
def rows(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Move, link, unlink or withdraw the chosen rows."""
    if not _circles(request, choosing.plan_head(actor=request.actor, plan_id=plan_id)):
        raise NotPermitted(Permission.PLAN_EDIT)
    form = RowsForm(request.POST)
    back = own_address(request.POST.get("back", ""), reverse("plan_table", args=[plan_id]))
    if not form.is_valid():
        tell(request, " ".join(text for texts in form.errors.values() for text in texts))
        return redirect(back)
    try:
        do = form.cleaned_data["do"]
        saved = act_on_rows(actor=request.actor, plan_id=plan_id, do=do, rows=form.rows, at=now())
    except Stale:
        tell(request, _("Somebody changed one of these rows meanwhile; nothing was done. Look again and repeat it."))
    except Refused as refusal:
        tell(request, str(refusal))
    else:
        tell_moves(request, _done(do, len(form.rows), saved.links), *saved.moves)
    return redirect(back)


def _done(do: str, count: int, links: int) -> str:
    if do == "withdraw":
        return ngettext("One item withdrawn.", "%(n)d items withdrawn.", count) % {"n": count}
    if do == "link":
        return _("Linked in this order.")
    if do == "unlink":
        return ngettext("One link removed.", "%(n)d links removed.", links) % {"n": links}
    return ngettext("Moved.", "%(n)d items moved to another place.", count) % {"n": count}


@require_safe
def withdrawn(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what was taken out of a plan and can be brought back."""
    before = number_of(request.GET.get("before", "")) or 0
    page = choosing.withdrawn_page(actor=request.actor, plan_id=plan_id, before=before)
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, reverse("plan", args=[plan_id])), Crumb(_("Withdrawn"))]
    context = {"page": page, "crumbs": crumbs} | _paging(before, len(page.items), page.total, "?")
    return render(request, "plans/withdrawn.html", common_context(request, page.head) | context)


def _paging(before: int, shown: int, total: int, query: str, most: int = 50) -> dict[str, str]:
    earlier = f"{query}before={max(before - most, 0)}" if before else ""
    return {"earlier": earlier, "later": f"{query}before={before + shown}" if before + shown < total else ""}


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of the week's form holds, as words."""

    percent: str
    began: str
    left: str
    ended: str


@require_http_methods(["GET", "HEAD", "POST"])
def week_page(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say of many items at once how far they are."""
    page = _week(request, plan_id)
    stands = {one.row.id: _stands(one, page.head) for one in page.rows}
    if request.method != "POST":
        return _shown_week(request, page, stands)
    written = {pk: _written(request, pk, said) for pk, said in stands.items()}
    reports, faults = _reports(request, page, stands, written)
    data_on, fault = _day(request.POST.get("data_on", ""))
    faults += [("", _("Progress is known up to: %(says)s") % {"says": fault})] if fault else []
    if faults:
        return _shown_week(request, page, written, faults=faults, status=422)
    told = {"reports": reports, "data_at": _data_at(page, data_on), "may_go_back": bool(request.POST.get("data_back"))}
    try:
        moves = actions.report_progress(actor=request.actor, plan_id=plan_id, at=now(), **told)
    except actions.StaleRows as stale:
        return _shown_week(request, _week(request, plan_id), written, stale=stale.item_ids, status=409)
    except Refused as refusal:
        back_to = data_on if isinstance(refusal, actions.DateGoesBack) else None
        return _shown_week(request, page, written, faults=[("", str(refusal))], back_to=back_to, status=409)
    tell_moves(request, _("Saved."), moves)
    return redirect(f"{reverse('plan_week', args=[plan_id])}?whose={page.whose}")


def _week(request: HttpRequest, plan_id: UUID) -> week.WeekPage:
    whose = request.GET.get("whose", "mine")
    asked = {"whose": whose if whose in WHOSE else "mine", "before": number_of(request.GET.get("before", "")) or 0}
    zone = choosing.plan_head(actor=request.actor, plan_id=plan_id).zone
    return week.week_page(actor=request.actor, plan_id=plan_id, at=time_of(zone), **asked)


def _stands(one: week.WeekRow, head: PlanHead) -> Said:
    row = one.row
    began, ended = (at.date().isoformat() if at else "" for at in (row.actual_start_at, row.actual_finish_at))
    return Said(str(row.percent), began, amount_words(one.remaining_minutes, head.day_minutes), ended)


def _written(request: HttpRequest, pk: UUID, stands: Said) -> Said:
    sent = {name: request.POST.get(f"{name}-{pk.hex}") for name in ("percent", "began", "left", "ended")}
    return replace(stands, **{name: text.strip()[:40] for name, text in sent.items() if text is not None})


def _reports(
    request: HttpRequest, page: week.WeekPage, stands: Mapping[UUID, Said], written: Mapping[UUID, Said]
) -> tuple[list[actions.Report], list[tuple[str, str]]]:
    """Return what was said of the rows that it was said of, and what could not be understood, by number."""
    reports, faults = [], []
    for one in page.rows:
        row, said = one.row, written[one.row.id]
        if said == stands[row.id]:
            continue
        version = request.POST.get(f"version-{row.id.hex}", "")
        try:
            progress = _progress(one, said, page.head, page.hours)
        except NotUnderstood as fault:
            faults.append((row.number, str(fault)))
            continue
        reports.append(actions.Report(row.id, int(version) if version.isdecimal() else 0, progress))
    return reports, faults


def _progress(one: week.WeekRow, said: Said, head: PlanHead, hours: Hours) -> actions.Progress:
    row = one.row
    days = {name: _day(text) for name, text in (("began", said.began), ("ended", said.ended))}
    if fault := next((fault for _value, fault in days.values() if fault), ""):
        raise NotUnderstood(fault)
    began = _instant(days["began"][0], row.actual_start_at, hours, is_end=False)
    ended = _instant(days["ended"][0], row.actual_finish_at, hours, is_end=True)
    if began and ended and ended < began:
        raise NotUnderstood(_("It cannot end before it began."))
    return actions.Progress(
        percent=share_of(said.percent or "0"),
        remaining_minutes=minutes_of(said.left, head.day_minutes) if said.left else None,
        actual_start_at=began,
        actual_finish_at=ended,
    )


def _instant(day: date | None, kept: datetime | None, hours: Hours, *, is_end: bool) -> datetime | None:
    return None if day is None else hours.at(day, is_end=is_end, before=kept)


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None, _("Write a day that exists, as in 2031-05-06.")
    return (found, "") if 1970 <= found.year <= 2200 else (None, _("Write a day between 1970 and 2200."))


def _data_at(page: week.WeekPage, day: date | None) -> datetime | None:
    """Return the data date that was said, if it is another than the plan's; only who may change the plan says it."""
    kept = page.head.data_at
    if day is None or not page.may_set_date or (kept and kept.date() == day):
        return None
    return page.hours.at(day, is_end=True, before=kept)


def _shown_week(
    request: HttpRequest,
    page: week.WeekPage,
    said: Mapping[UUID, Said],
    *,
    faults: list[tuple[str, str]] | None = None,
    stale: tuple[UUID, ...] = (),
    back_to: date | None = None,
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    shown = [
        SimpleNamespace(row=one.row, said=said.get(one.row.id) or _stands(one, page.head), is_stale=one.row.id in stale)
        for one in page.rows
    ]
    data_on = request.POST.get("data_on") or (page.head.data_at.date().isoformat() if page.head.data_at else "")
    crumbs = [Crumb(page.head.name, reverse("plan", args=[page.head.id])), Crumb(_("This week"))]
    context = {
        "page": page,
        "rows": shown,
        "faults": faults or [],
        "stale": stale,
        "data_on": data_on,
        "back_to": back_to,
        "crumbs": crumbs,
    }
    context |= _paging(page.before, len(shown), page.total, f"?whose={page.whose}&", week.ROWS_MAX)
    return render(request, "plans/week.html", common_context(request, page.head) | context, status=status)


@require_safe
def compare(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what differs between two baselines, or between one and today."""
    asked = {name: id_of(request.GET.get(name, "")) for name in ("first", "second")}
    before = number_of(request.GET.get("before", "")) or 0
    page = comparing.compare_baselines(
        actor=request.actor, plan_id=plan_id, first_id=asked["first"], second_id=asked["second"], before=before
    )
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, reverse("plan", args=[plan_id])), Crumb(_("Baselines compared"))]
    chosen = f"?first={asked['first'] or ''}&second={asked['second'] or ''}&"
    names = [(str(one.id), one.name) for one in page.baselines]
    context = {"page": page, "crumbs": crumbs, "names": names, "slip_words": slip_words}
    context |= _paging(before, len(page.rows), page.total, chosen, comparing.ROWS_MAX)
    return render(request, "plans/compare.html", common_context(request, page.head) | context)
