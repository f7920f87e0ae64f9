"""IATI activity files as neutral results: what is read, and what of it does not hold."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consortio.interchange import iati as reader
from consortio.interchange.iati import read_iati
from consortio.interchange.plan import Refused
from consortio.interchange.results import (
    Activity,
    ActivityDate,
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
from consortio.interchange.results_summary import summary
from consortio.interchange.tests.fixtures_iati import activity, budget, iati, indicator, period, transaction


def found(data: bytes) -> list[tuple[str, str]]:
    return [(one.severity, one.code) for one in read_iati(data, "a.xml").findings]


def test_an_activity_is_read_whole() -> None:
    baseline = '<baseline value="7.5" year="2029"/>'
    parts = (
        transaction("3", "1250.50"),
        budget("5000", kind="2"),
        indicator(period("9", "8.25"), attributes='measure="1" ascending="0"', more=baseline),
        '<sector code="21040"/><sector vocabulary="98" code="A"/><conditions><condition type="1"/></conditions>',
    )
    data = iati(activity("".join(parts), attributes='default-currency="EUR" humanitarian="1"'))

    read = read_iati(data, "a.xml")

    day, last = date(2030, 1, 1), date(2030, 12, 31)
    period_read = Period(day, last, (Measure("9", Decimal(9)),), (Measure("8.25", Decimal("8.25")),))
    base = Measure("7.5", Decimal("7.5"), year=2029)
    board, title = (Narrative("Harbour Board"),), (Narrative("Dredge the harbour"),)
    counts = dict.fromkeys(read.activities[0].counts, 0) | {"sectors": 2, "conditions": 1}
    assert read == Results(
        file="a.xml",
        root="iati-activities",
        version="2.03",
        encoding="UTF-8",
        activities=(
            Activity(
                identifier="XX-1-A",
                title="Dredge the harbour",
                line=3,
                status="2",
                reporting_ref="XX-1",
                default_currency="EUR",
                humanitarian=True,
                organisations=(Organisation("Harbour Board", "XX-1", "1", names=board),),
                dates=(ActivityDate("1", "1", day), ActivityDate("3", "3", last)),
                transactions=(
                    Amount("3", "3", "EUR", Decimal("1250.50"), date(2030, 2, 1), valued_on=date(2030, 2, 1)),
                ),
                budgets=(Amount("2", "2", "EUR", Decimal(5000), day, last, day),),
                results=(
                    Result(
                        "Depth",
                        "1",
                        (Indicator("Metres", "1", False, (base,), (period_read,), (Narrative("Metres"),)),),
                        (Narrative("Depth"),),
                    ),
                ),
                counts=counts,
                languages={"<inherit>": 6},
                reporting_kind="40",
                reporting_names=board,
                titles=title,
                descriptions=(Description((Narrative("Deeper"),)),),
                classifications=(
                    Classification("sector", {"code": "21040"}),
                    Classification("sector", {"code": "A", "vocabulary": "98"}),
                ),
                left_out={"conditions": 1},
            ),
        ),
    )


def test_texts_keep_their_languages_and_what_nothing_holds_is_counted() -> None:
    texts = '<narrative>Bed</narrative><narrative xml:lang="fr">Lit</narrative>'
    baseline = f'<baseline year="2029" iso-date="2029-06-30" value="7"><comment>{texts}</comment></baseline>'
    data = iati(
        activity(
            indicator(period("9", "8"), more=f"<description>{texts}</description>{baseline}")
            + "<transaction><description/><provider-org/></transaction><colour/>",
            attributes='default-currency="EUR" xml:lang="en"',
            title=f"<title>{texts}</title>",
            description=f'<description type="2">{texts}</description><description>{texts}</description>',
        )
    )

    (one,) = read_iati(data, "a.xml").activities

    both = (Narrative("Bed"), Narrative("Lit", "fr"))
    (held,) = one.results[0].indicators
    assert (one.language, one.title, one.titles) == ("en", "Bed", both)
    assert one.descriptions == (Description(both, "2"), Description(both))
    assert held.descriptions == both
    assert held.baselines == (Measure("7", Decimal(7), 2029, date(2029, 6, 30), both),)
    assert one.left_out == {"transaction/description": 1, "transaction/provider-org": 1, "colour": 1}


def test_the_titles_of_version_1_stand_one_for_each_language() -> None:
    data = iati(activity(title='<title>Bed</title><title xml:lang="fr">Lit</title>'), version="1.05")

    assert read_iati(data, "a.xml").activities[0].titles == (Narrative("Bed"), Narrative("Lit", "fr"))


def test_the_summary_adds_up_by_kind_and_currency_without_losing_a_digit() -> None:
    money = (
        transaction("3", "0.1"),
        transaction("3", "0.20"),
        transaction("3", "100000000000000000000000000000.01"),
        transaction("3", "5", currency="USD"),
        transaction("2", "-7"),
        transaction("3", "much"),
        budget("10"),
        budget("20", kind="2"),
    )

    figures = summary(read_iati(iati(activity("".join(money))), "a.xml"))

    assert figures["transactions"] == {
        "2|EUR": {"n": 1, "sum": "-7"},
        "3|<unparsable>": {"n": 1, "sum": "0"},
        "3|EUR": {"n": 3, "sum": "100000000000000000000000000000.31"},
        "3|USD": {"n": 1, "sum": "5"},
    }
    assert figures["budgets"] == {"type1(default)|EUR": {"n": 1, "sum": "10"}, "type2|EUR": {"n": 1, "sum": "20"}}
    assert figures["n_transactions"] == 6


def test_the_summary_counts_what_was_reached_upwards_and_downwards() -> None:
    upwards = indicator(period("10", "11"), period("10", "9"), period("Yes", "Yes"))
    downwards = indicator(period("10", "9.5"), attributes='measure="1" ascending="false"')

    figures = summary(read_iati(iati(activity(upwards + downwards)), "a.xml"))

    names = ("periods", "targets", "periods_with_numeric_target_and_actual", "of_these_first_actual_meets_first_target")
    assert [figures[name] for name in names] == [4, 4, 3, 2]
    assert (figures["sum_first_targets"], figures["sum_first_actuals"]) == ("30", "29.5")
    assert (figures["indicators"], figures["indicators_descending"]) == (2, 1)


def test_version_1_is_upgraded_and_a_finding_says_so() -> None:
    data = iati(
        activity(
            transaction("D", "5") + budget("7", kind="Original"),
            title="<title>Dredge</title>",
            participating_org='<participating-org role="Implementing">Board</participating-org>',
            activity_date='<activity-date type="start-planned" iso-date="2030-01-01"/>',
        ),
        version="1.02",
    )

    read = read_iati(data, "a.xml")

    (one,) = read.activities
    assert (one.title, one.organisations) == ("Dredge", (Organisation("Board", "", "4", names=(Narrative("Board"),)),))
    assert [(each.kind, each.written) for each in one.dates] == [("1", "start-planned")]
    assert [(each.kind, each.written) for each in one.transactions + one.budgets] == [("3", "D"), ("1", "Original")]
    assert [each.message for each in read.findings] == [
        "The file is of version 1.02; its words for roles, dates, transactions and budgets were read as the codes of"
        " 2.03."
    ]
    assert summary(read)["transactions"] == {"3|EUR": {"n": 1, "sum": "5"}}


def test_words_of_version_1_mean_nothing_in_version_2() -> None:
    read = read_iati(iati(activity(transaction("D", "5"))), "a.xml")

    assert (read.activities[0].transactions[0].kind, [one.code for one in read.findings]) == ("D", ["unknown_code"])


def test_a_file_without_a_version_is_read_with_a_finding() -> None:
    assert found(iati(activity(), version=None)) == [("warning", "version_missing")]
    assert found(iati(activity())) == []


@pytest.mark.parametrize("version", ["3.01", "2", "two", "1.1.1"])
def test_another_version_is_refused(version: str) -> None:
    with pytest.raises(Refused) as refused:
        read_iati(iati(activity(), version=version), "a.xml")

    assert refused.value.message == f"The file is of version {version}; expected 1.01 to 2.03."


def dated(*days: tuple[str, str]) -> dict[str, Any]:
    return {"activity_date": "".join(f'<activity-date type="{kind}" iso-date="{day}"/>' for kind, day in days)}


BROKEN = {
    "missing_element": activity(without="description"),
    "unknown_element": activity("<colour/>"),
    "no_start": activity(**dated(("3", "2030-01-01"))),
    "dates_out_of_order": activity(**dated(("2", "2030-02-01"), ("4", "2030-01-01"))),
    "value": activity(transaction("3", "1,5")),
    "unknown_code": activity(
        participating_org='<participating-org role="9"><narrative>Z</narrative></participating-org>'
    ),
    "no_currency": activity(transaction("3", "1"), attributes=""),
    "grouped_digits": activity(indicator(period("1,300.00", "7"))),
    "percentages": activity('<sector code="1" percentage="60"/><sector code="2" percentage="39"/>'),
}
WHOLE = {
    "missing_element": activity(),
    "unknown_element": activity('<own:colour xmlns:own="urn:own"/>'),
    "no_start": activity(**dated(("1", "2030-01-01"))),
    "dates_out_of_order": activity(**dated(("2", "2030-02-01"), ("3", "2030-01-01"))),
    "value": activity(transaction("3", "1.5")),
    "unknown_code": activity(
        participating_org='<participating-org role="4"><narrative>Z</narrative></participating-org>'
    ),
    "no_currency": activity(transaction("3", "1", currency="USD"), attributes=""),
    "grouped_digits": activity(indicator(period("1300.00", "7"))),
    "percentages": activity('<sector code="1" percentage="66.67"/><sector code="2" percentage="33.33"/>'),
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_does_not_hold_is_one_finding_and_its_twin_none(code: str) -> None:
    assert [one for _, one in found(iati(BROKEN[code]))] == [code]
    assert found(iati(WHOLE[code])) == []


@pytest.mark.parametrize(
    "part",
    [
        budget("1", start="2030-12-31", end="2030-01-01"),
        indicator(period("1", "1", start="2030-12-31", end="2030-01-01")),
    ],
    ids=["budget", "period"],
)
def test_budgets_and_periods_do_not_end_before_they_start(part: str) -> None:
    assert found(iati(activity(part))) == [("error", "dates_out_of_order")]


def test_two_activities_of_one_identifier_are_both_read_with_a_finding() -> None:
    read = read_iati(iati(activity(), activity()).replace(b"\n", b""), "a.xml")

    assert [one.identifier for one in read.activities] == ["XX-1-A", "XX-1-A"]
    assert [(one.code, one.message) for one in read.findings] == [
        ("duplicate_identifier", "The identifier “XX-1-A” is also that of the activity at line 1.")
    ]


def test_an_activity_without_an_identifier_is_named_by_its_line() -> None:
    read = read_iati(iati(activity(iati_identifier="<iati-identifier> </iati-identifier>")), "a.xml")

    assert [(one.message, one.where) for one in read.findings] == [
        ("The activity has no iati-identifier.", {"activity": "", "line": 3})
    ]


def test_countries_and_regions_together_make_a_hundred() -> None:
    country, region = '<recipient-country code="{}" percentage="{}"/>', '<recipient-region code="{}" percentage="{}"/>'

    assert found(iati(activity(country.format("AF", 60) + region.format(489, 40)))) == []
    assert found(iati(activity(country.format("AF", 60) + region.format(489, 50)))) == [("warning", "percentages")]
    assert found(iati(activity(country.format("AF", 60) + country.format("AG", 39)))) == [("warning", "percentages")]


def test_nothing_happens_after_the_file_was_made() -> None:
    made = 'generated-datetime="2030-01-15T07:15:37Z"'
    paid = activity(transaction("3", "1", day="2030-01-15"))

    assert found(iati(paid, attributes=made)) == []
    assert found(iati(paid.replace("2030-01-15", "2030-01-16"), attributes=made)) == [("warning", "after_the_file")]


def test_a_file_without_activities_says_so() -> None:
    assert found(iati()) == [("warning", "no_activities")]


def test_too_many_activities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ACTIVITIES_MAX", 1)

    assert len(read_iati(iati(activity()), "a.xml").activities) == 1
    with pytest.raises(Refused):
        read_iati(iati(activity(), activity()), "a.xml")
