"""What the preview says of each line of a later file."""

import pytest

from consortio import access
from consortio.imports.line_words import FieldLine, preview_lines
from consortio.plans.models import Plan

from .test_flow import brought, choices, draft_of, run_jobs, seen, upload

__all__ = ["brought"]

NAMES = {"item:1": "Pier", "calendar:3": "Night shift"}
CSV = """ID,Name,Start,Finish,Duration,Predecessors,Responsible
1,Survey,2031-05-06,2031-05-12,6 days,,ada
2,Dredge,2031-05-13,2031-05-26,10 days,1,Orchard
3,Open,2031-05-26,2031-05-26,0 days,2,bo
"""


def told(field, here, now, who=None):
    one = {"key": f"item:2:{field}", "field": field, "then": here, "here": here, "now": now, "edited_here": False}
    line = {"key": "item:2", "state": "changed", "what": "item", "name": "Dredge", "ticked": True, "fields": [one]}
    (made,) = preview_lines({"lines": [line], "names": NAMES}, who or {}, 480)
    return made.fields


@pytest.mark.parametrize(
    ("field", "here", "now", "expected"),
    [
        ("stored_finish_at", "2031-05-09T17:00", None, FieldLine("finish as given", "9 May 2031", "none")),
        (
            "stored_finish_at",
            "2031-05-09T12:00",
            "2031-05-09T17:00",
            FieldLine("finish as given", "9 May 2031, 12:00", "9 May 2031, 17:00"),
        ),
        ("duration_minutes", 2400, 2640, FieldLine("work", "5 d", "5.5 d")),
        ("is_manual", False, True, FieldLine("dates kept as given", "no", "yes")),
        ("percent", 0, 40, FieldLine("done", "0%", "40%")),
        ("lag", "0 working", "2880 elapsed", FieldLine("lag", "0 d", "2 d by the clock")),
        ("parent", "", "1", FieldLine("stands in", "none", "Pier")),
        ("calendar", None, "3", FieldLine("calendar", "none", "Night shift")),
        ("calendar", "9", None, FieldLine("calendar", "9", "none")),
        ("extra", "{'priority': 500}", "{}", FieldLine("other particulars in the file", "", "differs")),
        ("hours", "[[480, 720]]", "[]", FieldLine("working hours", "", "differs")),
    ],
)
def test_a_field_is_told_in_words(field, here, now, expected):
    assert told(field, here, now) == (expected,)


def test_people_go_by_name_to_those_who_see_them():
    assert told("person_id", None, "7", {"7": "Ada"}) == (FieldLine("accountable", "none", "Ada"),)
    assert told("person_id", None, "7") == (FieldLine("accountable", "none", "one you cannot see"),)


def test_the_page_shows_no_name_of_a_column_and_no_plain_date(world, brought):
    ada, draft = brought
    ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft)))
    run_jobs()
    with access.reading(actor := world.actor("ada@Harbour")):
        plan = access.visible(actor, Plan).get()
    upload(ada, f"/plans/{plan.pk}/import", world.ids["coast"], CSV)
    run_jobs()
    page = ada.get(f"/imports/{draft_of(world).pk}").content.decode()

    assert "finish as given" in page and "9 May 2031" in page and "<ins>6 d</ins>" in page
    for plain in ("stored finish", "2031-05-09T", "<br>2400", "duration minutes", "{&#39;"):
        assert plain not in page
