"""How a table is to be read, as somebody corrects it: the same checks for pages and API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .choices import BadChoice
from .reads import DraftPage
from .table_words import COLUMNS, SETTINGS


@dataclass(frozen=True, slots=True)
class Reading:
    """What is left empty is found from the table itself."""

    sheet: str = ""
    header_row: int | None = None  # as a spreadsheet counts; 0 for none
    columns: Mapping[str, str] = field(default_factory=dict)  # what a column is for: its heading, or its letter
    left_out: Sequence[str] = ()  # columns that are not read
    settings: Mapping[str, str] = field(default_factory=dict)  # date_order, decimal_sign, duration_unit, tree, link_key


def wishes_of(draft: DraftPage, reading: Reading) -> dict[str, Any]:
    """
    Return what the reader is told.

    Raises:
        BadChoice: a sheet, a column or a setting is none of those offered, or a column is said to be two things.
    """
    _require_sheet(draft, reading.sheet)
    for name, value in reading.settings.items():
        if value and value not in SETTINGS[name][1]:
            raise BadChoice(name, _("Expected one of %(values)s.") % {"values": _listed(SETTINGS[name][1])})
    columns = list(_columns(draft, reading))
    given = {name: value for name, value in reading.settings.items() if value}
    sheet = reading.sheet or _sheet_shown(draft, reading)
    given |= {"sheet": sheet} if sheet else {}
    given |= {"header_row": reading.header_row} if reading.header_row is not None else {}
    return given | {"columns": columns}


def _require_sheet(draft: DraftPage, sheet: str) -> None:
    sheets = offered_sheets(draft)
    if not sheet or sheet in sheets:
        return
    if sheets:
        raise BadChoice("sheet", _("The workbook has the sheets %(names)s; choose one.") % {"names": _listed(sheets)})
    raise BadChoice("sheet", _("This file has no sheets; leave it empty."))


def _sheet_shown(draft: DraftPage, reading: Reading) -> str:
    """Return the sheet that rows and columns are named of: the one shown, unless that was chosen and no longer is."""
    shown: str = (draft.summary.get("mapping") or {}).get("sheet", "")
    names_a_place = reading.header_row is not None or reading.columns or reading.left_out
    return shown if names_a_place and "sheet" not in draft.choices.get("mapping", {}) else ""


def _columns(draft: DraftPage, reading: Reading) -> Iterator[list[str]]:
    """Yield column and field; of another table than the one shown the reader itself knows the columns."""
    known, taken = {name for name, _words in offered_columns(draft)}, dict[str, str]()
    is_shown = not is_other_table(draft, reading)
    named = [*reading.columns.items(), *(("none", name) for name in reading.left_out)]
    for what, name in named:
        place = "left_out" if what == "none" else f"columns/{what}"
        if what not in COLUMNS and what != "none":
            raise BadChoice(place, _("Expected one of %(values)s.") % {"values": _listed(COLUMNS)})
        if is_shown and name not in known:
            raise BadChoice(place, _("Name columns by the headings that were found."))
        if name in taken and taken[name] != what:
            raise BadChoice(
                place, _("“%(name)s” stands for something else already; name another column.") % {"name": name}
            )
        taken[name] = what
        yield [name, what]


def _listed(values: Sequence[str] | Mapping[str, Any]) -> str:
    return ", ".join(f"“{value}”" for value in values)


def is_other_table(draft: DraftPage, reading: Reading) -> bool:
    """Tell whether another sheet or row of headings is asked for than the one that is shown."""
    shown, before = draft.summary.get("mapping") or {}, draft.choices.get("mapping", {})
    shown = {
        "sheet": shown.get("sheet", before.get("sheet", "")),
        "header_row": shown.get("header_row", before.get("header_row")),
    }
    asked = {"sheet": reading.sheet or None, "header_row": reading.header_row}
    return any(
        (asked[name] or 0) != (shown[name] or 0) if asked[name] is not None else name in before for name in shown
    )


def offered_sheets(draft: DraftPage) -> list[str]:
    return list((draft.summary.get("mapping") or {}).get("sheets", ()))


def offered_columns(draft: DraftPage) -> list[tuple[str, str]]:
    """Return what a column is called when it is named, and its words."""
    mapping = draft.summary.get("mapping")
    if not mapping:
        return []
    if "offered" in mapping:
        return [(name, words) for name, words in mapping["offered"]]
    return [(name, name) for name in dict.fromkeys([*mapping["columns"].values(), *mapping["unread"]])]
