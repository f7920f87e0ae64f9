"""What the columns and settings of a table are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("What an item is"), ("name", "id", "uid", "code", "kind", "milestone", "mode", "notes")),
    (_("Where it stands"), ("outline", "level", "parent", "group")),
    (_("When"), ("start", "finish", "duration", "duration_unit", "work", "percent", "actual_start", "actual_finish")),
    (_("What it depends on"), ("predecessors", "successors", "constraint", "constraint_date", "deadline")),
    (_("Who"), ("responsible", "organisation", "resources")),
    (_("What it costs"), ("budget", "actual_cost", "currency")),
    (_("Baseline"), ("baseline_start", "baseline_finish", "baseline_duration")),
)
COLUMNS: Mapping[str, Promise] = {
    "name": _("Name"),
    "id": _("Number of the row"),
    "uid": _("Unique number"),
    "code": _("Code"),
    "kind": _("Kind"),
    "milestone": _("Milestone"),
    "mode": _("By hand or computed"),
    "notes": _("Notes"),
    "outline": _("Outline number"),
    "level": _("Level"),
    "parent": _("What it stands under"),
    "group": _("Phase"),
    "start": _("Start"),
    "finish": _("Finish"),
    "duration": _("Duration"),
    "duration_unit": _("Unit of the duration"),
    "work": _("Work"),
    "percent": _("Done"),
    "actual_start": _("Actual start"),
    "actual_finish": _("Actual finish"),
    "predecessors": _("Predecessors"),
    "successors": _("Successors"),
    "constraint": _("Constraint"),
    "constraint_date": _("Date of the constraint"),
    "deadline": _("Deadline"),
    "responsible": _("Who answers"),
    "organisation": _("Organisation"),
    "resources": _("Resources"),
    "budget": _("Budget"),
    "actual_cost": _("Actual cost"),
    "currency": _("Currency"),
    "baseline_start": _("Start in the baseline"),
    "baseline_finish": _("Finish in the baseline"),
    "baseline_duration": _("Duration in the baseline"),
}
SETTINGS: Mapping[str, tuple[Promise, Mapping[str, Promise]]] = {
    "date_order": (
        _("Order of dates"),
        {"dmy": _("day, month, year"), "mdy": _("month, day, year"), "ymd": _("year first")},
    ),
    "decimal_sign": (_("Decimal sign"), {".": _("point"), ",": _("comma")}),
    "duration_unit": (
        _("Unit of bare durations"),
        {"min": _("minutes"), "h": _("hours"), "d": _("days"), "w": _("weeks"), "mon": _("months"), "y": _("years")},
    ),
    "tree": (
        _("What makes the levels"),
        {
            "outline": _("the outline numbers"),
            "level": _("the column of levels"),
            "parent": _("the column of what stands above"),
            "indent": _("how far names are indented"),
            "rows": _("the groups of rows"),
            "numbered": _("the numbers in the names"),
            "group": _("the column of phases"),
            "flat": _("nothing: all lie side by side"),
        },
    ),
    "link_key": (
        _("What predecessors name"),
        {
            "id": _("the number of the row"),
            "uid": _("the unique number"),
            "code": _("the code"),
            "outline": _("the outline number"),
            "row": _("the row in the list"),
            "name": _("the name"),
        },
    ),
}
