"""What an item's history says of changed fields: in words, in the reader's locale, and in the API."""

from uuid import uuid4

import pytest
from django.utils import translation

from consortio.access import unscoped
from consortio.access.gate import as_system
from consortio.plans.actions import Progress, set_progress
from consortio.plans.edit_words import edit_line, edit_lines
from consortio.plans.models import Item
from consortio.record.edits import Edit
from consortio.record.models import Text

from .builders import DAY, NOON, START, bring_in, quay


@pytest.fixture
def progressed(world):
    pk = bring_in(world, quay(), name="Quay")
    with unscoped("test"):
        item = Item.objects.get(plan=pk, external_id="t1").pk
    for version, percent in ((1, 0), (2, 40)):
        said = Progress(percent, 480, START.replace(hour=7 + version))
        set_progress(actor=world.actor("ada@Harbour"), item_id=item, version=version, progress=said, at=NOON)
    return item


def test_the_api_tells_each_field_as_it_was_and_as_it_became(world, progressed):
    found = world.client("bea@Orchard").get(f"/api/v1/plans/items/{progressed}").json()["history"]

    assert [(one["event"], one["person"], one["organisation_id"]) for one in found] == [
        ("item.progressed", "ada", str(world.ids["Harbour"])), ("item.progressed", "ada", str(world.ids["Harbour"])),
        ("rows.imported", "ada", str(world.ids["Harbour"])),
    ]  # fmt: skip
    assert [one["changes"] for one in found] == [
        [
            {"field": "actual_start_at", "before": "2031-05-05T08:00", "after": "2031-05-05T09:00"},
            {"field": "percent", "before": 0, "after": 40},
        ],
        [
            {"field": "actual_start_at", "before": None, "after": "2031-05-05T08:00"},
            {"field": "remaining_minutes", "before": None, "after": 480},
        ],
        [],
    ]


def test_the_page_tells_an_hour_where_the_day_stayed_and_the_field_of_what_was_erased(world, progressed):
    def shown():
        page = world.client("bea@Orchard").get(f"/items/{progressed}/history").content.decode()
        return page[page.index('id="history"') :]

    assert "actual start: 5 May 2031, 08:00 → 5 May 2031, 09:00" in shown()
    assert "work left: none → 1 d" in shown()

    with as_system("test"):
        Text.objects.filter(field__in=["percent<", "percent>"]).delete()
    assert "changed: done" in shown() and "40%" not in shown()[: shown().index("came in with a file")]


WORDS = [
    (Edit("percent", 0, 40), "done: 0% → 40%"),
    (Edit("constraint", "", "snet"), "constraint: as soon as possible → starts no earlier than"),
    (Edit("deadline_at", "2031-05-03T17:00", "2031-05-12T17:00"), "deadline: 3 May 2031 → 12 May 2031"),
    (Edit("deadline_at", None, "2031-05-12T17:00"), "deadline: none → 12 May 2031"),
    (Edit("duration_minutes", 480, 720), "work: 1 d → 1.5 d"),
    (Edit("is_active", True, False), "counts in dates: yes → no"),
    (Edit("kind", "task", "milestone"), "kind: task → milestone"),
    (Edit("lag", "480 working", "-200 percent"), "lag: 1 d → −20% of the predecessor’s work"),
    (Edit("note", "", "x" * 130), f"note: none → {'x' * 120}…"),
    (Edit("mode", "msp", "p6"), "how it is scheduled: critical path, as Microsoft Project counts"
                                " → critical path, as Primavera P6 counts"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "words"), WORDS, ids=lambda one: getattr(one, "field", ""))
def test_a_field_is_told_in_words(edit, words):
    assert edit_line(edit, {}) == words


def test_days_are_the_readers():
    with translation.override("de"):
        line = edit_line(Edit("deadline_at", "2031-05-03T17:00", "2031-05-12T17:00"), {})

    assert "3. Mai 2031 → 12. Mai 2031" in line


def test_who_is_not_seen_is_not_named():
    ada, other = str(uuid4()), str(uuid4())

    line = edit_line(Edit("person_id", ada, other), {ada: "Ada"})

    assert line == "accountable: Ada → one you cannot see"


def test_a_days_work_is_the_plans():
    lines = edit_lines([Edit("remaining_minutes", DAY, 2 * DAY)], {"changed": ["remaining_minutes", "code"]}, {}, 240)

    assert lines == ["work left: 2 d → 4 d", "changed: code"]
