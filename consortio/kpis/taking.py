"""Taking claims of one organisation on readings, within an action: what each becomes, and keeping all of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Refused
from consortio.access.models import Place
from consortio.record.log import nothing_changed, record

from .claims import Becoming, Claim, Word, becoming, carried_over, standing
from .course import keep_courses
from .models import Kpi, Reading, ReadingState, Stance
from .words import period_words

AT_ONCE = 500  # rows in one statement
SINGLY_MAX = 5  # words on readings of one KPI, each told by itself; more are told as one


class Settled(Refused):
    """What the members decided is changed by another decision only."""


class SaidByOneself(Refused):
    """Nobody confirms, under another hat, what they claimed themselves."""


@dataclass(slots=True)
class Entered:
    """What became of claims: how many readings are new, correct one's own, agree or disagree with another's."""

    new: int = 0
    corrected: int = 0
    confirmed: int = 0
    contested: int = 0
    same: int = 0  # as it stood already

    @property
    def changes(self) -> int:
        return self.new + self.corrected + self.confirmed + self.contested


def words_on(actor: Actor, reading_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Stance]]:
    """Return the newest word of each organisation on readings."""
    found: dict[UUID, dict[UUID, Stance]] = defaultdict(dict)
    for stance in access.visible(actor, Stance).filter(reading__in=reading_ids).order_by("taken_at", "pk"):
        found[stance.reading_id][stance.organisation_id] = stance
    return found


class Entering:
    """
    Claims of one organisation on readings of some KPIs.

    Args:
        imports: by circle, what the readings came in with.
        days: on which the periods begin that are spoken of.
    """

    def __init__(
        self,
        actor: Actor,
        kpis: Sequence[Kpi],
        at: datetime,
        imports: Mapping[UUID, UUID] | UUID | None = None,
        *,
        days: Collection[date],
    ) -> None:
        assert actor.organisation_id and actor.person_id
        self.actor, self.at, self.imports = actor, at, imports
        self.kpis = {kpi.pk: kpi for kpi in kpis}
        self.done = {kpi.pk: Entered() for kpi in kpis}
        self._alone = _alone(actor, {kpi.circle_id for kpi in kpis})
        self._holding = {(row.kpi_id, row.start_on): row for row in self._read(days)}
        held = [row.pk for row in self._holding.values()]
        self._stances = words_on(actor, held)
        self._new: list[Reading] = []
        self._corrected: list[Reading] = []
        self._answered: dict[UUID, Reading] = {}
        self._said: list[Stance] = []

    def _read(self, days: Collection[date]) -> Iterable[Reading]:
        found = access.visible(self.actor, Reading).filter(kpi__in=self.kpis).exclude(state=ReadingState.CORRECTED)
        return found.filter(start_on__gte=min(days), start_on__lte=max(days))

    def held(self, kpi_id: UUID, start_on: date) -> Reading:
        return self._holding[kpi_id, start_on]

    def _words(self, reading: Reading) -> list[Word]:
        return [_word(stance) for stance in self._stances.get(reading.pk, {}).values()]

    def take(self, kpi_id: UUID, claim: Claim) -> None:
        held, done = self._holding.get((kpi_id, claim.start_on)), self.done[kpi_id]
        assert self.actor.organisation_id
        becomes = becoming(claim.value, held, self._words(held) if held else (), self.actor.organisation_id)
        if becomes in (Becoming.NEW, Becoming.CORRECTS):
            self._claim(kpi_id, claim, held)
        elif becomes == Becoming.SETTLED:
            kpi = self.kpis[kpi_id]
            said = {"kpi": kpi.name, "period": period_words(kpi, claim.start_on)}
            raise Settled(_("The members have decided what %(kpi)s was in %(period)s.") % said)
        elif held and becomes in (Becoming.CONFIRMS, Becoming.CONTESTS):
            is_same = becomes == Becoming.CONFIRMS
            self.say(held, is_same, None if is_same else claim.value, "" if is_same else claim.note)
        else:
            done.same += 1

    def _claim(self, kpi_id: UUID, claim: Claim, before: Reading | None) -> None:
        kpi = self.kpis[kpi_id]
        own: dict[str, Any] = {
            name: getattr(claim, name) for name in ("start_on", "end_on", "value", "as_of", "source", "note")
        }
        made = Reading(circle_id=kpi.circle_id, kpi=kpi, claimed_at=self.at, replaces=before, **own)
        made.organisation_id, made.person_id = self.actor.organisation_id, self.actor.person_id
        made.imported_id = self.imports.get(kpi.circle_id) if isinstance(self.imports, Mapping) else self.imports
        held: list[Word] = []
        if before:
            held = carried_over(claim.value, self._words(before))
            before.state = ReadingState.CORRECTED
            self._corrected.append(before)
            self.done[kpi_id].corrected += 1
        else:
            self.done[kpi_id].new += 1
        self._carry(made, before, held)
        self._stand(made)
        self._new.append(made)
        self._holding[kpi_id, claim.start_on] = made

    def _carry(self, reading: Reading, before: Reading | None, words: Iterable[Word]) -> None:
        """Keep on a correction what others had claimed before: that they confirm it follows from their own figure."""
        for word in words:
            assert before is not None
            newest = self._stances[before.pk][word.organisation_id]
            if newest.person_id == reading.person_id:
                continue  # their figure under another hat: somebody else has to say that it is so
            self._keep(reading, word.organisation_id, newest.person_id, is_confirming=True)

    def _keep(self, reading: Reading, organisation_id: UUID, person_id: UUID, **said: Any) -> None:
        own = {"organisation_id": organisation_id, "person_id": person_id, "taken_at": self.at}
        stance = Stance(circle_id=reading.circle_id, reading=reading, **own, **said)
        self._said.append(stance)
        self._stances[reading.pk][organisation_id] = stance

    def say(self, reading: Reading, is_confirming: bool, value: Decimal | None, reason: str) -> None:
        organisation_id, person_id = self.actor.organisation_id, self.actor.person_id
        assert organisation_id and person_id
        if is_confirming and reading.person_id == person_id:
            words = _("You claimed this yourself for the other organisation; somebody else of yours has to confirm it.")
            raise SaidByOneself(words)
        self._keep(reading, organisation_id, person_id, is_confirming=is_confirming, value=value, reason=reason)
        self._stand(reading)
        self._answered[reading.pk] = reading
        if is_confirming:
            self.done[reading.kpi_id].confirmed += 1
        else:
            self.done[reading.kpi_id].contested += 1

    def _stand(self, reading: Reading) -> None:
        now = standing(reading.value, self._words(reading), is_alone=reading.circle_id in self._alone)
        reading.state, reading.low, reading.high = now.state, now.low, now.high

    def finish(self) -> None:
        changed = [kpi for pk, kpi in self.kpis.items() if self.done[pk].changes]
        if not changed:
            return nothing_changed()
        readings = access.visible(self.actor, Reading)
        readings.bulk_update(self._corrected, ["state"], batch_size=AT_ONCE)
        readings.bulk_create(self._new, batch_size=AT_ONCE)
        access.visible(self.actor, Stance).bulk_create(self._said, batch_size=AT_ONCE)
        readings.bulk_update(self._answered.values(), ["state", "low", "high"], batch_size=AT_ONCE)
        for kpi in changed:
            self._tell(kpi)
        keep_courses(self.actor, changed)

    def _tell(self, kpi: Kpi) -> None:
        done = self.done[kpi.pk]
        said = [one for one in self._said if one.reading.kpi_id == kpi.pk and one.reading_id in self._answered]
        facts: dict[str, Any] = {"new": done.new, "corrected": done.corrected}
        days = [one.start_on for one in self._new if one.kpi_id == kpi.pk]
        if len(said) > SINGLY_MAX:
            facts |= {"confirmed": done.confirmed, "contested": done.contested}
            days += [one.reading.start_on for one in said]
        else:
            for one in said:
                _tell_word(one)
        if days:
            record("kpi.read", kpi, **facts, first=min(days).isoformat(), last=max(days).isoformat())


def _tell_word(one: Stance) -> None:
    own = {"kpi": str(one.reading.kpi_id), "start": one.reading.start_on.isoformat()}
    if one.is_confirming:
        record("reading.confirmed", one.reading, **own, texts={"reason": one.reason})
    else:
        record("reading.contested", one.reading, **own, texts={"reason": one.reason})


def _word(stance: Stance) -> Word:
    return Word(stance.organisation_id, stance.is_confirming, stance.value)


def _alone(actor: Actor, circle_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the circles in which one organisation is alone."""
    found: dict[UUID, int] = defaultdict(int)
    for circle_id in access.visible(actor, Place).filter(circle__in=circle_ids).values_list("circle_id", flat=True):
        found[circle_id] += 1
    return frozenset(pk for pk, count in found.items() if count == 1)
