"""The preview as its form shows it: what was sent last, else what was chosen before, else what is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from .choices import Said
from .reads import DraftPage, likely_us
from .summary import offers_of
from .words import KpiLine, dates_of, kpi_lines, role_words


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    at: int
    name: str
    ref: str
    role: str
    email: str


@dataclass(frozen=True, slots=True)
class ActivityPart:
    at: int
    title: str
    identifier: str
    description: str
    dates: Sequence[tuple[str, date]]
    organisations: tuple[OrganisationLine, ...]
    organisations_left: int
    kpis: tuple[KpiLine, ...]
    kpis_left: int
    before: tuple[str, ...]  # partnerships that were made of it already
    made: str  # the partnership that was made of it just now
    name: str
    us: int | None
    is_ticked: bool
    ticks: frozenset[str]  # of its KPIs, as `summary.offers_of` names them


def parts_of(page: DraftPage, sent: QueryDict | None) -> tuple[ActivityPart, ...]:
    return tuple(_part(page, one, sent) for one in page.activities)


def _part(page: DraftPage, activity: dict[str, Any], sent: QueryDict | None) -> ActivityPart:
    at = activity["at"]
    before = page.before.get(activity["identifier"], ())
    said = _sent(activity, sent) if sent is not None else _proposed(page, activity, bool(before))
    return ActivityPart(
        at=at,
        title=activity["title"] or activity["identifier"],
        identifier=activity["identifier"],
        description=activity["description"],
        dates=dates_of(activity),
        organisations=tuple(
            OrganisationLine(place, one["name"], one["ref"], role_words(one["role"]), said.emails.get(place, ""))
            for place, one in enumerate(activity["organisations"])
        ),
        organisations_left=activity["organisations_left"],
        kpis=kpi_lines(activity),
        kpis_left=activity["kpis_left"],
        before=before,
        made=page.made.get(str(at), ""),
        name=said.name,
        us=said.us,
        is_ticked=said.is_ticked,
        ticks=frozenset(offers_of(activity) - set(said.without)),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    is_ticked: bool
    name: str
    us: int | None
    without: Sequence[str]
    emails: Mapping[int, str]


def _proposed(page: DraftPage, activity: dict[str, Any], is_known: bool) -> _Shown:
    """Return what was chosen before; at first, the only activity of a file is ticked, unless it was brought in before."""
    chosen = next((one for one in page.choices.get("activities", ()) if one["at"] == activity["at"]), None)
    if chosen is None:
        is_only = len(page.activities) == 1 and not page.choices and not is_known
        return _Shown(is_only, activity["name"], likely_us(activity, page.us), (), {})
    names = [one["name"] for one in activity["organisations"]]
    emails = {names.index(name): email for name, email in chosen["invited"] if name in names}
    return _Shown(True, chosen["name"], chosen["us"], chosen["without"], emails)


def _sent(activity: dict[str, Any], sent: QueryDict) -> _Shown:
    at = activity["at"]
    ticks = set(sent.getlist("tick"))
    without = sorted(name for name in offers_of(activity) if f"{at}.{name}" not in ticks)
    emails = {
        place: email.strip()
        for place in range(len(activity["organisations"]))
        if (email := sent.get(f"email-{at}-{place}", "")).strip()
    }
    us = sent.get(f"us-{at}", "")
    return _Shown(
        is_ticked=str(at) in ticks,
        name=sent.get(f"name-{at}", ""),
        us=int(us) if us.isascii() and us.isdigit() and len(us) < 5 else None,
        without=without,
        emails=emails,
    )


def said_in(page: DraftPage, sent: QueryDict) -> list[Said]:
    """Return what a form says of the activities that it ticks."""
    found = []
    for activity in page.activities:
        shown = _sent(activity, sent)
        if shown.is_ticked and str(activity["at"]) not in page.made:
            found.append(Said(activity["at"], shown.name, shown.us, shown.without, shown.emails))
    return found
