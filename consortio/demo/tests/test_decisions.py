"""The log of decisions of the demo world: every state is there, and fewer people see the narrower ones."""

from datetime import UTC, datetime

import pytest

from consortio.decisions.reads import decision_page, decisions_of
from consortio.overview.reads import waiting

from .conftest import TODAY, acting
from .test_story import partnership

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


def log(who):
    own = {"partnership_id": partnership(acting(who)).id, "at": NOW, "today": TODAY}
    return {row.key: row for row in decisions_of(actor=acting(who), **own).rows}


def test_eight_decisions_are_in_every_state():
    joint = {key: row.state for key, row in log("jonas").items() if key.startswith("D-")}

    assert joint == {
        "D-1": "superseded",
        "D-2": "agreed",
        "D-3": "agreed",
        "D-4": "rejected",
        "D-5": "agreed",
        "D-6": "proposed",
    }
    assert set(log("ingrid")) - set(joint) == {"HAL/D-1"} and set(log("tomas")) - set(joint) == {"OFF/D-1"}
    assert log("tomas")["D-5"].is_review_due


def test_one_of_them_governs_items_and_was_read_by_some():
    page = decision_page(actor=acting("henrik"), decision_id=log("henrik")["D-5"].id, at=NOW, today=TODAY)

    assert [one.row.name for one in page.governs] and page.own and not page.own.read_at
    assert (page.read_count, len(page.readers)) == (2, 5)
    kinds = {one.kind for one in waiting(actor=acting("ingrid"), at=NOW).all}
    assert {"decision", "proposal"} <= kinds
    assert "review" in {one.kind for one in waiting(actor=acting("tomas"), at=NOW).all}
