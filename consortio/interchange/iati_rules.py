"""What must hold in an IATI file beyond being readable; what does not becomes a finding, and is read all the same."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext

from consortio.interchange.iati_codes import KNOWN, REQUIRED
from consortio.interchange.iati_values import parse_day, parse_decimal
from consortio.interchange.plan import Severity
from consortio.interchange.results import Activity, Amount
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xml_elements import Element

HUNDRED = Decimal(100)
# Thirds are written 33.33: together they are a hundred all the same.
TOLERANCE = Decimal("0.1")
_ENDS = (("1", "3", Wording("planned")), ("2", "4", Wording("actual")))


class Rules:
    """Checks one activity after another, and remembers what two of them may not share."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._lines: dict[str, int] = {}
        self._made: date | None = None
        self._activity = ""
        self._line = 0

    def begin(self, root: Element) -> None:
        self._made = parse_day(root.attribute("generated-datetime"))

    def check(self, activity: Activity, element: Element) -> None:
        self._activity, self._line = activity.identifier, element.line
        self._check_identifier(activity)
        self._check_parts(element)
        self._check_start(activity)
        self._check_order(activity)
        self._check_made(activity)
        self._check_shares(element)
        self._check_currencies(activity)

    def end(self) -> None:
        if not self._line:
            self._findings.add("warning", "no_activities", Wording("The file holds no activity."))

    def _say(self, severity: Severity, code: str, message: Wording) -> None:
        self._findings.add(severity, code, message, activity=self._activity, line=self._line)

    def _check_identifier(self, activity: Activity) -> None:
        name = activity.identifier
        if name in self._lines:
            first = self._lines[name]
            self._say(
                "error",
                "duplicate_identifier",
                Wording(
                    "The identifier “{name}” is also that of the activity at line {first}.", name=name, first=first
                ),
            )
        elif name:
            self._lines[name] = activity.line

    def _check_parts(self, element: Element) -> None:
        held = {child.name for child in element.children if child.name != "iati-identifier" or child.text}
        for name in REQUIRED:
            if name not in held:
                self._say("error", "missing_element", Wording("The activity has no {name}.", name=name))
        own = (name for name in held if " " not in name)
        for name in sorted(set(own) - KNOWN):
            message = Wording("An activity has no part {name} by the standard; it was left out.", name=shorten(name))
            self._say("warning", "unknown_element", message)

    def _check_start(self, activity: Activity) -> None:
        kinds = {one.kind for one in activity.dates}
        if kinds and not kinds & {"1", "2"}:
            self._say("error", "no_start", Wording("The activity has an end and no start, planned or actual."))

    def _check_order(self, activity: Activity) -> None:
        days = {one.kind: one.on for one in activity.dates}
        for first, last, word in _ENDS:
            self._check_pair(days.get(first), days.get(last), Wording("the {word} dates", word=word))
        for budget in (*activity.budgets, *activity.planned_disbursements):
            self._check_pair(budget.start, budget.end, Wording("a budget"))
        for period in (one for result in activity.results for each in result.indicators for one in each.periods):
            self._check_pair(period.start, period.end, Wording("a period of an indicator"))

    def _check_pair(self, start: date | None, end: date | None, what: Wording) -> None:
        if start and end and end < start:
            message = Wording(
                "In {what} the end {end} lies before the start {start}.",
                what=what,
                end=end.isoformat(),
                start=start.isoformat(),
            )
            self._say("error", "dates_out_of_order", message)

    def _check_made(self, activity: Activity) -> None:
        """Nothing has happened after the file was made."""
        if self._made is None:
            return
        happened = [one.on for one in activity.dates if one.kind in ("2", "4")]
        happened += [one.start for one in activity.transactions]
        for day in happened:
            if day and day > self._made:
                message = Wording(
                    "{day} is told as something that happened; the file was made on {made}.",
                    day=day.isoformat(),
                    made=self._made.isoformat(),
                )
                self._say("warning", "after_the_file", message)

    def _check_shares(self, element: Element) -> None:
        countries, regions = _shares(element, "recipient-country"), _shares(element, "recipient-region")
        across = sum(countries.values(), start=()) if countries else ()
        for shares in regions.values() or [()]:
            self._check_hundred(across + shares, Wording("recipient countries and regions"))
        for vocabulary, shares in _shares(element, "sector").items():
            self._check_hundred(shares, Wording("sectors of vocabulary {vocabulary}", vocabulary=shorten(vocabulary)))

    def _check_hundred(self, shares: tuple[Decimal | None, ...], what: Wording) -> None:
        known = [share for share in shares if share is not None]
        if not known:
            return
        with localcontext(prec=80):
            total = sum(known, start=Decimal(0))
            wrong = abs(total - HUNDRED) > TOLERANCE
        if wrong:
            message = Wording("The percentages of {what} make {total}, not 100.", what=what, total=format(total, "f"))
            self._say("warning", "percentages", message)

    def _check_currencies(self, activity: Activity) -> None:
        for _ in _without_currency(activity):
            self._say("warning", "no_currency", Wording("An amount has no currency, and the activity names none."))


def _without_currency(activity: Activity) -> Iterator[Amount]:
    for one in (*activity.transactions, *activity.budgets, *activity.planned_disbursements):
        if one.value is not None and not one.currency:
            yield one


def _shares(element: Element, name: str) -> dict[str, tuple[Decimal | None, ...]]:
    """Return the percentages by vocabulary; a single part without any is the whole."""
    found: dict[str, tuple[Decimal | None, ...]] = {}
    for part in element.all(name):
        vocabulary = part.attribute("vocabulary") or "1"
        found[vocabulary] = (*found.get(vocabulary, ()), parse_decimal(part.attribute("percentage")))
    return found
