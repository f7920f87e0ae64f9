"""The neutral plan: its JSON, its schema, and calendars with nothing left to inherit."""

import json
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import (
    ROW_CLASSES,
    Assignment,
    Baseline,
    BaselineItem,
    Calendar,
    CalendarException,
    Constraint,
    Finding,
    Item,
    Link,
    Plan,
    Project,
    Resource,
    StoredDates,
    TimeSpan,
    WorkWeek,
    effective_calendar,
    plan_from_json,
)
from consortio.interchange.tests.fixtures_mspdi import project, task
from consortio.interchange.tests.fixtures_xer import activity, xer
from consortio.interchange.tests.shared import files
from consortio.interchange.xer import read_xer

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[3] / "docs" / "schemas" / "plan.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
AT = datetime(2026, 1, 5, 8)
DAY = ((480, 720), (780, 1020))
NIGHT = ((1320, 1560),)

FULL = Plan(
    file="plan.xer",
    format="xer",
    mode="p6",
    projects=(Project("1", "One", start=AT, data_date=AT, lag_calendar="elapsed"), Project("2", "Two")),
    items=(
        Item("a", "A", kind="project", depth=0),
        Item(
            "b",
            "B",
            kind="milestone",
            parent="a",
            milestone="start",
            duration_minutes=0,
            constraint=Constraint("snet", AT),
            constraint2=Constraint("alap"),
            stored=StoredDates(start=AT),
            splits=(TimeSpan(AT, AT),),
            assignments=(Assignment("r", 0.5, 60), Assignment(None)),
            responsible=("Ann", "Bob"),
            percent_complete=12.5,
        ),
    ),
    links=(Link("a", "b", "SF", -30), Link("b", "a", lag_percent=50.0)),
    calendars=(
        Calendar(
            "c",
            "C",
            base="d",
            week=(DAY, NIGHT, None, None, None, (), ()),
            exceptions=(CalendarException(date(2026, 1, 1), date(2026, 1, 2), NIGHT, "New year"),),
            weeks=(WorkWeek(date(2026, 2, 1), date(2026, 2, 7), (None,) * 7),),
        ),
    ),
    resources=(Resource("r", "Ann", units_max=1.0),),
    baselines=(Baseline(0, (BaselineItem("b", AT, AT, 0),), "First"),),
    findings=(Finding("info", "value", {"line": 3, "uid": "b"}, "A sentence."),),
)


@pytest.mark.parametrize("sparse", [False, True])
def test_a_plan_comes_back_from_its_json(sparse: bool) -> None:
    assert plan_from_json(json.loads(json.dumps(FULL.to_json(sparse=sparse)))) == FULL


def test_sparse_json_leaves_out_what_has_its_default() -> None:
    assert FULL.to_json(sparse=True)["links"][1] == {"pred": "b", "succ": "a", "lag_percent": 50.0}


def test_every_field_is_in_the_schema_and_nothing_else() -> None:
    classes = {**ROW_CLASSES, "projects": Project}
    described = {name: SCHEMA["$defs"][cls.__name__[0].lower() + cls.__name__[1:]] for name, cls in classes.items()}

    assert {name: list(one["properties"]) for name, one in described.items()} == {
        name: [field.name for field in fields(cls)] for name, cls in classes.items()
    }
    assert list(SCHEMA["properties"]) == ["file", *ROW_CLASSES, "plan"]


def test_json_of_plans_follows_the_schema_and_other_json_does_not() -> None:
    plans = [FULL, read_mspdi(project(task(1, Duration="x")), "a.xml"), read_xer(xer([activity(1)]), "a.xer")]
    wrong = FULL.to_json()
    wrong["items"][0]["parent"] = 5

    assert [VALIDATOR.is_valid(json.loads(json.dumps(plan.to_json()))) for plan in plans] == [True, True, True]
    assert not VALIDATOR.is_valid(wrong)


@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted", "xer"))
def test_json_of_real_plans_follows_the_schema(path: Path, truth: dict[str, Any]) -> None:
    if path.name == "aspose_BaselineProjects.xml":
        assert truth["tasks_incl_project_summary"] == 0  # Primavera XML, which is refused.
        return
    plan = (read_xer if path.suffix == ".xer" else read_mspdi)(path.read_bytes(), path.name)

    VALIDATOR.validate(json.loads(json.dumps(plan.to_json())))

    assert plan_from_json(plan.to_json()) == plan


def test_exceptions_win_over_work_weeks_and_own_ones_over_inherited_ones() -> None:
    first, second, third = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)
    base = Calendar(
        "base",
        "Base",
        week=(DAY,) * 5 + ((), ()),
        exceptions=(CalendarException(first, second),),
    )
    derived = Calendar(
        "own",
        "Own",
        base="base",
        week=(NIGHT,) + (None,) * 6,
        exceptions=(CalendarException(second, second, NIGHT),),
        weeks=(WorkWeek(first, third, ((), (), NIGHT, None, None, None, None)),),
    )

    resolved = effective_calendar("own", {"base": base, "own": derived})

    assert [resolved.hours(date(2026, 1, day)) for day in (5, 6, 7, 8, 10, 12)] == [(), NIGHT, NIGHT, DAY, (), NIGHT]


def test_a_calendar_that_is_its_own_base_or_has_none_is_an_error() -> None:
    circle = {"a": Calendar("a", "A", base="b"), "b": Calendar("b", "B", base="a")}

    with pytest.raises(ValueError, match="its own base"):
        effective_calendar("a", circle)
    with pytest.raises(KeyError):
        effective_calendar("a", {"a": Calendar("a", "A", base="b")})
