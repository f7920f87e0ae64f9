"""The dictionary in groups: headlines, the others, and what only fewer see, each narrower circle apart."""

from dataclasses import dataclass
from datetime import date

from consortio.access.models import Kind
from consortio.circles.reads import CircleRow

from .address import Address
from .reads import DictionaryPage, KpiRow
from .showing import is_silent


@dataclass(frozen=True, slots=True)
class Group:
    """KPIs of one circle; `is_headlines` are those of the joint one that stand first."""

    circle: CircleRow
    rows: tuple[KpiRow, ...]
    is_headlines: bool = False
    is_narrow: bool = False


def groups_of(page: DictionaryPage, address: Address, today: date) -> tuple[Group, ...]:
    """Return what is asked for, the widest circle first."""
    shown = [row for row in page.rows if address.shows(row)]
    found = []
    for circle in sorted(page.circles.values(), key=lambda one: one.kind != Kind.JOINT):
        own = [row for row in shown if row.circle_id == circle.id]
        if circle.kind == Kind.JOINT:
            found.append(Group(circle, tuple(row for row in own if row.is_headline), is_headlines=True))
            found.append(Group(circle, tuple(row for row in own if not row.is_headline)))
        else:
            found.append(Group(circle, tuple(own), is_narrow=True))
    return tuple(group for group in found if group.rows)


def may_go(page: DictionaryPage, row: KpiRow, today: date) -> bool:
    """Tell whether a KPI is used by nothing and has had no reading for two periods, and the reader may retire it."""
    return row.may_edit and not row.is_headline and row.id in page.unused and not row.formula and is_silent(row, today)
