"""How long items may take, many in one form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from consortio.access import Invalid, NotPermitted, Permission
from consortio.ui.shell import Crumb, stand_in

from . import estimates
from .address import number_of
from .entering import NotUnderstood, amount_words, minutes_of
from .estimates import ROWS_MAX, Said
from .heads import PlanHead
from .telling import tell
from .views import common_context

WHOSE = ("mine", "ours", "all")
THREE = ("low", "likely", "high")


@dataclass(frozen=True, slots=True)
class Written:
    """What a row of the form of estimates holds, as words."""

    low: str
    likely: str
    high: str


@require_http_methods(["GET", "HEAD", "POST"])
def estimates_page(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say of many items at once how long they may take."""
    page = _page(request, plan_id)
    stands = {one.row.id: _stands(one, page.head) for one in page.rows}
    if request.method != "POST":
        return _estimates(request, page, stands)
    if not page.may_write:
        raise NotPermitted(Permission.PROGRESS_UPDATE)
    written = {pk: _sent(request, pk, said) for pk, said in stands.items()}
    said, faults = _said(request, page, stands, written)
    if faults:
        return _estimates(request, page, written, faults=faults, status=422)
    try:
        count = estimates.estimate_items(actor=request.actor, plan_id=plan_id, said=said, at=now())
    except estimates.StaleEstimates as stale:
        return _estimates(request, _page(request, plan_id), written, stale=stale.item_ids, status=409)
    except Invalid as refusal:
        return _estimates(request, page, written, faults=[("", str(refusal))], status=422)
    tell(
        request,
        ngettext("One estimate is kept.", "%(n)s estimates are kept.", count) % {"n": count}
        if count
        else _("Nothing was changed."),
    )
    return redirect(f"{reverse('estimates', args=[plan_id])}?whose={page.whose}&before={page.before}")


def _page(request: HttpRequest, plan_id: UUID) -> estimates.EstimatesPage:
    whose = request.GET.get("whose", "all")
    asked = {"whose": whose if whose in WHOSE else "all", "before": number_of(request.GET.get("before", "")) or 0}
    return estimates.estimates_page(actor=request.actor, plan_id=plan_id, **asked)


def _stands(one: estimates.EstimateRow, head: PlanHead) -> Written:
    return Written(*(amount_words(amount, head.day_minutes) for amount in (one.low, one.likely, one.high)))


def _sent(request: HttpRequest, pk: UUID, stands: Written) -> Written:
    sent = {name: request.POST.get(f"{name}-{pk.hex}") for name in THREE}
    return replace(stands, **{name: text.strip()[:40] for name, text in sent.items() if text is not None})


def _said(
    request: HttpRequest,
    page: estimates.EstimatesPage,
    stands: Mapping[UUID, Written],
    written: Mapping[UUID, Written],
) -> tuple[list[Said], list[tuple[str, str]]]:
    """Return what was said of the rows that it was said of, and what could not be understood, by number."""
    said, faults = [], []
    for one in page.rows:
        row, words = one.row, written[one.row.id]
        if words == stands[row.id]:
            continue
        try:
            three = [
                minutes_of(getattr(words, name), page.head.day_minutes) if getattr(words, name) else None
                for name in THREE
            ]
        except NotUnderstood as fault:
            faults.append((row.number, str(fault)))
            continue
        version = request.POST.get(f"version-{row.id.hex}", "")
        seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
        said.append(Said(row.id, seen, *three))
    return said, faults


def _estimates(
    request: HttpRequest,
    page: estimates.EstimatesPage,
    said: Mapping[UUID, Written],
    *,
    faults: list[tuple[str, str]] | None = None,
    stale: tuple[UUID, ...] = (),
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    rows = [
        SimpleNamespace(
            row=one.row,
            version=one.version,
            said=said.get(one.row.id) or _stands(one, page.head),
            stands=_stands(one, page.head),
            is_stale=one.row.id in stale,
            house=[amount_words(amount, page.head.day_minutes) for amount in one.house] if one.house else [],
            planned=amount_words(one.row.duration_minutes, page.head.day_minutes),
        )
        for one in page.rows
    ]
    crumbs = [
        Crumb(page.head.name, reverse("plan", args=[page.head.id])),
        Crumb(_("Estimates")),
    ]
    query, shown_to = f"?whose={page.whose}&", page.before + len(rows)
    context = {
        "page": page,
        "rows": rows,
        "faults": faults or [],
        "stale": stale,
        "crumbs": crumbs,
        "earlier": f"{query}before={max(page.before - ROWS_MAX, 0)}" if page.before else "",
        "later": f"{query}before={shown_to}" if rows and shown_to < page.total else "",
    }
    return render(request, "plans/estimates.html", common_context(request, page.head) | context, status=status)
