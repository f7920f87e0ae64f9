"""Saying what is measured, claiming readings, and what others say to them. Settling a contested one: see `settling`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, Permission, Refused
from consortio.access.models import Circle, Place
from consortio.approvals.actions import propose
from consortio.record.log import action, next_number, nothing_changed, record

from .claims import Claim, Word, carried_over, standing
from .course import keep_course
from .entering import checked_claims
from .models import Kpi, Reading, ReadingState, Stance
from .settling import READING
from .terms import KpiTerms, checked_terms, terms_of

SERIES = "K"
HEADLINES_MAX = 7


class Computed(Refused):
    """A KPI with a formula has no readings of its own."""


class Retired(Refused):
    """A KPI that is watched no more takes no readings."""


class Settled(Refused):
    """What the members decided is changed by another decision only."""


class OwnReading(Refused):
    """Nobody confirms or contests what their own organisation claims."""


class ReasonMissing(Invalid):
    """Whoever contests says why."""


class WhichGoes(Refused):
    """An eighth headline stands only where one of the others goes, or where all are kept knowingly."""


@action
def define_kpi(
    *,
    actor: Actor,
    circle_id: UUID,
    terms: KpiTerms,
    at: datetime,
    instead_of: UUID | None = None,
    keeps_all: bool = False,
    external_id: str = "",
    imported_id: UUID | None = None,
) -> UUID:
    """
    Begin to watch a measure, for the people of a circle.

    Args:
        instead_of: the headline that goes for this one, where there are seven; `keeps_all` keeps every one, knowingly.
        external_id: what it is called in the file of the import that it came with.

    Raises:
        Invalid: a field, by name, and what was expected.
        WhichGoes.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    if terms.is_headline:
        _make_room(actor, circle.pk, instead_of, keeps_all)
    kpi = Kpi(circle=circle, number=next_number(circle.pk, SERIES), **checked_terms(actor, circle.pk, terms, None))
    kpi.external_id, kpi.imported_id = external_id, imported_id
    kpi.save()
    record("kpi.defined", kpi, number=kpi.number, texts={"name": kpi.name})
    return kpi.pk


def _make_room(actor: Actor, circle_id: UUID, instead_of: UUID | None, keeps_all: bool) -> None:
    headlines = access.visible(actor, Kpi).filter(circle=circle_id, is_headline=True, retired_at=None)
    if instead_of is not None:
        gone = headlines.filter(pk=instead_of).first()
        if gone is None:
            raise Invalid("instead_of", _("Choose one of the headlines that everybody here sees."))
        gone.is_headline = False
        gone.save(update_fields=["is_headline"])
        record("kpi.changed", gone, changes={"is_headline": (True, False)})
    elif not keeps_all and (count := headlines.count()) >= HEADLINES_MAX:
        words = _("%(count)s KPIs stand first already, and nobody watches more at once. Which one goes?")
        raise WhichGoes(words % {"count": count})


@action
def change_kpi(
    *,
    actor: Actor,
    kpi_id: UUID,
    version: int | None,
    changes: Mapping[str, Any],
    at: datetime,
    instead_of: UUID | None = None,
    keeps_all: bool = False,
) -> None:
    """
    Put other values in some fields of a KPI; what is left out stands. `instead_of` and `keeps_all` as in `define_kpi`.

    Raises:
        Invalid: a field, by name, and what was expected.
        WhichGoes.
    """
    kpi = access.lock(actor, Permission.PLAN_EDIT, Kpi, kpi_id, version=version)
    if changes.get("is_headline") and not kpi.is_headline:
        _make_room(actor, kpi.circle_id, instead_of, keeps_all)
    wanted = checked_terms(actor, kpi.circle_id, terms_of(kpi, changes), kpi)
    before = {name: getattr(kpi, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if not changed:
        return nothing_changed()
    for name, value in changed.items():
        setattr(kpi, name, value)
    kpi.save(update_fields=list(changed))
    told = {name: (_plain(before[name]), _plain(value)) for name, value in changed.items()}
    record("kpi.changed", kpi, changes=told)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


@action
def retire_kpi(*, actor: Actor, kpi_id: UUID, version: int | None, at: datetime) -> None:
    """Watch a measure no more; its readings stay to be read."""
    kpi = access.lock(actor, Permission.PLAN_EDIT, Kpi, kpi_id, version=version)
    if kpi.retired_at:
        return nothing_changed()
    kpi.retired_at, kpi.is_headline = at, False
    kpi.save(update_fields=["retired_at", "is_headline"])
    record("kpi.retired", kpi)


@action
def watch_again(*, actor: Actor, kpi_id: UUID, version: int | None, at: datetime) -> None:
    """Watch a retired measure anew."""
    kpi = access.lock(actor, Permission.PLAN_EDIT, Kpi, kpi_id, version=version)
    if kpi.retired_at is None:
        return nothing_changed()
    kpi.retired_at = None
    kpi.save(update_fields=["retired_at"])
    record("kpi.watched", kpi)


@dataclass(slots=True)
class Entered:
    """What became of claims: how many readings are new, correct one's own, agree or disagree with another's."""

    new: int = 0
    corrected: int = 0
    confirmed: int = 0
    contested: int = 0
    same: int = 0  # as it stood already


@action
def claim_readings(
    *, actor: Actor, kpi_id: UUID, claims: Sequence[Claim], at: datetime, imported_id: UUID | None = None
) -> Entered:
    """
    Say for one's organisation what a KPI was in some periods, all or nothing.

    Where the period has a reading of one's own, another figure corrects it, and the old one stays to be read. Where it has
    one of another organisation, the same figure confirms it and another one contests it.

    Raises:
        Computed, Retired, Settled.
        Invalid: a claim, by its place, and what was expected.
    """
    kpi = access.lock(actor, Permission.PROGRESS_UPDATE, Kpi, kpi_id, version=access.ANY)
    if kpi.formula:
        raise Computed(_("%(kpi)s is computed from others, so nobody enters readings of it.") % {"kpi": kpi.name})
    if kpi.retired_at:
        raise Retired(_("%(kpi)s is watched no more, so it takes no readings.") % {"kpi": kpi.name})
    wanted = checked_claims(kpi, claims, at)
    entering = _Entering(actor, kpi, at, imported_id)
    for claim in wanted:
        entering.take(claim)
    entering.finish()
    return entering.done


@action
def take_stance(
    *,
    actor: Actor,
    reading_id: UUID,
    version: int | None,
    is_confirming: bool,
    at: datetime,
    value: Decimal | None = None,
    reason: str = "",
) -> str:
    """
    Confirm or contest another organisation's reading; the newest word of an organisation holds. Returns the state.

    Args:
        value: of one that contests, what it is by one's own figures, if one has any.

    Raises:
        OwnReading, Settled, ReasonMissing.
    """
    reading = access.lock(actor, Permission.PROGRESS_UPDATE, Reading, reading_id, version=version)
    _require_open(reading)
    if reading.organisation_id == actor.organisation_id:
        raise OwnReading(_("Your own organisation claims this; another one confirms or contests it."))
    if not is_confirming and not reason.strip():
        raise ReasonMissing("reason", _("Why: whoever contests a reading says why."))
    kpi = access.get(actor, Kpi, reading.kpi_id)
    entering = _Entering(actor, kpi, at, None)
    differs = value if not is_confirming and value != reading.value else None
    entering.say(reading, is_confirming, differs, reason.strip())
    entering.finish()
    return str(reading.state)


@action
def propose_value(
    *,
    actor: Actor,
    reading_id: UUID,
    version: int | None,
    value: Decimal,
    days: int,
    at: datetime,
    reason: str = "",
) -> UUID:
    """Put to all members which figure of a contested reading holds. Returns the proposal's id."""
    reading = access.lock(actor, Permission.PLAN_EDIT, Reading, reading_id, version=version)
    _require_open(reading)
    if reading.state != ReadingState.CONTESTED:
        raise Settled(_("Nobody contests this reading, so there is nothing to decide."))
    content = {"value": format(value, "f")}
    own = {"circle_id": reading.circle_id, "kind": READING, "content": content, "subject_id": reading.pk}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


def _require_open(reading: Reading) -> None:
    if reading.state == ReadingState.RESOLVED:
        raise Settled(_("The members have decided what this reading is; another decision may change it."))
    if reading.state == ReadingState.CORRECTED:
        raise Settled(_("This reading was corrected meanwhile: look at the one in its place."))


class _Entering:
    """Claims of one organisation on the readings of one KPI, within an action."""

    def __init__(self, actor: Actor, kpi: Kpi, at: datetime, imported_id: UUID | None) -> None:
        assert actor.organisation_id and actor.person_id
        self.actor, self.kpi, self.at, self.imported_id, self.done = actor, kpi, at, imported_id, Entered()
        self.told: list[date] = []
        self.is_alone = access.visible(actor, Place).filter(circle=kpi.circle_id).count() == 1
        holding = access.visible(actor, Reading).filter(kpi=kpi).exclude(state=ReadingState.CORRECTED)
        self.holding = {reading.start_on: reading for reading in holding}
        self.words = self._newest_words()

    def _newest_words(self) -> dict[UUID, dict[UUID, Word]]:
        found: dict[UUID, dict[UUID, Word]] = {}
        said = access.visible(self.actor, Stance).filter(reading__kpi=self.kpi).order_by("taken_at", "pk")
        for row in said.values_list("reading_id", "organisation_id", "is_confirming", "value"):
            found.setdefault(row[0], {})[row[1]] = Word(*row[1:])
        return found

    def take(self, claim: Claim) -> None:
        held = self.holding.get(claim.start_on)
        if held is None:
            self._claim(claim, None)
        elif held.state == ReadingState.RESOLVED and held.low != claim.value:
            said = {"day": claim.start_on.isoformat()}
            raise Settled(_("The members have decided what the reading from %(day)s is.") % said)
        elif held.organisation_id != self.actor.organisation_id:
            self._answer(held, claim)
        elif held.value != claim.value and held.state != ReadingState.RESOLVED:
            self._claim(claim, held)
        else:
            self.done.same += 1

    def _claim(self, claim: Claim, before: Reading | None) -> None:
        own = {name: getattr(claim, name) for name in ("start_on", "end_on", "value", "as_of", "source", "note")}
        made = Reading(circle_id=self.kpi.circle_id, kpi=self.kpi, claimed_at=self.at, **own)
        made.organisation_id, made.person_id = self.actor.organisation_id, self.actor.person_id
        made.imported_id, made.replaces = self.imported_id, before
        held: list[Word] = []
        if before:
            held = carried_over(claim.value, list(self.words.get(before.pk, {}).values()))
            before.state = ReadingState.CORRECTED
            before.save(update_fields=["state"])
        self._stand(made, held)
        made.save()
        self._carry(made, held)
        self.holding[claim.start_on] = made
        self.told.append(claim.start_on)
        if before:
            self.done.corrected += 1
        else:
            self.done.new += 1

    def _carry(self, reading: Reading, words: Iterable[Word]) -> None:
        """Keep on a correction what others had claimed before: that they confirm it follows from their own figure."""
        for word in words:
            said = access.visible(self.actor, Stance).filter(
                reading=reading.replaces, organisation=word.organisation_id
            )
            newest = said.order_by("-taken_at", "-pk").first()
            assert newest is not None
            own = {"organisation_id": word.organisation_id, "person_id": newest.person_id, "taken_at": self.at}
            Stance(circle_id=reading.circle_id, reading=reading, is_confirming=True, **own).save()

    def _answer(self, held: Reading, claim: Claim) -> None:
        word = self.words.get(held.pk, {}).get(self.actor.organisation_id)  # type: ignore[arg-type]
        is_same = claim.value == held.value
        if word and (word.is_confirming if is_same else word.value == claim.value):
            self.done.same += 1
            return
        self.say(held, is_same, None if is_same else claim.value, "" if is_same else claim.note)

    def say(self, reading: Reading, is_confirming: bool, value: Decimal | None, reason: str) -> None:
        organisation_id = self.actor.organisation_id
        own = {"organisation_id": organisation_id, "person_id": self.actor.person_id, "taken_at": self.at}
        stance = Stance(circle_id=reading.circle_id, reading=reading, is_confirming=is_confirming, **own)
        stance.value, stance.reason = value, reason
        stance.save()
        words = self.words.setdefault(reading.pk, {})
        words[organisation_id] = Word(organisation_id, is_confirming, value)  # type: ignore[arg-type, index]
        self._stand(reading, words.values())
        reading.save(update_fields=["state", "low", "high"])
        event = "reading.confirmed" if is_confirming else "reading.contested"
        record(event, reading, kpi=str(self.kpi.pk), start=reading.start_on.isoformat(), texts={"reason": reason})
        if is_confirming:
            self.done.confirmed += 1
        else:
            self.done.contested += 1

    def _stand(self, reading: Reading, words: Iterable[Word]) -> None:
        now = standing(reading.value, words, is_alone=self.is_alone)
        reading.state, reading.low, reading.high = now.state, now.low, now.high

    def finish(self) -> None:
        done = self.done
        if self.told:
            facts = {"new": done.new, "corrected": done.corrected}
            facts |= {"first": min(self.told).isoformat(), "last": max(self.told).isoformat()}  # type: ignore[dict-item]
            record("kpi.read", self.kpi, **facts)
        if done.new + done.corrected + done.confirmed + done.contested:
            keep_course(self.actor, self.kpi)
        else:
            nothing_changed()
