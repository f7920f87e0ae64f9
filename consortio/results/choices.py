"""What a person says in the preview: the same checks for pages and API."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from consortio.imports.choices import BadChoice
from consortio.invitations.actions import IN_AN_HOUR_MAX
from consortio.lines import NotALine, line

from .reads import DraftPage
from .summary import NAME_MAX, offers_of


@dataclass(frozen=True, slots=True)
class Said:
    """
    One activity that is to become a partnership.

    Attributes:
        at: its place among the activities shown.
        us: the place of our organisation among those that it names; None for none of them.
        without: what is left out of it, as `summary.offers_of` names it.
        emails: addresses by the places of the organisations that are invited.
        into: the partnership of the same activity that takes its readings; None for a new one.
    """

    at: int
    name: str = ""
    us: int | None = None
    without: Collection[str] = ()
    emails: Mapping[int, str] = field(default_factory=dict)
    into: UUID | None = None


def choices_of(draft: DraftPage, letters: str, said: Sequence[Said]) -> dict[str, Any]:
    """
    Return the choices to be kept with the file.

    Raises:
        BadChoice: nothing is chosen, or something that is not offered, or a name or address is none; `field` says where.
    """
    if not said:
        raise BadChoice("activities", _("Tick at least one activity."))
    shown = {one["at"]: one for one in draft.activities}
    taken = {name.casefold() for name in draft.names_taken}
    chosen: list[dict[str, Any]] = []
    for place, one in enumerate(said):
        where = f"activities/{place}"
        if one.at not in shown or one.at in {each["at"] for each in chosen} or str(one.at) in draft.made:
            raise BadChoice(where, _("Choose activities of those shown, each once."))
        own: dict[str, Any] = {"at": one.at, "us": _us(where, one.us, shown[one.at])}
        own |= {"without": _without(where, one.without, shown[one.at])}
        if one.into:
            chosen.append(own | {"name": "", "invited": [], "into": _into(where, one.into, draft, shown[one.at])})
            continue
        name = _name(where, one.name or shown[one.at]["name"], taken)
        taken.add(name.casefold())
        chosen.append(own | {"name": name, "invited": _invited(where, one, shown[one.at])})
    if sum(len(one["invited"]) for one in chosen) > IN_AN_HOUR_MAX:
        raise BadChoice("activities", _("At most %(most)s are invited at once.") % {"most": IN_AN_HOUR_MAX})
    return {"letters": letters, "activities": chosen}


def _name(where: str, name: str, taken: Collection[str]) -> str:
    try:
        kept = line(name)
    except NotALine as refusal:
        raise BadChoice(f"{where}/name", str(refusal)) from None
    if not 0 < len(kept) <= NAME_MAX:
        raise BadChoice(f"{where}/name", _("A partnership's name has 1 to %(most)s signs.") % {"most": NAME_MAX})
    if kept.casefold() in taken:
        words = _("You take part in a partnership called %(name)s already; give this one another name.")
        raise BadChoice(f"{where}/name", words % {"name": kept})
    return kept


def _into(where: str, into: UUID, draft: DraftPage, activity: Mapping[str, Any]) -> str:
    if into not in dict(draft.before.get(activity["identifier"], ())):
        raise BadChoice(f"{where}/into", _("Choose a partnership that was made of this activity."))
    return str(into)


def _us(where: str, us: int | None, activity: Mapping[str, Any]) -> int | None:
    if us is not None and not 0 <= us < len(activity["organisations"]):
        raise BadChoice(f"{where}/us", _("Choose one of the organisations shown, or none."))
    return us


def _without(where: str, without: Collection[str], activity: dict[str, Any]) -> list[str]:
    if not set(without) <= offers_of(activity):
        raise BadChoice(f"{where}/without", _("Leave out only what is shown."))
    return sorted(set(without))


def _invited(where: str, said: Said, activity: Mapping[str, Any]) -> list[list[str]]:
    found = []
    for place, email in sorted(said.emails.items()):
        if not email.strip():
            continue
        if place == said.us or not 0 <= place < len(activity["organisations"]):
            raise BadChoice(f"{where}/emails", _("Invite others of those shown, and not yourselves."))
        name = activity["organisations"][place]["name"]
        try:
            validate_email(email.strip())
        except ValidationError:
            words = _("Write for %(name)s an address as name@example.org.")
            raise BadChoice(f"{where}/emails", words % {"name": name}) from None
        if not name:
            raise BadChoice(f"{where}/emails", _("An organisation without a name cannot be invited from here."))
        found.append([name[:NAME_MAX].strip(), email.strip()])
    return found
