"""
Writes neutral results as an IATI activity file of version 2.03, in the order that its schema asks for.

What is written reads back with the same figures. What the results know and the standard cannot hold, what the standard
asks for and the results do not know, and what the results never held of the file that they came from are findings.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from consortio.interchange.iati_codes import CLASSIFICATIONS, ONCE, WITH_WORDS
from consortio.interchange.iati_values import parse_decimal
from consortio.interchange.plan import Finding
from consortio.interchange.results import (
    Activity,
    Amount,
    Classification,
    Description,
    Indicator,
    Measure,
    Narrative,
    Organisation,
    Period,
    Result,
    Results,
)
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xml_text import tag, text_tag

VERSION = "2.03"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_AROUND_MONEY = ("capital-spend", "related-activity")
_BEFORE_MONEY = tuple(one for one in CLASSIFICATIONS if one not in _AROUND_MONEY)
_LANGUAGE = re.compile("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
A_VALUE, A_DAY, BOTH_DAYS = Wording("a value"), Wording("a day"), Wording("its first and last day")


@dataclass(frozen=True, slots=True)
class Written:
    """A finding of severity error says that the file does not follow the schema."""

    data: bytes
    findings: tuple[Finding, ...]


def write_iati(results: Results, *, generated_at: datetime | None = None) -> Written:
    """
    Return the file.

    Args:
        generated_at: the instant that the file says it was made at, with its zone.
    """
    writer = _Writer()
    stamp = generated_at.isoformat(timespec="seconds") if generated_at else None
    inside = (part for one in results.activities for part in writer.activity(one))
    parts = list(tag("iati-activities", {"version": VERSION, "generated-datetime": stamp}, inside))
    if not results.activities:
        writer.findings.add("error", "no_activities", Wording("The file holds no activity; the standard asks for one."))
    findings = (*writer.findings.all(), *_left_out(results.activities))
    return Written((HEAD + "".join(parts)).encode(), findings)


def _left_out(activities: Sequence[Activity]) -> Iterator[Finding]:
    """Yield what of the file that was read the results do not hold."""
    counts: Counter[str] = Counter()
    for one in activities:
        counts.update(one.left_out)
    for part, count in sorted(counts.items()):
        message = Wording(
            "Parts of the file that was read are not in the new one: {count:,} × {part}.",
            count=count,
            part=shorten(part, 100),
        )
        yield Finding("warning", "left_out", {"part": part, "parts": count}, message)


class _Writer:
    def __init__(self) -> None:
        self.findings = Findings()
        self._activity = ""
        self._currency = ""

    def activity(self, one: Activity) -> Iterator[str]:
        self._activity, self._currency = one.identifier, one.default_currency
        attributes = {
            "xml:lang": self._language(one.language),
            "default-currency": one.default_currency or None,
            "humanitarian": "1" if one.humanitarian else None,
        }
        yield from tag("iati-activity", attributes, self._parts(one))

    def _parts(self, one: Activity) -> Iterator[str]:
        self._check_known(one)
        yield from text_tag("iati-identifier", {}, one.identifier)
        reporting = {"ref": one.reporting_ref, "type": one.reporting_kind}
        yield from tag("reporting-org", reporting, self._narratives(one.reporting_names or (Narrative(""),)))
        yield from self._texts("title", one.titles, one.title)
        for description in one.descriptions or (Description(()),):
            kind = description.kind or None
            yield from tag("description", {"type": kind}, self._narratives(description.narratives or (Narrative(""),)))
        for organisation in one.organisations:
            yield from self._organisation(organisation)
        yield from tag("activity-status", {"code": one.status})
        for day in one.dates:
            if self._has(day.on, Wording("date of type {kind}", kind=shorten(day.kind)), A_DAY):
                yield from tag("activity-date", {"type": self._code("date", day.kind), "iso-date": _iso(day.on)})
        yield from self._classified(one, _BEFORE_MONEY)
        yield from self._money(one)
        yield from self._classified(one, ("related-activity",))
        for result in one.results:
            yield from self._result(result)

    def _check_known(self, one: Activity) -> None:
        known = {
            "iati-identifier": one.identifier,
            "reporting-org": one.reporting_ref and one.reporting_kind,
            "title": one.title or one.titles,
            "description": one.descriptions,
            "activity-status": one.status,
        }
        for each in one.classifications:
            self._has(each.part in CLASSIFICATIONS, each.part, Wording("a name that is known"))
        for name in (name for name, value in known.items() if not value):
            message = Wording("The activity has no {name}, or not all of it; what lacks was written empty.", name=name)
            self.findings.add("warning", "written_empty", message, activity=one.identifier)
        needed = {"participating-org": one.organisations, "activity-date": [day for day in one.dates if day.on]}
        for name in (name for name, value in needed.items() if not value):
            message = Wording(
                "The activity has no {name}; the standard asks for one, and checkers refuse the file.", name=name
            )
            self.findings.add("error", "missing_element", message, activity=one.identifier)

    def _classified(self, one: Activity, parts: Iterable[str]) -> Iterator[str]:
        for part in parts:
            of_part = [each for each in one.classifications if each.part == part]
            fitting = [each for each in of_part if self._fits(each)]
            for each in fitting[: 1 if part in ONCE else None]:
                names = (name.rstrip("!") for name in CLASSIFICATIONS[part])
                words = self._narratives(each.narratives) if part in WITH_WORDS else ()
                yield from tag(part, {name: each.attributes.get(name) for name in names}, words)
            for _ in fitting[1:] if part in ONCE else ():
                message = Wording("A second {part} was left out; the standard has one.", part=part)
                self.findings.add("warning", "not_expressible", message, activity=self._activity)

    def _fits(self, one: Classification) -> bool:
        asked = [name[:-1] for name in CLASSIFICATIONS[one.part] if name.endswith("!")]
        missing = next((name for name in asked if not one.attributes.get(name)), None)
        share = one.attributes.get("percentage")
        if missing is None and share and parse_decimal(share) is None:
            missing = "percentage"
        return self._has(missing is None, one.part, Wording("a {name}", name=missing or ""))

    def _money(self, one: Activity) -> Iterator[str]:
        for budget in one.budgets:
            # Without a word a budget is an original one.
            kind = budget.kind if budget.written or budget.kind != "1" else None
            if self._has(budget.start and budget.end, Wording("budget"), BOTH_DAYS):
                yield from self._amount("budget", {"type": kind}, budget, partial(_span, budget))
        for planned in one.planned_disbursements:
            kind = planned.kind if planned.written or planned.kind != "1" else None
            if self._has(planned.start, Wording("planned disbursement"), A_DAY):
                yield from self._amount("planned-disbursement", {"type": kind}, planned, partial(_span, planned))
        yield from self._classified(one, ("capital-spend",))
        for transaction in one.transactions:
            if self._has(transaction.start, Wording("transaction"), A_DAY):
                kind = self._code("transaction", transaction.kind)
                yield from self._amount("transaction", {}, transaction, partial(_happened, transaction, kind))

    def _amount(
        self, name: str, attributes: dict[str, str | None], one: Amount, before: Callable[[], Iterator[str]]
    ) -> Iterator[str]:
        if not self._has(one.value is not None, name, A_VALUE):
            return
        if one.valued_on is None:
            message = Wording("An amount names no day for its exchange rate; the day that it begins on was taken.")
            self.findings.add("info", "value_date", message, activity=self._activity)
        if not one.currency:
            message = Wording(
                "An amount names no currency; whoever reads it takes that of the activity, if it has one."
            )
            self.findings.add("warning", "no_currency", message, activity=self._activity)
        value = {
            "currency": one.currency if one.currency not in ("", self._currency) else None,
            "value-date": _iso(one.valued_on or one.start),
        }
        yield from tag(name, attributes, [*before(), *text_tag("value", value, format(one.value, "f"))])

    def _result(self, one: Result) -> Iterator[str]:
        if not self._has(
            one.indicators, Wording("result “{title}”", title=shorten(one.title)), Wording("an indicator")
        ):
            return
        inside = [*self._texts("title", one.titles, one.title), *self._described(one.descriptions)]
        for indicator in one.indicators:
            inside += self._indicator(indicator)
        yield from tag("result", {"type": self._code("result", one.kind)}, inside)

    def _indicator(self, one: Indicator) -> Iterator[str]:
        inside = [*self._texts("title", one.titles, one.title), *self._described(one.descriptions)]
        for baseline in one.baselines:
            inside += self._baseline(baseline)
        for period in one.periods:
            inside += self._period(period)
        attributes = {
            "measure": self._code("indicator", one.measure),
            "ascending": None if one.ascending else "0",
        }
        yield from tag("indicator", attributes, inside)

    def _baseline(self, one: Measure) -> Iterator[str]:
        year = one.year or (one.on.year if one.on else None)
        if self._has(year and 1 <= year <= 9999, Wording("baseline"), Wording("a year")):
            yield from self._measure("baseline", one, {"iso-date": _iso(one.on), "year": f"{year:04}"})

    def _period(self, one: Period) -> Iterator[str]:
        if not self._has(one.start and one.end, Wording("period of an indicator"), BOTH_DAYS):
            return
        inside = [
            *tag("period-start", {"iso-date": _iso(one.start)}),
            *tag("period-end", {"iso-date": _iso(one.end)}),
        ]
        for target in one.targets:
            inside += self._measure("target", target, {})
        for actual in one.actuals:
            inside += self._measure("actual", actual, {})
        yield from tag("period", {}, inside)

    def _has(self, value: object, part: str, needed: Wording) -> bool:
        """Return whether there is what the standard asks for; else the part is left out, with a finding."""
        if value:
            return True
        message = Wording(
            "A {part} lacks {needed}, which the standard asks for; it was left out.", part=part, needed=needed
        )
        self.findings.add("warning", "not_expressible", message, activity=self._activity)
        return False

    def _code(self, part: str, code: str) -> str:
        if not code:
            message = Wording("A {part} has no code for what it is; it was written empty.", part=part)
            self.findings.add("warning", "written_empty", message, activity=self._activity)
        return code

    def _organisation(self, one: Organisation) -> Iterator[str]:
        names = one.names or ((Narrative(one.name),) if one.name else ())
        attributes = {
            "ref": one.ref or None,
            "type": one.kind or None,
            "role": self._code("participating-org", one.role),
        }
        yield from tag("participating-org", attributes, self._narratives(names))

    def _texts(self, name: str, narratives: Sequence[Narrative], text: str) -> Iterator[str]:
        """Yield a text in all its languages; where these are not known, as it stands."""
        yield from tag(name, {}, self._narratives(narratives or (Narrative(text),)))

    def _described(self, narratives: Sequence[Narrative]) -> Iterator[str]:
        if narratives:
            yield from tag("description", {}, self._narratives(narratives))

    def _narratives(self, narratives: Sequence[Narrative]) -> Iterator[str]:
        for one in narratives:
            yield from text_tag("narrative", {"xml:lang": self._language(one.language)}, one.text)

    def _language(self, language: str) -> str | None:
        if not language or _LANGUAGE.fullmatch(language):
            return language or None
        message = Wording(
            "“{language}” is no language that XML can name; the text has none.", language=shorten(language)
        )
        self.findings.add("warning", "language", message, activity=self._activity)
        return None

    def _measure(self, name: str, one: Measure, attributes: dict[str, str | None]) -> Iterator[str]:
        value = one.written if one.value is None else format(one.value, "f")
        comments = list(tag("comment", {}, self._narratives(one.comments))) if one.comments else []
        yield from tag(name, {**attributes, "value": value or None}, comments)


def _span(one: Amount) -> Iterator[str]:
    yield from tag("period-start", {"iso-date": _iso(one.start)})
    if one.end:
        yield from tag("period-end", {"iso-date": _iso(one.end)})


def _happened(one: Amount, kind: str) -> Iterator[str]:
    yield from tag("transaction-type", {"code": kind})
    yield from tag("transaction-date", {"iso-date": _iso(one.start)})


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
