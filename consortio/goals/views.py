"""The goals of a partnership, one goal with all that speaks for and against it, and how its chance was found."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consortio.approvals.wording import parts
from consortio.approvals.words import seats_of
from consortio.circles.reads import CircleRow
from consortio.kpis.attainment import status_words
from consortio.partnerships.crumbs import crumb_of
from consortio.ui.shell import Crumb, stand_in

from . import choosing, looking_back, reads, words
from .claims_table import claims_table
from .figures import chart_of
from .forms import OpinionForm
from .looking import STANDINGS, VIEWS, Listing, Look, look_in, looked
from .models import GoalState
from .pages import chance_page, shown_contributions, verdict
from .rows import GoalRow
from .shown import Shown, baseline_words, next_reading_on, roll_up_words, shown

GLANCE_MAX = 5
NOBODY = UUID(int=0)
ENDED = (GoalState.ACHIEVED, GoalState.MISSED, GoalState.RETIRED)


@require_safe
def goals(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show what the members said they would reach together, and below it what narrower circles want."""
    stand_in(request, partnership_id)
    today, look = localdate(), look_in(request.GET)
    page = reads.board(actor=request.actor, partnership_id=partnership_id, today=today, at=now(), look=look)
    agreed = [row for row in page.rows if row.state == GoalState.AGREED and row.circle_id == page.partnership.joint_id]
    context = {
        "page": page,
        "asked": look,
        "roll_up": roll_up_words(page.joint, agreed) if page.joint else "",
        "views": _views(look),
        "states": _states(),
        "members": [(member.organisation_id.hex, member.name) for member in page.partnership.members],
        "taken_back": _taken_back(request),
        "crumbs": [crumb_of(page.partnership), Crumb(_("Goals"))],
        "turning": _turning(page.listing, look),
        **_listed(page, look, today),
    }
    return render(request, "goals/goals.html", context | {"today": today, "words": words})


@require_safe
def glance(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show the goals that all agreed on in a few rows: a page, of which the partnership's own page takes the list."""
    stand_in(request, partnership_id)
    today = localdate()
    page = reads.all_goals(actor=request.actor, partnership_id=partnership_id, today=today, at=now())
    rows = looked(page.of(GoalState.AGREED), Look(sort="progress"))
    context = {
        "page": page,
        "roll_up": roll_up_words(page.joint, rows),
        "goals": [shown(row, today) for row in rows[:GLANCE_MAX]],
        "total": len(rows),
        "crumbs": [crumb_of(page.partnership), Crumb(_("Goals"), reverse("goals", args=[partnership_id]))],
    }
    return render(request, "goals/glance.html", context | {"today": today})


def _views(look: Look) -> list[tuple[str, str, bool]]:
    names = {"board": _("Board"), "tree": _("Tree"), "list": _("List")}
    return [(said, look.query(view=view), view == look.view) for view, said in names.items()]


def _states() -> list[tuple[str, str]]:
    found = [("agreed", _("agreed")), ("proposed", _("proposed")), ("draft", _("drafts")), ("ended", _("ended"))]
    return found + [(name, status_words(status).lower()) for name, status in STANDINGS.items()]


def _taken_back(request: HttpRequest) -> choosing.Withdrawn | None:
    try:
        goal_id = UUID(request.GET.get("goal", ""))
    except ValueError:
        return None
    return choosing.withdrawn_goal(actor=request.actor, goal_id=goal_id)


def _turning(found: Listing, look: Look) -> dict[str, str]:
    """Return the addresses of the pages before and after; none where there is none."""
    page = (found.first - 1) // VIEWS[look.view] + 1
    return {
        "before": look.query(page=str(page - 1)) if page > 1 else "",
        "after": look.query(page=str(page + 1)) if found.last < found.total else "",
    }


def _listed(page: reads.Board, look: Look, today: date) -> dict[str, Any]:
    drawn = [shown(row, today, with_course=look.view == "board") for row in page.rows]
    if look.view == "tree":
        depths = [min(depth, 12) for depth, _ in page.listing.places]
        tree = [(depth, one, _circle(page, one.row)) for depth, one in zip(depths, drawn, strict=True)]
        return {"tree": tree, "brought": {row.id: shown_contributions(row, page.partnership) for row in page.rows}}
    if look.view == "list":
        return {"listed": [(one, _circle(page, one.row)) for one in drawn]}
    joint = page.partnership.joint_id
    return {
        "agreed": _in(drawn, joint, GoalState.AGREED),
        "proposed": _in(drawn, joint, GoalState.PROPOSED),
        "drafts": _in(drawn, joint, GoalState.DRAFT),
        "ended": _in(drawn, joint, *ENDED),
        "narrower": _by_circle(page, drawn),
    }


def _circle(page: reads.Board, row: GoalRow) -> CircleRow | None:
    """Return the circle of a row that not everybody sees."""
    return page.circles.get(row.circle_id) if row.circle_id != page.partnership.joint_id else None


def _in(drawn: Sequence[Shown], circle_id: UUID, *states: str) -> list[Shown]:
    return [one for one in drawn if one.row.circle_id == circle_id and one.row.state in states]


def _by_circle(page: reads.Board, drawn: Sequence[Shown]) -> list[tuple[CircleRow, list[Shown]]]:
    """Return the circles that are narrower than all members, with what they want to reach; those with nothing are left out."""
    found = [
        (circle, [one for one in drawn if one.row.circle_id == circle.id])
        for circle in page.circles.values()
        if circle.id != page.partnership.joint_id
    ]
    return [(circle, own) for circle, own in found if own]


@require_safe
def goal(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    return goal_shown(request, goal_id)


def goal_shown(
    request: HttpRequest, goal_id: UUID, opinion: OpinionForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    """Show a goal; where something was refused, with what was written."""
    today = localdate()
    page = reads.goal_page(actor=request.actor, goal_id=goal_id, today=today, at=now(), with_beside=True)
    stand_in(request, page.partnership.id)
    row = page.row
    readings = {one.start_on: one for one in page.readings}
    way = reverse("reading", args=[NOBODY]).removesuffix(str(NOBODY))
    hrefs = {start: f"{way}{one.id}" for start, one in readings.items()}
    listed = reverse("goals", args=[page.partnership.id])
    context = {
        "page": page,
        "row": row,
        "goal": shown(row, today),
        "verdict": verdict(row, today),
        "chart": chart_of(row, page.counted, readings, hrefs, today),
        "claims": claims_table(page, hrefs),
        "children": [shown(child, today) for child in page.children],
        "contributions": shown_contributions(row, page.partnership),
        "agreed_seats": seats_of(row.agreed_by) if row.agreed_by else [],
        "baseline": baseline_words(row),
        "next_on": next_reading_on(row.kpi, row.points, today) if row.kpi else None,
        "opinion_form": opinion or OpinionForm(),
        "refused": refused,
        "beside": page.beside,
        "is_ended": row.state in ENDED,
        "crumbs": [crumb_of(page.partnership), Crumb(_("Goals"), listed), Crumb(row.number)],
    }
    return render(request, "goals/goal.html", context | _common(today), status=status)


def _common(today: date) -> dict[str, Any]:
    return {"today": today, "words": words, "parts": parts}


@require_safe
def forecast(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Show how the chance of a goal was found, and how such answers held before."""
    today = localdate()
    page = reads.goal_page(actor=request.actor, goal_id=goal_id, today=today, at=now())
    stand_in(request, page.partnership.id)
    crumbs = [
        crumb_of(page.partnership),
        Crumb(_("Goals"), reverse("goals", args=[page.partnership.id])),
        Crumb(page.row.number, reverse("goal", args=[goal_id])),
        Crumb(_("Forecast")),
    ]
    own = {"page": page, "row": page.row, "goal": shown(page.row, today), "found": chance_page(page.row)}
    return render(request, "goals/forecast.html", own | {"crumbs": crumbs} | _common(today))


@require_safe
def history(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Show the versions of a goal and what happened to it: a page, of which the goal's own page takes both."""
    page = looking_back.past_page(actor=request.actor, goal_id=goal_id)
    stand_in(request, page.partnership.id)
    crumbs = [
        crumb_of(page.partnership),
        Crumb(_("Goals"), reverse("goals", args=[page.partnership.id])),
        Crumb(page.number, reverse("goal", args=[goal_id])),
        Crumb(_("History")),
    ]
    return render(request, "goals/history.html", {"page": page, "crumbs": crumbs} | _common(localdate()))
