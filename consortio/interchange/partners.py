"""
Neutral partners: who takes part in funded projects, in which role and with how much money.

Amounts are decimals, never floats, in the currency of the funder. Unknown is None or "".
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Literal, TypeAlias

from consortio.interchange.plan import Finding
from consortio.interchange.plan_json import Json, encode

PARTNERS_MAX = 100_000
DIGITS = 120
# Contributions are rounded to cents, partner by partner.
ROUNDING = Decimal("0.05")

Role: TypeAlias = Literal["coordinator", "participant"]


@dataclass(frozen=True, slots=True)
class Partner:
    """`contribution` is what the funder pays; `total_cost` and `person_months` what the partner spends."""

    name: str
    role: Role
    order: str = ""
    country: str = ""
    remark: str = ""
    address: str = ""
    website: str = ""
    contribution: Decimal | None = None
    total_cost: Decimal | None = None
    person_months: Decimal | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class WorkPackage:
    """`lead` is the partner's name."""

    key: str
    label: str = ""
    title: str = ""
    lead: str = ""
    person_months: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Deliverable:
    """`due_month` counts from the project's start; `work_package` is a key."""

    key: str
    work_package: str
    label: str = ""
    title: str = ""
    lead: str = ""
    due_month: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """Days are also kept as they are written. `participants_told` is the number that the file names."""

    id: str
    acronym: str
    title: str = ""
    program: str = ""
    status: str = ""
    written_start: str = ""
    written_end: str = ""
    start: date | None = None
    end: date | None = None
    total_cost: Decimal | None = None
    contribution: Decimal | None = None
    participants_told: str = ""
    person_months_told: str = ""
    partners: tuple[Partner, ...] = ()
    work_packages: tuple[WorkPackage, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()


@dataclass(frozen=True, slots=True)
class Partners:
    """`rows` is how many rows the file has below its headings, `parts` the names of what a proposal consists of."""

    file: str
    rows: int = 0
    parts: tuple[str, ...] = ()
    projects: tuple[Project, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_json(self, *, sparse: bool = False) -> dict[str, Json]:
        shape: dict[str, Json] = encode(self, sparse=sparse)
        return shape


def summary(partners: Partners) -> dict[str, Json]:
    """Return sums and counts, of a list by project and of a proposal by partner; sums are decimal strings."""
    with localcontext(prec=DIGITS):
        if partners.parts:
            return _about_proposal(partners.projects[0], partners.parts)
        return {
            "rows": partners.rows,
            "projects": len(partners.projects),
            "by_project": _by_project(partners.projects),
        }


def _about_proposal(project: Project, parts: tuple[str, ...]) -> dict[str, Json]:
    months = {one.name: one.person_months or Decimal(0) for one in project.partners}
    deliverables = project.deliverables
    return {
        "sites": len(project.partners),
        "person_months_by_site": {name: _months(value) for name, value in months.items()},
        "person_months_total_field": project.person_months_told,
        "sum_person_months_sites": _months(sum(months.values(), start=Decimal(0))),
        "person_months_by_wp": {one.key: _months(one.person_months or Decimal(0)) for one in project.work_packages},
        "deliverables": len(deliverables),
        "deliverables_by_status": dict(Counter(one.status or "null" for one in deliverables)),
        "deliverables_by_lead": dict(Counter(one.lead for one in deliverables)),
        "deliverables_by_due_month": dict(Counter(one.due_month for one in deliverables)),
        "deliverables_by_wp": dict(Counter(one.work_package for one in deliverables)),
        "top_keys": sorted(parts),
    }


def _months(value: Decimal) -> int | str:
    """Return whole person months as a number, and parts of them with every digit."""
    return int(value) if value == value.to_integral_value() else format(value, "f")


def _by_project(projects: tuple[Project, ...]) -> dict[str, Json]:
    """Return the projects by id; where a second one has the same, or none as well, by acronym."""
    found: dict[str, Json] = {}
    for one in projects:
        found[one.acronym if one.id in found else one.id] = _about(one)
    return found


def _about(project: Project) -> dict[str, Json]:
    leads = [one for one in project.partners if one.role == "coordinator"]
    others = [one for one in project.partners if one.role == "participant"]
    all_of_them = _total(project.partners)
    return {
        "acronym": project.acronym,
        "program": project.program,
        "start": project.written_start,
        "end": project.written_end,
        "status": project.status,
        "total_cost": _shown(project.total_cost),
        "eu_contribution": _shown(project.contribution),
        "coordinator": leads[0].name if leads else None,
        "coordinator_eu": _shown(leads[0].contribution) if leads else None,
        "number_participants_field": project.participants_told,
        "participants": len(others),
        "bad": sum(one.contribution is None for one in others),
        "sum_participant_eu": format(_total(others), "f"),
        "coordinator_plus_participants_eu": format(all_of_them, "f"),
        "equals_eu_contribution": is_whole(project),
    }


def is_whole(project: Project) -> bool:
    """Whether the partners' contributions make the project's, to a few cents of rounding."""
    return project.contribution is not None and not contribution_missing(project)


def contribution_missing(project: Project) -> Decimal:
    """Return by how much the partners' contributions differ from the project's; zero where that is rounding."""
    if project.contribution is None:
        return Decimal(0)
    with localcontext(prec=DIGITS):
        missing = project.contribution - _total(project.partners)
        return missing if abs(missing) > ROUNDING else Decimal(0)


def _total(partners: Iterable[Partner]) -> Decimal:
    return sum((one.contribution for one in partners if one.contribution is not None), start=Decimal(0))


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
