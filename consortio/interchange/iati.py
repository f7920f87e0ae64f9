"""
IATI activity files, versions 1.01 to 2.03, as neutral results.

A file of version 1 is upgraded: its words for roles, dates, transactions and budgets become the codes of version
2.03, and a finding says so. Nothing is checked against a schema; `iati_rules` says what does not hold.
"""

import re
from collections import Counter
from collections.abc import Iterator

from consortio.interchange import iati_codes as codes
from consortio.interchange.iati_rules import Rules
from consortio.interchange.iati_values import Reading, narratives_of, words_of
from consortio.interchange.plan import Refused
from consortio.interchange.results import (
    ACTIVITIES_MAX,
    Activity,
    ActivityDate,
    Amount,
    Classification,
    Description,
    Indicator,
    Measure,
    Organisation,
    Period,
    Result,
    Results,
)
from consortio.interchange.values import Findings, clean_line
from consortio.interchange.wording import Wording
from consortio.interchange.xml_elements import XML_LANGUAGE, Element, ElementStream

INHERITED = "<inherit>"
ARCHIVE, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK_PARTS = (b"xl/workbook", b"opendocument.spreadsheet")  # stand in such an archive as they are
_VERSION = re.compile(r"[12]\.0?\d", re.ASCII)
_NO_WORDS: dict[str, str] = {}


def read_iati(data: bytes, file: str) -> Results:
    """
    Return the results in the bytes of an IATI activity file.

    Raises:
        Refused: no IATI activity file, another version, broken, or more than a limit allows.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Refused(Wording("The file is empty; expected an IATI activity file."), code="empty")
    _refuse_archive(data)
    return _File(file).read(data)


def _refuse_archive(data: bytes) -> None:
    if data.startswith(OLD_WORKBOOK) or (data.startswith(ARCHIVE) and any(part in data for part in WORKBOOK_PARTS)):
        message = Wording("This is a spreadsheet; expected an IATI activity file, which is XML.")
    elif data.startswith(ARCHIVE):
        message = Wording("This is a zip archive; expected an IATI activity file, which is XML: unpack it first.")
    else:
        return
    raise Refused(message, code="format")


class _File:
    def __init__(self, file: str) -> None:
        self._file = file
        self._findings = Findings()
        self._rules = Rules(self._findings)
        self._version: str | None = None
        self._activities: list[Activity] = []

    def read(self, data: bytes) -> Results:
        stream = ElementStream(self._begin, self._take)
        stream.read(data)
        self._rules.end()
        return Results(
            file=self._file,
            root="iati-activities",
            version=self._version,
            encoding=stream.encoding,
            activities=tuple(self._activities),
            findings=self._findings.all(),
        )

    def _begin(self, root: Element) -> None:
        if root.name == "iati-organisations":
            raise Refused(
                Wording("This is an IATI organisation file; expected an activity file, which holds results."),
                code="organisation_file",
            )
        if root.name != "iati-activities":
            raise Refused(Wording("The file's root is not iati-activities; expected an IATI file."), code="format")
        self._version = clean_line(root.attribute("version"), 20) or None
        self._say_version()
        self._rules.begin(root)

    def _say_version(self) -> None:
        version = self._version
        if version is None:
            self._findings.add("warning", "version_missing", Wording("The file names no version; it was read as 2.03."))
        elif not _VERSION.fullmatch(version):
            raise Refused(
                Wording("The file is of version {version}; expected 1.01 to 2.03.", version=version), code="version"
            )
        elif self._upgraded:
            message = Wording(
                "The file is of version {version}; its words for roles, dates, transactions and budgets were read as"
                " the codes of 2.03.",
                version=version,
            )
            self._findings.add("warning", "version_upgraded", message)

    @property
    def _upgraded(self) -> bool:
        return bool(self._version and self._version.startswith("1."))

    def _take(self, element: Element) -> None:
        if element.name != "iati-activity":
            return
        if len(self._activities) == ACTIVITIES_MAX:
            raise Refused(
                Wording("The file has more than {activities_max:,} activities.", activities_max=ACTIVITIES_MAX),
                code="too_many_activities",
            )
        identifier = element.first("iati-identifier")
        name = clean_line(identifier.text if identifier else "", 200)
        activity = _activity(element, name, Reading(self._findings, name, upgraded=self._upgraded))
        self._activities.append(activity)
        self._rules.check(activity, element)


def _activity(element: Element, identifier: str, reading: Reading) -> Activity:
    status, reporting = element.first("activity-status"), element.first("reporting-org")
    currency = clean_line(element.attribute("default-currency"), 20)
    return Activity(
        identifier=identifier,
        title=words_of(element.first("title")),
        line=element.line,
        status=clean_line(status.attribute("code"), 20) if status else "",
        reporting_ref=clean_line(reporting.attribute("ref"), 200) if reporting else "",
        default_currency=currency,
        humanitarian=element.attribute("humanitarian") in ("1", "true"),
        organisations=tuple(_organisation(one, reading) for one in element.all("participating-org")),
        dates=tuple(_date(one, reading) for one in element.all("activity-date")),
        transactions=tuple(_transaction(one, currency, reading) for one in element.all("transaction")),
        budgets=tuple(_budget(one, currency, reading) for one in element.all("budget")),
        planned_disbursements=tuple(_budget(one, currency, reading) for one in element.all("planned-disbursement")),
        results=tuple(_result(one, reading) for one in element.all("result")),
        counts={name: sum(1 for _ in element.all(*path)) for name, path in codes.COUNTED.items()},
        languages=_languages(element),
        language=clean_line(element.attribute(XML_LANGUAGE), 20),
        reporting_kind=clean_line(reporting.attribute("type"), 20) if reporting else "",
        reporting_names=narratives_of(*([reporting] if reporting else [])),
        titles=narratives_of(*element.all("title")),
        descriptions=tuple(_description(one) for one in element.all("description")),
        classifications=tuple(_classification(one) for one in element.children if one.name in codes.CLASSIFICATIONS),
        left_out=dict(Counter(_left_out(element, ""))),
    )


def _description(element: Element) -> Description:
    return Description(narratives_of(element), clean_line(element.attribute("type"), 20))


def _classification(element: Element) -> Classification:
    names = (name.rstrip("!") for name in codes.CLASSIFICATIONS[element.name])
    attributes = {name: clean_line(element.attribute(name)) for name in names if name in element.attributes}
    words = narratives_of(element) if element.name in codes.WITH_WORDS else ()
    return Classification(element.name, attributes, words)


def _left_out(element: Element, path: str) -> Iterator[str]:
    """Yield the path of each part that nothing holds; what is inside it goes without saying."""
    for child in element.children:
        own = f"{path}{clean_line(child.name, 100)}"
        if own in codes.HELD:
            yield from _left_out(child, f"{own}/")
        else:
            yield own


def _languages(element: Element) -> dict[str, int]:
    narratives = (one for one in element.everything() if one.name == "narrative")
    return dict(Counter(one.attributes.get(XML_LANGUAGE, INHERITED)[:20] for one in narratives))


def _organisation(element: Element, reading: Reading) -> Organisation:
    role = reading.code(element, "role", codes.ROLES, codes.OLD_ROLES)
    kind = clean_line(element.attribute("type"), 20)
    return Organisation(
        words_of(element), clean_line(element.attribute("ref"), 200), role, kind, names=narratives_of(element)
    )


def _date(element: Element, reading: Reading) -> ActivityDate:
    kind = reading.code(element, "type", codes.DATE_KINDS, codes.OLD_DATE_KINDS)
    return ActivityDate(kind, clean_line(element.attribute("type"), 40), reading.day(element))


def _transaction(element: Element, currency: str, reading: Reading) -> Amount:
    kind, value = element.first("transaction-type"), element.first("value")
    return Amount(
        kind=reading.code(kind, "code", codes.TRANSACTION_KINDS, codes.OLD_TRANSACTION_KINDS),
        written=clean_line(kind.attribute("code"), 40) if kind else "",
        currency=_currency(value, currency),
        value=reading.decimal(value),
        start=reading.day(element.first("transaction-date")),
        valued_on=reading.day(value, "value-date"),
    )


def _budget(element: Element, currency: str, reading: Reading) -> Amount:
    value = element.first("value")
    return Amount(
        kind=reading.code(element, "type", codes.BUDGET_KINDS, codes.OLD_BUDGET_KINDS) or "1",
        written=clean_line(element.attribute("type"), 40),
        currency=_currency(value, currency),
        value=reading.decimal(value),
        start=reading.day(element.first("period-start")),
        end=reading.day(element.first("period-end")),
        valued_on=reading.day(value, "value-date"),
    )


def _currency(value: Element | None, currency: str) -> str:
    return clean_line(value.attribute("currency") if value else "", 20) or currency


def _result(element: Element, reading: Reading) -> Result:
    kind = reading.code(element, "type", codes.RESULT_KINDS, _NO_WORDS)
    indicators = tuple(_indicator(one, reading) for one in element.all("indicator"))
    return Result(
        words_of(element.first("title")),
        kind,
        indicators,
        titles=narratives_of(*element.all("title")),
        descriptions=narratives_of(*element.all("description")),
    )


def _indicator(element: Element, reading: Reading) -> Indicator:
    return Indicator(
        title=words_of(element.first("title")),
        measure=reading.code(element, "measure", codes.MEASURES, _NO_WORDS),
        ascending=element.attribute("ascending") not in ("0", "false"),
        baselines=_measures(element, "baseline", reading),
        periods=tuple(_period(one, reading) for one in element.all("period")),
        titles=narratives_of(*element.all("title")),
        descriptions=narratives_of(*element.all("description")),
    )


def _period(element: Element, reading: Reading) -> Period:
    return Period(
        start=reading.day(element.first("period-start")),
        end=reading.day(element.first("period-end")),
        targets=_measures(element, "target", reading),
        actuals=_measures(element, "actual", reading),
    )


def _measures(element: Element, name: str, reading: Reading) -> tuple[Measure, ...]:
    return tuple(reading.measure(one) for one in element.all(name))
