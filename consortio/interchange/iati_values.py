"""Numbers, dates and codes of IATI files; what cannot be read is None, and a finding names it."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from consortio.interchange.results import Measure, Narrative
from consortio.interchange.values import FIRST_DAY, LAST_DAY, Findings, clean_line, clean_lines, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xml_elements import XML_LANGUAGE, Element

Value = TypeVar("Value")

DIGITS_MAX = 40
A_DECIMAL = Wording("a number such as 1250.50")
A_DAY = Wording("a day such as 2026-03-31")

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2}|T\S*)?", re.ASCII)


def parse_decimal(raw: str) -> Decimal | None:
    """Return the number, or None where the text is no plain decimal number of at most forty characters."""
    return Decimal(raw) if len(raw) <= DIGITS_MAX and _DECIMAL.fullmatch(raw) else None


def parse_day(raw: str) -> date | None:
    """Return the day, or None where the text is none from 1900 to 2199."""
    match = _DAY.fullmatch(raw) if len(raw) <= DIGITS_MAX else None
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def words_of(element: Element | None) -> str:
    """Return the first narrative, or the element's own text, as versions before 2.01 have it."""
    if element is None:
        return ""
    narrative = element.first("narrative")
    return clean_line(narrative.text if narrative and narrative.text else element.text)


def narratives_of(*elements: Element) -> tuple[Narrative, ...]:
    """Return the texts with their languages; in versions before 2.01 an element stands for each language."""
    found = [narrative for one in elements for narrative in one.all("narrative")]
    texts = found or [one for one in elements if one.text]
    return tuple(Narrative(clean_lines(one.text), clean_line(one.attribute(XML_LANGUAGE), 20)) for one in texts)


class Reading:
    """Reads values of one activity and says where one cannot be understood."""

    def __init__(self, findings: Findings, activity: str, *, upgraded: bool) -> None:
        self._findings = findings
        self._activity = activity
        self.upgraded = upgraded

    def decimal(self, element: Element | None) -> Decimal | None:
        return None if element is None else self._read(element, element.text, parse_decimal(element.text), A_DECIMAL)

    def day(self, element: Element | None, attribute: str = "iso-date") -> date | None:
        raw = "" if element is None else element.attribute(attribute)
        return None if element is None or not raw else self._read(element, raw, parse_day(raw), A_DAY)

    def measure(self, element: Element) -> Measure:
        """Return the measure; commas between groups of three digits are taken for what they seem, with a finding."""
        written = clean_line(element.attribute("value"))
        is_grouped = len(written) <= DIGITS_MAX and _GROUPED.fullmatch(written)
        value = parse_decimal(written.replace(",", "") if is_grouped else written)
        if is_grouped:
            self._say_grouped(element, written, value)
        year = element.attribute("year")
        return Measure(
            written,
            value,
            year=int(year) if _YEAR.fullmatch(year) else None,
            on=self.day(element),
            comments=narratives_of(*element.all("comment")),
        )

    def _say_grouped(self, element: Element, written: str, value: Decimal | None) -> None:
        message = Wording(
            "The {name} is written “{written}”; it was read as {value}.",
            name=element.name,
            written=written,
            value=str(value),
        )
        self._findings.add("info", "grouped_digits", message, activity=self._activity, line=element.line)

    def code(self, element: Element | None, attribute: str, known: frozenset[str], old: Mapping[str, str]) -> str:
        """Return the code of version 2.03; one that is not known stays as it stands."""
        raw = "" if element is None else clean_line(element.attribute(attribute), DIGITS_MAX)
        code = old.get(raw.lower(), raw) if self.upgraded else raw
        if element is not None and raw and code not in known:
            self.say(
                "unknown_code",
                Wording(
                    "The {attribute} of {name} is “{raw}”, which the standard does not have; it was kept as it stands.",
                    attribute=attribute,
                    name=element.name,
                    raw=raw,
                ),
                element,
            )
        return code

    def say(self, code: str, message: Wording, element: Element) -> None:
        self._findings.add("warning", code, message, activity=self._activity, line=element.line)

    def _read(self, element: Element, raw: str, value: Value | None, expected: Wording) -> Value | None:
        if value is None:
            self.say(
                "value",
                Wording(
                    "{name} is “{shown}”, expected {expected}; it was left empty.",
                    name=element.name,
                    shown=shorten(raw),
                    expected=expected,
                ),
                element,
            )
        return value
