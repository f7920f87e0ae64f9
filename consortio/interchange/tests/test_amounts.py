"""Costs in plan files: read exactly, missing where they are missing, and written so that they come back."""

from decimal import Decimal

import pytest

from consortio.interchange.amounts import (
    amount_written,
    currency_named,
    parse_amount,
    said_of,
    with_below,
    without_below,
)
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import Item, Plan, Project
from consortio.interchange.tabular import read_tabular
from consortio.interchange.tests.shared import schedules
from consortio.interchange.write_mspdi import not_written, write_mspdi
from consortio.interchange.write_sheet import spelled_amount, write_csv, write_xlsx
from consortio.interchange.xer import read_xer


def plan(*items: Item) -> Plan:
    return Plan("plan.xml", "mspdi", "msp", (Project("0", "House"),), items=items)


def costs(one: Plan) -> dict[str, tuple[str | None, str | None, str]]:
    return {
        item.name: (
            None if item.budget is None else str(item.budget),
            None if item.actual_cost is None else str(item.actual_cost),
            item.currency,
        )
        for item in one.items
    }


def mspdi(tasks: str, rest: str = "", head: str = "<CurrencyCode>EUR</CurrencyCode>") -> Plan:
    text = f'<Project xmlns="http://schemas.microsoft.com/project">{head}<Tasks>{tasks}</Tasks>{rest}</Project>'
    return read_mspdi(text.encode(), "plan.xml")


def task(uid: int, inside: str, level: int = 1) -> str:
    return (
        f"<Task><UID>{uid}</UID><Name>T{uid}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>PT8H0M0S</Duration>{inside}</Task>"
    )


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("1200", "1200", ""),
        ("1,200.50", "1200.5", ""),
        ("1.200,50", "1200.5", ""),
        ("1 200,5", "1200.5", ""),
        ("1'200.50 CHF", "1200.5", "CHF"),
        ("1,200", "1200", ""),
        ("0,125", "0.125", ""),
        ("1.200.300", "1200300", ""),
        ("€ 99.90", "99.9", "EUR"),
        ("99,90 euro", "99.9", "EUR"),
        ("US$ 5", None, ""),
        ("$5", "5", ""),
        ("−12", "-12", ""),
        ("12,34,5", None, ""),
        ("12 days", None, ""),
        ("", None, ""),
    ],
)
def test_amounts_as_people_write_them(written, amount, currency):
    if amount is None:
        with pytest.raises(ValueError):
            amount_written(written)
    else:
        assert amount_written(written) == (Decimal(amount), currency)


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "1e400", "10000000000001", "twelve", ""])
def test_what_is_no_amount_is_refused(raw):
    with pytest.raises(ValueError):
        parse_amount(raw)

    assert parse_amount("12,50") == Decimal("12.5")


def test_a_currency_is_named_by_its_code_or_by_a_sign_of_its_own():
    named = {text: currency_named(text) for text in ("EUR", "£", "USD $", "$", "EUR or USD", "", "ABC", "RUR р.")}

    assert named == {
        "EUR": "EUR", "£": "GBP", "USD $": "USD", "$": "", "EUR or USD": "", "": "", "ABC": "", "RUR р.": "RUB",
    }  # fmt: skip


def test_a_row_of_zeros_says_nothing():
    assert said_of(Decimal(0), Decimal(0)) == (None, None)
    assert said_of(Decimal(0), Decimal(5)) == (0, 5)
    assert said_of(Decimal(5), Decimal(0)) == (5, 0)


def test_mspdi_money_is_in_hundredths_and_of_tasks():
    one = mspdi(
        task(1, "<Summary>1</Summary><FixedCost>5000</FixedCost><Cost>25050</Cost>")
        + task(2, "<Cost>12050</Cost><ActualCost>3000</ActualCost>", 2)
        + task(3, "<Cost>8000</Cost><Baseline><Number>0</Number><Cost>7000</Cost></Baseline>", 2)
        + task(4, "<Cost>0</Cost><ActualCost>0</ActualCost>", 2)
        + task(5, "<Cost>9000000000000000000</Cost>", 2)
    )

    assert costs(one) == {
        "T1": ("50", None, "EUR"),
        "T2": ("120.5", "30", "EUR"),
        "T3": ("70", None, "EUR"),
        "T4": (None, None, ""),
        "T5": (None, None, ""),
    }
    assert [finding.where["field"] for finding in one.findings if finding.code == "value"] == ["Cost"]


def test_mspdi_costs_of_assignments_count_where_the_task_says_none():
    rest = (
        "<Assignments><Assignment><UID>1</UID><TaskUID>1</TaskUID><Cost>1000</Cost><ActualCost>500</ActualCost>"
        "</Assignment><Assignment><UID>2</UID><TaskUID>1</TaskUID><Cost>2050</Cost></Assignment></Assignments>"
    )

    one = mspdi(task(1, ""), rest, head="<CurrencySymbol>$</CurrencySymbol>")

    assert costs(one) == {"T1": ("30.5", "5", "")}
    assert [finding.code for finding in one.findings if finding.severity == "warning"] == ["no_currency"]


def test_mspdi_has_one_currency_and_says_what_it_leaves_out():
    euros = Item("1", "A", budget=Decimal("1.005"), actual_cost=Decimal(0), currency="EUR", duration_minutes=480)
    dollars = Item("2", "B", budget=Decimal(7), currency="USD", duration_minutes=480)
    phase = Item("3", "C", kind="phase", budget=Decimal(1), actual_cost=Decimal(2), currency="EUR")
    one = plan(euros, dollars, phase)

    read = read_mspdi(write_mspdi(one), "plan.xml")

    assert costs(read) == {"A": ("1.005", "0", "EUR"), "B": (None, None, ""), "C": ("1", None, "EUR")}
    assert {finding.code: finding.where["items"] for finding in not_written(one)} == {
        "other_currency": 1,
        "cost_of_phase": 1,
    }


def xer(rows: str, header: str = "USD") -> Plan:
    text = (
        f"ERMHDR\t20.12\t2026-01-01\tProject\ta\tb\tc\tProject Management\t{header}\n"
        "%T\tPROJECT\n%F\tproj_id\tproj_short_name\n%R\t1\tP\n"
        "%T\tTASK\n%F\ttask_id\tproj_id\ttask_name\ttarget_drtn_hr_cnt\n%R\t10\t1\tA\t8\n%R\t11\t1\tB\t8\n%R\t12\t1\tC\t8\n"
        f"{rows}%E\n"
    )
    return read_xer(text.encode(), "plan.xer")


def test_xer_adds_up_assignments_and_expenses_of_an_activity():
    one = xer(
        "%T\tTASKRSRC\n%F\ttask_id\trsrc_id\ttarget_cost\tact_reg_cost\tact_ot_cost\n"
        "%R\t10\t\t100.10\t20.20\t1.05\n%R\t10\t\t50\t\t\n%R\t11\t\t0.00\t0.00\t0.00\n%R\t12\t\t30\t\t\n"
        "%T\tPROJCOST\n%F\tcost_item_id\ttask_id\ttarget_cost\tact_cost\n%R\t1\t10\t9,9\t4\n"
    )

    assert costs(one) == {"A": ("160", "25.25", "USD"), "B": (None, None, ""), "C": ("30", None, "USD")}


@pytest.mark.parametrize("name", ["aspose_encoding1251.xer"])
def test_a_real_xer_file_with_expenses(name):
    folder = schedules()
    if folder is None:
        pytest.skip("the shared files are not at hand")
    path = folder / "xer" / name

    one = read_xer(path.read_bytes(), name)

    assert sum(item.budget or 0 for item in one.items) == Decimal("17106")  # 13,765 of resources, 3,341 of expenses
    assert sum(item.actual_cost or 0 for item in one.items) == Decimal("1724")
    assert {item.currency for item in one.items} == {"", "USD"}


CSV = "\n".join(
    (
        "WBS,Name,Start,Finish,Budget (EUR),Actual cost",
        "1,House,2026-01-05,2026-01-30,,",
        '1.1,Dig,2026-01-05,2026-01-09,"1,200.50",1300',
        "1.2,Build,2026-01-12,2026-01-30,€ 3 000,",
        "1.3,Paint,2026-01-12,2026-01-30,-5,soon",
    )
)


def test_a_table_says_costs_in_its_own_columns():
    one = read_tabular(CSV.encode(), "plan.csv", "csv")

    assert costs(one) == {
        "House": (None, None, ""),
        "Dig": ("1200.5", "1300", "EUR"),
        "Build": ("3000", None, "EUR"),
        "Paint": (None, None, ""),
    }
    assert [finding.where["field"] for finding in one.findings if finding.code == "cell"] == ["actual_cost", "budget"]


@pytest.mark.parametrize(
    ("heading", "other"),
    [("Kosten", "Istkosten"), ("Coût prévu", "Coût réel"), ("Стоимость", "Фактическая стоимость"), ("Cost", "Spent")],
)
def test_headings_of_costs_in_several_languages(heading, other):
    text = f"ID,Name,Start,Finish,{heading},{other},Currency\n1,Dig,2026-01-05,2026-01-09,10,12,pln\n"

    assert costs(read_tabular(text.encode(), "plan.csv", "csv")) == {"Dig": ("10", "12", "PLN")}


def test_a_phase_of_a_table_costs_what_is_left_of_its_sum():
    rows = [
        Item("1", "House", kind="phase", budget=Decimal(120), actual_cost=Decimal(30), currency="EUR"),
        Item("2", "Dig", parent="1", budget=Decimal(100), actual_cost=Decimal(30), currency="EUR"),
        Item("3", "Garden", kind="phase", budget=Decimal(10), currency="EUR"),
        Item("4", "Plants", parent="3", budget=Decimal(40), currency="EUR"),
        Item("5", "Roof", kind="phase", budget=Decimal(7), currency="EUR"),
        Item("6", "Tiles", parent="5", budget=Decimal(7), currency="USD"),
    ]

    own, short = without_below(rows)

    assert [(item.budget, item.actual_cost) for item in own] == [
        (20, 0), (100, 30), (None, None), (40, None), (None, None), (7, None)
    ]  # fmt: skip
    assert short == {"3", "5"}


def test_what_a_table_shows_of_phases_is_read_back_as_it_was():
    rows = [
        Item("1", "House", kind="phase", budget=Decimal("20.25"), currency="EUR", duration_minutes=480),
        Item(
            "2",
            "Dig",
            parent="1",
            depth=2,
            budget=Decimal(100),
            actual_cost=Decimal("3.125"),
            currency="EUR",
            duration_minutes=480,
        ),
    ]
    shown = with_below(rows)

    assert shown == {"1": (Decimal("120.25"), None), "2": (Decimal(100), Decimal("3.125"))}
    for write, format in ((write_csv, "csv"), (write_xlsx, "xlsx")):
        read = read_tabular(write(plan(*rows)), "plan", format)
        assert costs(read) == {"House": ("20.25", None, "EUR"), "Dig": ("100", "3.125", "EUR")}


def test_amounts_are_spelled_so_that_thousands_are_never_meant():
    spelled = [spelled_amount(Decimal(one)) for one in ("5", "5.5", "1.234", "1.23456", "-7.25")]

    assert spelled == ["5.00", "5.50", "1.2340", "1.23456", "-7.25"]
