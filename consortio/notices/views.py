from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consortio.record.words import TOPICS
from consortio.ui.formats import as_date
from consortio.ui.shell import Crumb, stand_in

from .activity import ActivityPage, activity_page

NUMBER_MAX = 2**53


@require_safe
def activity(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """Show what happened in a circle, by day; what is asked for stands in the address."""
    asked = {
        "about": request.GET.get("about", "") if request.GET.get("about") in TOPICS else "",
        "person_id": _id(request.GET.get("person", "")),
        "organisation_id": _id(request.GET.get("organisation", "")),
    }
    page = activity_page(
        actor=request.actor, circle_id=circle_id, before=_number(request.GET.get("before", "")), **asked
    )
    stand_in(request, page.partnership.id)
    context = {
        "page": page,
        "asked": asked,
        "topics": list(TOPICS.items()),
        "days": [(day, list(lines)) for day, lines in groupby(page.lines, lambda line: as_date(line.at))],
        "today": localdate(),
        "circle": _circle(page),
        "query": _query(request),
        "crumbs": [Crumb(_("Activity"))],
    }
    return render(request, "notices/activity.html", context)


def _circle(page: ActivityPage) -> Any:
    """Return the circle as pages name it; in an organisation's own house, one stands for both that are in-house."""
    return next((circle for circle in page.circles if circle.id == page.circle_id), page.circles[0])


def _query(request: HttpRequest) -> str:
    """Return what is asked for without the place in the list, to be followed by that."""
    asked = request.GET.copy()
    asked.pop("before", None)
    return asked.urlencode() + "&" if asked else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return min(int(text), NUMBER_MAX) if text.isascii() and text.isdecimal() and len(text) < 20 else None
