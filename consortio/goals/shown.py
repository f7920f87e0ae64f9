"""Goals as lists and pages show them: every figure in words, with the address of what it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.approvals.reads import ProposalRow
from consortio.approvals.words import seats_of
from consortio.kpis.attainment import RollUp, Status, status_words
from consortio.kpis.intervals import Interval
from consortio.kpis.measuring import Point
from consortio.kpis.periods import Frequency, next_period, period_of
from consortio.kpis.reads import KpiRow, ReadingRow
from consortio.kpis.words import period_words, range_words, value_words
from consortio.ui.charts.chance import Share
from consortio.ui.charts.spark import Spark
from consortio.ui.formats import day, listing, number, percent
from consortio.ui.marks import Mark

from .figures import share_of, spark_of
from .models import Direction, GoalState
from .rows import GoalRow
from .words import state_words

SIGNS = {  # of a standing: its sign, and how its words are coloured
    Status.ON_TRACK: ("arrow", ""),
    Status.BEHIND: ("clock", ""),
    Status.AT_RISK: ("risk", "late"),
    Status.REACHED: ("check", "kept"),
    Status.MISSED: ("late", "late"),
    Status.CONTESTED: ("contest", ""),
    Status.NOT_BEGUN: ("calendar", ""),
    Status.UNKNOWN: ("info", ""),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the line that says how a goal stands, and where that is seen."""

    words: str
    url: str
    sign: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    mark: Mark
    person: str
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class Shown:
    """
    A goal in a list.

    Attributes:
        now, now_label: what it has come to, and as of when; `claims` are the ends of a contested value.
        missing: the period whose reading is due; `gap` how far from what is expected.
        seats: each organisation and its answer, to the open proposal or to the version that holds.
    """

    row: GoalRow
    url: str
    by: str
    spark: Spark | None
    now_label: str
    now: str
    now_url: str
    claims: tuple[tuple[Mark, str], ...]
    missing: str
    expected: str
    gap: str
    target: str
    share: Share | None
    seats: tuple[tuple[Mark, str], ...]
    clauses: tuple[Clause, ...]
    objections: tuple[Objection, ...]


def shown(row: GoalRow, today: date, *, with_course: bool = True) -> Shown:
    """Return a goal as a list shows it, with its course where that is drawn."""
    url = reverse("goal", args=[row.id])
    asked = row.proposal or row.agreed_by
    return Shown(
        row=row,
        url=url,
        by=_("%(target)s by %(day)s") % {"target": target_words(row), "day": day(row.terms.due_on, today)},
        spark=spark_of(row) if with_course else None,
        now_label=_now_label(row, today),
        now=now_words(row),
        now_url=_way_to_now(row) or url,
        claims=_claims(row),
        missing=_missing(row),
        expected=expected_words(row),
        gap=gap_words(row),
        target=target_words(row),
        share=share_of(row),
        seats=tuple(seats_of(asked)) if asked else (),
        clauses=tuple(clauses(row, url, today)),
        objections=tuple(_objections(row.proposal)) if row.proposal else (),
    )


def target_words(row: GoalRow) -> str:
    """Return what is to be reached: "33.0 Ml/day", "at most €112.00", "3 items done"."""
    terms, kpi = row.terms, row.kpi
    if kpi is None:
        count = row.finished.of if row.finished else 0
        return ngettext("one item done", "%(n)s items done", count) % {"n": number(count)} if count else _("items done")
    if terms.direction == Direction.BAND and terms.band_low is not None and terms.band_high is not None:
        return range_words(kpi, terms.band_low, terms.band_high)
    if terms.target is None:
        return ""
    said = value_words(kpi, terms.target)
    return _("at most %(value)s") % {"value": said} if terms.direction == Direction.DOWN else said


def baseline_words(row: GoalRow) -> str:
    return value_words(row.kpi, row.terms.baseline) if row.kpi and row.terms.baseline is not None else ""


def now_words(row: GoalRow) -> str:
    if row.finished:
        return _("%(done)s of %(of)s done") % {"done": number(row.finished.done), "of": number(row.finished.of)}
    actual = row.measured.actual if row.measured else None
    return range_words(row.kpi, actual.low, actual.high) if actual and row.kpi else ""


def _now_label(row: GoalRow, today: date) -> str:
    if row.finished:
        return _("Now")
    as_of = row.measured.as_of if row.measured else None
    return _("Now, %(day)s") % {"day": day(as_of - timedelta(days=1), today)} if as_of else _("Now")


def _way_to_now(row: GoalRow) -> str:
    if row.reading:
        return reverse("reading", args=[row.reading.id])
    return reverse("kpi", args=[row.kpi.id]) if row.kpi else ""


def _claims(row: GoalRow) -> tuple[tuple[Mark, str], ...]:
    """Return who claims the ends of a contested value, the smaller one first."""
    actual = row.measured.actual if row.measured else None
    if actual is None or actual.low == actual.high or row.reading is None or row.kpi is None:
        return ()
    said = sorted(row.reading.values, key=lambda one: one[1])
    if len(said) < 2:
        return ()
    ends = ((said[0][0], actual.low), (said[-1][0], actual.high))
    return tuple((mark, number(value, row.kpi.decimals)) for mark, value in ends)


def _missing(row: GoalRow) -> str:
    if row.kpi is None or row.kpi.due_start is None or row.state not in (GoalState.AGREED, GoalState.PROPOSED):
        return ""
    return period_words(row.kpi, row.kpi.due_start)


def expected_words(row: GoalRow) -> str:
    expected = row.measured.expected if row.measured else None
    return value_words(row.kpi, round(expected, row.kpi.decimals)) if expected is not None and row.kpi else ""


def gap_words(row: GoalRow) -> str:
    """Return how far what is lies from what is expected by now; of a range only whether that is inside."""
    measured = row.measured
    if measured is None or measured.actual is None or measured.expected is None or row.kpi is None:
        return ""
    actual, expected = measured.actual, measured.expected
    if actual.low != actual.high:
        return _("inside the range") if actual.low <= expected <= actual.high else ""
    ahead = actual.low - expected if row.terms.direction == Direction.UP else expected - actual.low
    far = round(abs(ahead), row.kpi.decimals)
    if not far:
        return _("as expected")
    is_share = row.kpi.unit == "percent"
    size = _("%(n)s points") % {"n": number(far, row.kpi.decimals)} if is_share else value_words(row.kpi, far)
    return _("%(size)s ahead") % {"size": size} if ahead > 0 else _("%(size)s short") % {"size": size}


def _objections(proposal: ProposalRow) -> Iterator[Objection]:
    for each in proposal.answers:
        if each.verdict == "object" and each.answered_at:
            yield Objection(each.mark, each.person, each.reason, each.answered_at.date())


def clauses(row: GoalRow, url: str, today: date) -> Iterator[Clause]:
    """Yield what is to be said of a goal, each with its evidence: answers, readings, what is missing, how far it is."""
    if row.state in (GoalState.ACHIEVED, GoalState.MISSED, GoalState.RETIRED):
        on = {"state": state_words(row.state).capitalize(), "day": day(row.decided_at.date()) if row.decided_at else ""}
        yield Clause(_("%(state)s, %(day)s") % on, f"{url}#history", "milestone")
        return
    if row.proposal:
        until = {"day": day(row.proposal.deadline_at.date(), today), "number": row.proposal.number}
        words = (
            _("Answers by %(day)s") if not row.agreed_number else _("%(number)s would change it; answers by %(day)s")
        )
        yield Clause(words % until, reverse("proposal", args=[row.proposal.id]), "clock")
    if row.reading and row.kpi:
        yield reading_clause(row.reading, today)
    if missing := _missing(row):
        yield _missing_clause(row, missing)
    if row.state != GoalState.DRAFT:
        yield _standing_clause(row, url, today)


def reading_clause(reading: ReadingRow, today: date) -> Clause:
    """Return how far the last reading is agreed on, by whom, since when."""
    way = reverse("reading", args=[reading.id])
    said: dict[bool, list[str]] = {True: [], False: []}
    for word in reading.words:
        said[word.is_confirming].append(word.mark.name)
    newest = max((word.taken_at for word in reading.words), default=reading.claimed_at)
    told = {"day": day(newest.date(), today), "claimant": reading.claimant.name}
    if reading.state == "resolved":
        return Clause(_("Settled by all, %(day)s") % told, way, "decision")
    if said[False]:
        return Clause(_("Contested by %(names)s, %(day)s") % (told | {"names": listing(said[False])}), way, "contest")
    if said[True]:
        return Clause(_("Confirmed by %(names)s, %(day)s") % (told | {"names": listing(said[True])}), way, "check")
    if reading.state == "confirmed":
        return Clause(_("Read by %(claimant)s, %(day)s") % told, way, "check")
    return Clause(_("Claimed by %(claimant)s, %(day)s; nobody has confirmed it yet") % told, way, "clock")


def _missing_clause(row: GoalRow, period: str) -> Clause:
    assert row.kpi is not None
    way = reverse("kpi", args=[row.kpi.id])
    if row.kpi.owner is None:
        return Clause(_("Reading of %(period)s missing") % {"period": period}, way, "late", "late")
    told = {"period": period, "name": row.kpi.owner.name}
    return Clause(_("Reading of %(period)s due from %(name)s") % told, way, "late", "late")


def _standing_clause(row: GoalRow, url: str, today: date) -> Clause:
    sign, kind = SIGNS[row.status]
    return Clause(standing_words(row, today), f"{url}#stands", sign, kind)


def standing_words(row: GoalRow, today: date) -> str:
    """Return where a goal stands, and by how much: "Behind: 89% of what is expected by now"."""
    words = status_words(row.status)
    told = {"status": words}
    if row.status == Status.NOT_BEGUN:
        return _("Begins on %(day)s") % {"day": day(row.terms.start_on, today)}
    if row.finished:
        ends = row.finished.finish_on
        return _("%(status)s: the last item ends %(day)s") % (told | {"day": day(ends, today)}) if ends else words
    standing = row.measured.standing if row.measured else None
    if standing is None or standing.attainment is None:
        return words
    if standing.health is None or row.status in (Status.REACHED, Status.MISSED):
        return _("%(status)s: %(share)s of the way") % (told | {"share": share_words(standing.attainment)})
    if row.terms.direction == Direction.BAND:
        is_inside = standing.attainment.low >= 1
        return _("Inside the band") if is_inside else _("%(status)s: outside the band") % told
    return _("%(status)s: %(share)s of what is expected by now") % (told | {"share": share_words(standing.health)})


def share_words(share: Interval) -> str:
    """Return a share, or from which to which it reaches."""
    ends = percent(round(share.low, 2)), percent(round(share.high, 2))
    return ends[0] if ends[0] == ends[1] else _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def roll_up_words(joint: RollUp, rows: Sequence[GoalRow]) -> str:
    """Return what the agreed goals come to in a sentence, with the band that missing and contested ones leave open."""
    if not rows:
        return ""
    count = len(rows)
    told = {"n": number(count)}
    if joint.known is None:
        words = ngettext(
            "The agreed goal has no reading yet.", "None of the %(n)s agreed goals has a reading yet.", count
        )
        return words % told
    told |= {
        "share": share_words(joint.known),
        "band": share_words(joint.band),
        "read": percent(round(joint.coverage, 2)),
    }
    words = ngettext(
        "The agreed goal has gone %(share)s of its way.",
        "Together the %(n)s agreed goals have gone %(share)s of their way, by their weights.",
        count,
    )
    said = words % told
    if joint.coverage < 1:
        said += " " + _("%(read)s of the weight is read; with the rest it lies anywhere from %(band)s.") % told
    return said


def next_reading_on(kpi: KpiRow, points: Sequence[Point], today: date) -> date | None:
    """Return the day from which the next reading of a KPI can be told: the end of its period."""
    if kpi.retired_at:
        return None
    if kpi.due_start:
        calendar = (Frequency(kpi.frequency), kpi.fiscal_start)
        return period_of(kpi.due_start, *calendar).end
    period = period_of(today, Frequency(kpi.frequency), kpi.fiscal_start)
    if points and points[-1].start_on >= period.start:
        period = next_period(period, Frequency(kpi.frequency), kpi.fiscal_start)
    return period.end
