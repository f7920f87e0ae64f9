"""Hostile and broken Primavera XER, and the encodings it comes in."""

import time

import pytest

from consortio.interchange import xer as reader
from consortio.interchange import xer_table
from consortio.interchange.plan import Refused
from consortio.interchange.tests.fixtures_xer import CALENDAR, PROJECT, ROOT, activity, table, wbs, xer
from consortio.interchange.xer import read_xer
from consortio.interchange.xer_text import encoding_of

RUSSIAN = "Монтаж металлоконструкций здания"
GERMAN = "Gründung für Gebäude prüfen"
CHINESE = "主体结构施工 第二阶段"


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_xer(data, "plan.xer")
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("name", "encoding", "found"),
    [
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "utf-8", "utf-8"),
        (RUSSIAN, "utf-8-sig", "utf-8"),
        (RUSSIAN, "utf-16", "utf-16"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (CHINESE, "gb18030", "gb18030"),
        ("Plain", "ascii", "utf-8"),
    ],
)
def test_names_are_readable_in_every_encoding_p6_writes(name: str, encoding: str, found: str) -> None:
    data = xer([activity(number, task_name=f"{name} {number}") for number in range(1, 6)])

    plan = read_xer(data.decode().encode(encoding), "plan.xer")

    assert (plan.encoding, [item.name for item in plan.items[1:]]) == (found, [f"{name} {n}" for n in range(1, 6)])
    assert plan.findings == ()


def test_signs_of_currencies_do_not_decide_the_encoding() -> None:
    signs = table("CURRTYPE", [{"curr_id": number, "curr_symbol": "£¥€"} for number in range(50)]).encode("cp1252")
    header, _, rest = xer([activity(1, task_name=RUSSIAN)]).decode().encode("cp1251").partition(b"\r\n")

    assert encoding_of(header + b"\r\n" + signs + rest) == ("cp1251", "cp1251")


def test_bytes_that_the_encoding_does_not_know_are_shown_as_such_with_a_finding() -> None:
    data = xer([activity(1, task_name="Pr?fen")]).replace(b"Pr?fen", b"Pr\x81fen \xfc")

    plan = read_xer(data, "plan.xer")

    assert plan.items[1].name == "Pr\ufffdfen ü"
    assert [(one.code, one.where) for one in plan.findings] == [("encoding", {"line": 13})]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty; expected ERMHDR on line 1."),
        (b"PK\x01\x02 something", "Line 1 begins with “PK something”; expected ERMHDR, as P6 writes it."),
        (xer([activity(1)], end=""), "The file ends after line 13 without %E, its end mark: it seems cut off."),
        (xer([activity(1, task_name="a\0b")]), "Line 13 holds a zero byte; expected text."),
        (b"ERMHDR\t20\r\n%E\r\n", "The file has no row in table PROJECT; expected at least one."),
        (xer([activity(1), activity(1)]), "Two rows of TASK have the task_id 1; expected each to have its own."),
        (xer([activity("")]), "An activity has no task_id (line 13); expected one."),  # type: ignore[arg-type]
        (
            b"ERMHDR\t20\r\n%T\tTASK\r\n%R\t1\r\n%E\r\n",
            "A row of TASK stands on line 3 before any %F; expected the column names.",
        ),
        (
            xer([activity(1)], PROJWBS=[ROOT, ROOT]),
            "Two rows of PROJWBS have the wbs_id 10 (line 11); expected one.",
        ),
    ],
    ids=["empty", "binary", "cut off", "zero byte", "no project", "twins", "no id", "no columns", "twin nodes"],
)
def test_a_broken_file_is_one_sentence(data: bytes, sentence: str) -> None:
    assert refusal(data).message == sentence


@pytest.mark.parametrize("length", range(1, 700, 41))
def test_no_beginning_of_a_file_is_taken_for_the_whole(length: int) -> None:
    whole = xer([activity(1), activity(2)])

    assert len(whole) > 700
    refusal(whole[:length])


def test_limits_on_rows_columns_tables_and_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    many_columns = b"ERMHDR\n%T\tTASK\n%F" + b"\ta" * 600 + b"\n%E\n"
    many_tables = b"ERMHDR\n" + b"".join(b"%%T\tT%d\n" % number for number in range(1100)) + b"%E\n"
    long_line = b"ERMHDR\n%T\tTASK\n%F\ttask_id\n%R\t" + b"9" * 2_000_000 + b"\n%E\n"

    assert refusal(many_columns).message == "Table TASK has more than 500 columns (line 3)."
    assert refusal(many_tables).message == "The file has more than 1000 tables; expected fewer."
    assert refusal(long_line).message == "Line 4 has more than 1,048,576 characters; expected fewer."

    monkeypatch.setattr(xer_table, "ROWS_MAX", 4)
    assert len(read_xer(xer([activity(1)]), "plan.xer").items) == 2
    assert (
        refusal(xer([activity(1), activity(2)])).message == "The file has more than 4 rows (line 14); expected fewer."
    )


def test_too_many_activities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ITEMS_MAX", 3)

    assert len(read_xer(xer([activity(1), activity(2)]), "plan.xer").items) == 3
    assert refusal(xer([activity(1), activity(2), activity(3)])).code == "too_many_items"


def test_a_deep_wbs_is_refused_without_recursion() -> None:
    nodes = [ROOT, *(wbs(number, number - 1) for number in range(11, 5000))]

    assert refusal(xer([activity(1)], PROJWBS=nodes)).code == "too_deep"
    assert len(read_xer(xer([activity(1)], PROJWBS=nodes[:60]), "plan.xer").items) == 61


@pytest.mark.parametrize(
    "data",
    [
        "(" * 200_000,
        "(0||A()(" * 50_000,
        "(0||" + " " * 200_000,
        "(0||A(" + "a|" * 100_000,
        ")" * 1000,
        "(0||CalendarData()(",
    ],
)
def test_a_hostile_calendar_costs_little_and_is_a_finding(data: str) -> None:
    started = time.process_time()

    plan = read_xer(xer([activity(1)], CALENDAR=[{**CALENDAR, "clndr_data": data}]), "plan.xer")

    assert "calendar_hours" in [one.code for one in plan.findings]
    assert time.process_time() - started < 2


@pytest.mark.parametrize("value", ["9" * 5000, "1e999", "nan", "-inf", "1e11", "eight", "1,000,000"])
def test_a_monstrous_number_is_left_empty_with_a_finding(value: str) -> None:
    plan = read_xer(xer([activity(1, total_float_hr_cnt=value)]), "plan.xer")

    assert plan.items[1].total_float_minutes is None
    assert [one.code for one in plan.findings] == ["value"]


@pytest.mark.parametrize("value", ["2026-13-01 00:00", "tomorrow", "0001-01-01 00:00", "31-XXX-26"])
def test_a_date_that_is_none_is_left_empty_with_a_finding(value: str) -> None:
    plan = read_xer(xer([activity(1, early_start_date=value)]), "plan.xer")

    assert plan.items[1].stored.early_start is None
    assert {one.code for one in plan.findings} == {"value"}


def test_exceptions_on_impossible_days_are_left_out() -> None:
    exceptions = "(0||0(d|999999999)())(0||1(d|-5)())(0||2(d|x)())(0||3(d|46023)())"
    data = f"(0||CalendarData()((0||DaysOfWeek()())(0||Exceptions()({exceptions}))))"

    plan = read_xer(xer([activity(1)], CALENDAR=[{**CALENDAR, "clndr_data": data}]), "plan.xer")

    assert len(plan.calendars[0].exceptions) == 1
    assert len([one for one in plan.findings if one.code == "calendar_hours"]) == 4


def test_calendars_in_a_circle_are_opened() -> None:
    rows = [{"clndr_id": one, "clndr_name": f"C{one}", "base_clndr_id": base} for one, base in ((5, 6), (6, 7), (7, 5))]

    plan = read_xer(xer([activity(1)], CALENDAR=rows), "plan.xer")

    assert [one.base for one in plan.calendars] == [None, "7", "5"]


def test_the_same_project_twice_is_refused() -> None:
    assert refusal(xer([activity(1)], PROJECT=[PROJECT, PROJECT])).code == "twin"
