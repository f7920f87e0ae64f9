"""What the pages of a goal say in sentences: how likely it is and why, what each organisation brings, how it was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.kpis.attainment import How
from consortio.kpis.words import value_words
from consortio.partnerships.reads import PartnershipRow
from consortio.ui.charts.chance import Share
from consortio.ui.charts.plane import Span
from consortio.ui.charts.units import amount, full, full_reach
from consortio.ui.formats import day, listing, number, percent
from consortio.ui.marks import Mark

from .figures import chart_unit, share_of
from .models import GoalState
from .rows import ChanceRow, GoalRow
from .shown import now_words, standing_words, target_words
from .words import (
    finding_sentences,
    method_of,
    method_sentence,
    method_words,
    needs_words,
    record_sentence,
    state_words,
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an organisation brings to a goal, how much of it in the KPI's unit, and who of it is accountable."""

    mark: Mark
    words: str
    amount: str
    person: str
    is_owner: bool  # it is in charge of the goal


def verdict(row: GoalRow, today: date) -> str:
    """Return in a sentence or two whether the goal will be reached, and why that is said."""
    if row.state in (GoalState.ACHIEVED, GoalState.MISSED, GoalState.RETIRED):
        on = {"state": state_words(row.state), "day": day(row.decided_at.date()) if row.decided_at else ""}
        return _("It was %(state)s on %(day)s.") % on
    if row.finished:
        return _of_items(row)
    return " ".join(part for part in (_chance_words(row), _now_sentence(row, today)) if part)


def _of_items(row: GoalRow) -> str:
    finished = row.finished
    assert finished is not None
    if not finished.of:
        return _("It waits for no item yet: link those whose end reaches it.")
    told = {"done": number(finished.done), "of": number(finished.of), "due": day(row.terms.due_on)}
    if finished.finish_on is None:
        return _("%(done)s of %(of)s items are done; not all of the others have dates.") % told
    told |= {"day": day(finished.finish_on)}
    return (
        _("%(done)s of %(of)s items are done; the plan ends the last one on %(day)s, and it is wanted by %(due)s.")
        % told
    )


def _chance_words(row: GoalRow) -> str:
    kept, told = row.chance, {"day": day(row.terms.due_on)}
    if kept is None:
        return _("Its chance is being computed.")
    if kept.low is None or kept.high is None:
        return _("Nothing can be said of its chance by %(day)s: it %(needs)s.") % (
            told | {"needs": needs_words(kept.findings, kept.readings)}
        )
    ends = {"low": percent(round(kept.low, 2)), "high": percent(round(kept.high, 2))}
    if ends["low"] == ends["high"]:
        return _("%(low)s likely by %(day)s.") % (told | ends)
    return _("Between %(low)s and %(high)s likely by %(day)s, depending on whose readings hold.") % (told | ends)


def _now_sentence(row: GoalRow, today: date) -> str:
    """Return what was read last and by whom; of a contested value every figure."""
    if row.reading and row.kpi and row.reading.low != row.reading.high:
        kpi = row.kpi
        said = [
            _("%(name)s says %(value)s") % {"name": mark.name, "value": value_words(kpi, value)}
            for mark, value in sorted(row.reading.values, key=lambda one: one[1])
        ]
        return _("%(claims)s.") % {"claims": listing(said)}
    now = now_words(row)
    if not now:
        return ""
    told = {"now": now, "target": target_words(row), "standing": standing_words(row, today)}
    return _("It stands at %(now)s of %(target)s. %(standing)s.") % told


def shown_contributions(row: GoalRow, here: PartnershipRow) -> list[Contribution]:
    """Return what each organisation brings, by name."""
    found = []
    for one in row.terms.contributions:
        member = here.member_ids.get(one.organisation_id)
        if member:
            amount = "" if one.amount is None else value_words(row.kpi, one.amount) if row.kpi else number(one.amount)
            is_owner = row.owner is not None and row.owner.organisation_id == one.organisation_id
            person = row.leads.get(one.organisation_id, "") or (row.person if is_owner else "")
            found.append(Contribution(member.mark, one.words, amount, person, is_owner))
    return sorted(found, key=lambda one: one.mark.name.casefold())


@dataclass(frozen=True, slots=True)
class MethodRow:
    """
    How a method held before.

    Attributes:
        missed: its mean quantile loss, in the KPI's unit; by that one method is preferred to another.
        loss: of its chances: 0 is best, 0.25 a coin. held: how often its range held the outcome.
    """

    words: str
    is_shown: bool
    asked: str
    missed: str
    loss: str
    held: str


@dataclass(frozen=True, slots=True)
class ChancePage:
    share: Share | None
    method: str
    other: str  # the method for the higher claim, where that is another one
    unit: str
    findings: tuple[str, ...]
    record: str
    quantiles: tuple[tuple[str, str], ...]
    methods: tuple[MethodRow, ...]
    readings: str
    needs: str


def chance_page(row: GoalRow) -> ChancePage | None:
    """Return how a chance was found; none of a milestone, or before one is computed."""
    kept, kpi = row.chance, row.kpi
    if kept is None or kpi is None:
        return None
    is_summed = kpi.aggregation == How.SUM
    return ChancePage(
        share=share_of(row),
        method=method_sentence(kept.method, is_summed) if kept.method else "",
        other=method_sentence(kept.other, is_summed) if kept.other else "",
        findings=tuple(finding_sentences(kept.findings)),
        record=_record(kept),
        quantiles=tuple(_quantile_words(row, percents, low, high) for percents, low, high in kept.quantiles),
        methods=tuple(_methods(kept)),
        readings=ngettext("one reading", "%(n)s readings", kept.readings) % {"n": number(kept.readings)},
        needs=_needs(kept),
        unit=chart_unit(kpi).words,
    )


def _record(kept: ChanceRow) -> str:
    own = next((one for one in kept.records if one[0] == method_of(kept.method)), None)
    return record_sentence(own[3], own[4]) if own else ""


def _needs(kept: ChanceRow) -> str:
    """Return what one more reading would do."""
    if kept.low is None:
        return _("It %(needs)s before anything can be said.") % {"needs": needs_words(kept.findings, kept.readings)}
    if kept.low != kept.high:
        return _("Settling the contested reading leaves one answer; another reading alone leaves both.")
    if "unproven" in kept.findings:
        more = max(8 - kept.readings, 1)
        said = ngettext(
            "With one more reading its earlier forecasts can be compared.",
            "With %(n)s more readings its earlier forecasts can be compared.",
            more,
        )
        return said % {"n": number(more)}
    return _("One more reading is one more earlier forecast to look at; the range narrows slowly.")


def _quantile_words(row: GoalRow, percents: int, low: float, high: float) -> tuple[str, str]:
    assert row.kpi is not None
    unit = chart_unit(row.kpi)
    reads_same = amount(low, unit) == amount(high, unit)  # "79 modules", and not from 79 to 79
    return percent(percents / 100), full(low, unit) if reads_same else full_reach(Span(low, high), unit)


def _methods(kept: ChanceRow) -> Sequence[MethodRow]:
    shown = {method_of(name) for name in (kept.method, kept.other) if name}
    return [
        MethodRow(
            words=method_words(name),
            is_shown=name in shown,
            asked=number(asked),
            missed=_two_digits(missed),
            loss=number(loss, 2) if loss is not None else "",
            held=_("%(inside)s of %(of)s") % {"inside": number(inside), "of": number(of)} if of else "",
        )
        for name, asked, loss, inside, of, missed in kept.records
    ]


def _two_digits(loss: float | None) -> str:
    """Return a loss to two figures that count, however small it is: losses are there to be compared."""
    return "" if loss is None else number(Decimal(f"{loss:.2g}"))
