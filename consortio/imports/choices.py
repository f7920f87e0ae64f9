"""What a person says in the preview: the same checks for pages and API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from consortio.zones import known_zones

from .reads import Answerer, DraftPage


class BadChoice(ValueError):
    """Something was chosen that is not offered; `field` names where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Said:
    name: str = ""  # of the plan
    zone: str = "UTC"
    who: Mapping[str, str] = field(default_factory=dict)  # name in the file: value of an Answerer, "" for nobody
    ticks: Iterable[str] | None = None  # keys of lines; None: those that are ticked beforehand
    seen: Iterable[str] = ()  # codes of the findings that were read


def choices_of(draft: DraftPage, said: Said, among: tuple[Answerer, ...]) -> dict[str, Any]:
    """
    Return the choices to be kept with the draft.

    Raises:
        BadChoice: a zone, a name, somebody who answers or a line is none of those offered, or a finding was not read.
    """
    _require_seen(draft, set(said.seen))
    lines = {line["key"]: line["ticked"] for line in (draft.summary.get("difference") or {}).get("lines", [])}
    ticks = {key for key, ticked in lines.items() if ticked} if said.ticks is None else set(said.ticks)
    if not ticks <= {*lines, *_fields(draft)}:
        raise BadChoice("ticks", _("Tick lines of those shown."))
    return {
        "name": said.name,
        "zone": zone_of(said.zone),
        "who": _who(draft, said.who, {one.value for one in among}),
        "plan_version": draft.summary.get("plan_version"),
        "shown": sorted(lines),
        "ticks": sorted(ticks),
    }


def _fields(draft: DraftPage) -> set[str]:
    lines = (draft.summary.get("difference") or {}).get("lines", [])
    return {field["key"] for line in lines for field in line["fields"]}


def _require_seen(draft: DraftPage, seen: set[str]) -> None:
    groups = draft.summary.get("findings", [])
    if any(group["severity"] != "info" and group["code"] not in seen for group in groups):
        raise BadChoice("seen", _("Tick the findings that you have read."))


def _who(draft: DraftPage, who: Mapping[str, str], values: set[str]) -> dict[str, str]:
    names = {name for name, _count in draft.summary.get("names", [])}
    for name, value in who.items():
        if name not in names:
            raise BadChoice("who", _("Name somebody who is in the file."))
        if value and value not in values:
            raise BadChoice("who", _("Choose for “%(name)s” one of those offered.") % {"name": name})
    return dict(who)


def zone_of(zone: str) -> str:
    if zone and zone not in known_zones():
        raise BadChoice("zone", _("Write the zone as in “Europe/Berlin”."))
    return zone or "UTC"
