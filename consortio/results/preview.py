"""The preview as its form shows it: what was sent last, else what was chosen before, else what is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from consortio.access import Actor

from .choices import Said
from .reads import DraftPage, likely_us
from .summary import offers_of
from .updating import Update, known_in, update_of
from .words import KpiLine, dates_of, kpi_lines, role_words

UPDATES_MAX = 5


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
    before: tuple[str, ...]  # names of the other partnerships that were made of it already
    updates: tuple[Update, ...]  # those that its readings can go into
    made: str  # the partnership that was made of it just now
    name: str
    us: int | None
    into: str  # the partnership that its readings go into, "" for a new one
    is_ticked: bool
    ticks: frozenset[str]  # of its KPIs, as `summary.offers_of` names them


def parts_of(actor: Actor, page: DraftPage, sent: QueryDict | None) -> tuple[ActivityPart, ...]:
    rows = {row.id: row for row in page.mine}
    before = {pk for own in page.before.values() for pk, _ in own[:UPDATES_MAX]}
    known = known_in(actor=actor, joint_ids=[rows[pk].joint_id for pk in before if pk in rows])
    parts = []
    for activity in page.activities:
        made = [rows[pk] for pk, _ in page.before.get(activity["identifier"], ())[:UPDATES_MAX] if pk in rows]
        found = (update_of(activity, here, known, actor.organisation_id) for here in made)
        parts.append(_part(page, activity, tuple(one for one in found if one), sent))
    return tuple(parts)


def _part(
    page: DraftPage, activity: dict[str, Any], updates: tuple[Update, ...], sent: QueryDict | None
) -> ActivityPart:
    at = activity["at"]
    before = page.before.get(activity["identifier"], ())
    said = _sent(activity, sent) if sent is not None else _proposed(page, activity, updates)
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
        before=tuple(name for pk, name in before if pk not in {one.partnership.id for one in updates}),
        updates=updates,
        made=page.made.get(str(at), ""),
        name=said.name,
        us=said.us,
        into=said.into,
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
    into: str


def _proposed(page: DraftPage, activity: dict[str, Any], updates: Sequence[Update]) -> _Shown:
    """
    Return what was chosen before. At first the only activity of a file is ticked, and one that a partnership was made of
    goes into that.
    """
    chosen = next((one for one in page.choices.get("activities", ()) if one["at"] == activity["at"]), None)
    if chosen is None:
        is_only = len(page.activities) == 1 and not page.choices
        into = str(updates[-1].partnership.id) if updates else ""
        is_known = bool(page.before.get(activity["identifier"]))
        ticked = is_only and (bool(into) or not is_known)
        return _Shown(ticked, activity["name"], likely_us(activity, page.us), (), {}, into)
    names = [one["name"] for one in activity["organisations"]]
    emails = {names.index(name): email for name, email in chosen["invited"] if name in names}
    return _Shown(True, chosen["name"], chosen["us"], chosen["without"], emails, chosen.get("into", ""))


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
        into=sent.get(f"into-{at}", ""),
    )


def said_in(page: DraftPage, sent: QueryDict) -> list[Said]:
    """Return what a form says of the activities that it ticks."""
    found = []
    for activity in page.activities:
        shown = _sent(activity, sent)
        if shown.is_ticked and str(activity["at"]) not in page.made:
            into = _partnership(shown.into)
            found.append(Said(activity["at"], shown.name, shown.us, shown.without, shown.emails, into))
    return found


def _partnership(sent: str) -> UUID | None:
    """Return what stands in a form; what is no id is none of those offered."""
    try:
        return UUID(sent) if sent else None
    except ValueError:
        return UUID(int=0)
