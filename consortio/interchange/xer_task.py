"""Primavera XER: one row of TASK, TASKPRED, TASKRSRC, RSRC, PROJECT or SCHEDOPTIONS as the neutral plan's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from consortio.interchange.amounts import exact, said_of
from consortio.interchange.plan import (
    Assignment,
    Constraint,
    ConstraintKind,
    Edge,
    EffortKind,
    FloatBy,
    Item,
    ItemKind,
    LagCalendar,
    Link,
    LinkKind,
    PercentKind,
    Progress,
    Project,
    Resource,
    ResourceKind,
    StoredDates,
)
from consortio.interchange.values import Findings, Values, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xer_table import Row

CONSTRAINTS: dict[str, ConstraintKind] = {
    "CS_ALAP": "alap",
    "CS_MSOA": "snet",
    "CS_MSOB": "snlt",
    "CS_MEOA": "fnet",
    "CS_MEOB": "fnlt",
    "CS_MSO": "start_on",
    "CS_MEO": "finish_on",
    "CS_MANDSTART": "mso",
    "CS_MANDFIN": "mfo",
}
LINK_KINDS: dict[str, LinkKind] = {"FS": "FS", "SS": "SS", "FF": "FF", "SF": "SF"}
KINDS: dict[str, tuple[ItemKind, Edge | None]] = {
    "TT_Task": ("task", None),
    "TT_Rsrc": ("task", None),
    "TT_Mile": ("milestone", "start"),
    "TT_FinMile": ("milestone", "finish"),
    "TT_LOE": ("loe", None),
    "TT_WBS": ("wbs_summary", None),
}
EFFORT_KINDS: dict[str, EffortKind] = {
    "DT_FixedDrtn": "fixed_duration",
    "DT_FixedDUR2": "fixed_duration_and_units",
    "DT_FixedRate": "fixed_units",
    "DT_FixedQty": "fixed_work",
}
PERCENT_KINDS: dict[str, PercentKind] = {"CP_Drtn": "duration", "CP_Phys": "physical", "CP_Units": "units"}
RESOURCE_KINDS: dict[str, ResourceKind] = {"RT_Labor": "work", "RT_Mat": "material", "RT_Equip": "equipment"}
LAG_CALENDARS: dict[str, LagCalendar] = {
    "rcal_predecessor": "predecessor",
    "rcal_successor": "successor",
    "rcal_24hour": "elapsed",
    "rcal_projdefault": "project",
    "rcal_projectdefault": "project",
}
FLOATS: dict[str, FloatBy] = {"FT_FF": "finish", "FT_SF": "start"}


def read_item(row: Row, findings: Findings, order: int) -> Item:
    """Return the activity; `parent` is its WBS node, whose place in the tree is not known yet."""
    values = Values(row.values, findings, table="TASK", uid=row.values.get("task_id", ""), line=row.line)
    raw_kind = values.raw("task_type") or "TT_Task"
    kind, edge = KINDS.get(raw_kind, ("task", None))
    if raw_kind not in KINDS:
        message = Wording("Activity type “{raw_kind}” is not known; it was read as a task.", raw_kind=shorten(raw_kind))
        findings.add("warning", "task_type", message, uid=values.raw("task_id"), line=row.line)
    wbs = values.raw("wbs_id")
    return Item(
        id=values.raw("task_id"),
        name=values.text("task_name"),
        kind=kind,
        parent=f"wbs-{wbs}" if wbs else None,
        order=order,
        code=values.text("task_code", 200),
        project=values.raw("proj_id") or None,
        milestone=edge,
        duration_minutes=_duration(values, edge),
        remaining_minutes=_remaining(values, edge),
        calendar=values.raw("clndr_id") or None,
        constraint=_constraint(values, findings, row.line, "cstr_type", "cstr_date"),
        constraint2=_constraint(values, findings, row.line, "cstr_type2", "cstr_date2"),
        expected_finish=values.date("expect_end_date"),
        external_early_start=values.date("external_early_start_date"),
        external_late_finish=values.date("external_late_end_date"),
        actual_start=values.date("act_start_date"),
        actual_finish=values.date("act_end_date"),
        suspended=values.date("suspend_date"),
        resumed=values.date("resume_date"),
        percent_complete=_percent(values),
        percent_kind=PERCENT_KINDS.get(values.raw("complete_pct_type"), "duration"),
        physical_percent=values.percent("phys_complete_pct"),
        stored=_stored(values),
        critical=values.flag("driving_path_flag") if values.raw("driving_path_flag") else None,
        total_float_minutes=values.hours("total_float_hr_cnt"),
        free_float_minutes=values.hours("free_float_hr_cnt"),
        effort_kind=EFFORT_KINDS.get(values.raw("duration_type")),
        resource_driven=raw_kind == "TT_Rsrc",
        work_minutes=_total(values.hours("target_work_qty"), values.hours("target_equip_qty")),
    )


def _duration(values: Values, edge: Edge | None) -> int | None:
    duration = values.hours("target_drtn_hr_cnt")
    return 0 if duration is None and edge is not None else duration


def _remaining(values: Values, edge: Edge | None) -> int | None:
    remaining = values.hours("remain_drtn_hr_cnt")
    return 0 if remaining is None and (edge is not None or values.raw("status_code") == "TK_Complete") else remaining


def _total(left: int | None, right: int | None) -> int | None:
    return None if left is None and right is None else (left or 0) + (right or 0)


def _constraint(values: Values, findings: Findings, line: int, kind_name: str, date_name: str) -> Constraint | None:
    raw, at = values.raw(kind_name), values.date(date_name)
    if not raw:
        return None
    kind = CONSTRAINTS.get(raw)
    if kind is None:
        message = Wording("Constraint “{raw}” is not known; the activity was read without it.", raw=shorten(raw))
    elif at is None and kind != "alap":
        message = Wording("Constraint {raw} has no date; the activity was read without it.", raw=raw)
    else:
        return Constraint(kind, None if kind == "alap" else at)
    findings.add("warning", "constraint", message, uid=values.raw("task_id"), line=line)
    return None


def _percent(values: Values) -> float | None:
    if values.raw("status_code") == "TK_Complete":
        return 100.0
    kind = values.raw("complete_pct_type")
    if kind == "CP_Phys":
        return values.percent("phys_complete_pct")
    done, remaining = _units(values) if kind == "CP_Units" else _times(values)
    if remaining is None or done is None or done + remaining <= 0:
        return 0.0 if values.raw("status_code") == "TK_NotStart" else None
    return round(100 * max(done, 0) / (max(done, 0) + max(remaining, 0)), 2)


def _units(values: Values) -> tuple[int | None, int | None]:
    done = _total(values.hours("act_work_qty"), values.hours("act_equip_qty"))
    return done, _total(values.hours("remain_work_qty"), values.hours("remain_equip_qty"))


def _times(values: Values) -> tuple[int | None, int | None]:
    whole, remaining = values.hours("target_drtn_hr_cnt"), values.hours("remain_drtn_hr_cnt")
    return (None if whole is None or remaining is None else whole - remaining), remaining


def _stored(values: Values) -> StoredDates:
    early = values.date("early_start_date"), values.date("early_end_date")
    target = values.date("target_start_date"), values.date("target_end_date")
    return StoredDates(
        start=values.date("act_start_date") or early[0] or target[0],
        finish=values.date("act_end_date") or early[1] or target[1],
        early_start=early[0],
        early_finish=early[1],
        late_start=values.date("late_start_date"),
        late_finish=values.date("late_end_date"),
        target_start=target[0],
        target_finish=target[1],
        remaining_start=values.date("restart_date"),
        remaining_finish=values.date("reend_date"),
    )


def read_link(row: Row, findings: Findings) -> Link | None:
    values = Values(row.values, findings, table="TASKPRED", line=row.line)
    raw = values.raw("pred_type")
    kind = LINK_KINDS.get(raw.removeprefix("PR_")[:2].upper()) if raw else "FS"
    if kind is None:
        message = Wording(
            "Link type “{raw}” is not known, expected PR_FS, PR_SS, PR_FF or PR_SF; it was left out.", raw=shorten(raw)
        )
        findings.add("error", "link_kind", message, table="TASKPRED", line=row.line)
        return None
    return Link(values.raw("pred_task_id"), values.raw("task_id"), kind, values.hours("lag_hr_cnt") or 0)


@dataclass(frozen=True, slots=True)
class CostOf:
    """What one assignment, or one expense, costs of an activity."""

    task: str
    budget: Decimal | None
    actual: Decimal | None


def read_cost(row: Row, findings: Findings) -> CostOf:
    """Return what a row of TASKRSRC or PROJCOST costs; regular and overtime are one."""
    values = Values(row.values, findings, table=row.table, line=row.line)
    spent = [values.amount(name) for name in ("act_cost", "act_reg_cost", "act_ot_cost")]
    known = [one for one in spent if one is not None]
    return CostOf(values.raw("task_id"), values.amount("target_cost"), sum(known, Decimal()) if known else None)


def costs_of(rows: Iterable[CostOf]) -> tuple[Decimal | None, Decimal | None]:
    """Return budget and actual cost of one activity, with all its expenses."""
    rows = list(rows)
    sums = []
    for amounts in ([one.budget for one in rows], [one.actual for one in rows]):
        known = [one for one in amounts if one is not None]
        sums.append(exact(sum(known, Decimal())) if known else None)
    return said_of(sums[0], sums[1])


def read_assignment(row: Row, findings: Findings) -> tuple[str, Assignment]:
    """Return the task's id and the assignment; one to a role alone has no resource."""
    values = Values(row.values, findings, table="TASKRSRC", line=row.line)
    assignment = Assignment(
        resource=values.raw("rsrc_id") or None,
        units=values.number("target_qty_per_hr"),
        work_minutes=values.hours("target_qty"),
        remaining_work_minutes=values.hours("remain_qty"),
        remaining_units=values.number("remain_qty_per_hr"),
        delay_minutes=values.hours("target_lag_drtn_hr_cnt") or 0,
        start=values.date("act_start_date") or values.date("target_start_date"),
        finish=values.date("act_end_date") or values.date("target_end_date"),
    )
    return values.raw("task_id"), assignment


def read_resource(row: Row, findings: Findings) -> Resource:
    values = Values(row.values, findings, table="RSRC", line=row.line)
    return Resource(
        id=values.raw("rsrc_id"),
        name=values.text("rsrc_name"),
        kind=RESOURCE_KINDS.get(values.raw("rsrc_type"), "work"),
        code=values.text("rsrc_short_name", 200),
        calendar=values.raw("clndr_id") or None,
        email=values.text("email_addr", 254),
        parent=values.raw("parent_rsrc_id") or None,
    )


def read_project(row: Row, options: Mapping[str, str], findings: Findings) -> Project:
    """Return the project with its scheduling options, which are empty where the file has none."""
    values = Values(row.values, findings, table="PROJECT", line=row.line)
    chosen = Values(options, findings, table="SCHEDOPTIONS")
    return Project(
        id=values.raw("proj_id"),
        name=values.text("proj_name") or values.text("proj_short_name"),
        code=values.text("proj_short_name", 200),
        start=values.date("plan_start_date"),
        finish=values.date("scd_end_date"),
        data_date=values.date("last_recalc_date") or values.date("data_date"),
        must_finish_by=values.date("plan_end_date"),
        calendar=values.raw("clndr_id") or None,
        lag_calendar=_lag_calendar(chosen, findings),
        progress=_progress(chosen),
        lag_from_early_start=chosen.flag("sched_lag_early_start_flag", True),
        float_by=FLOATS.get(chosen.raw("sched_float_type") or "FT_FF", "least"),
        open_ends_critical=chosen.flag("sched_open_critical_flag"),
        uses_expected_finish=chosen.flag("sched_use_expect_end_flag"),
        ignores_other_projects=chosen.raw("sched_outer_depend_type") == "SD_None",
        critical_float_minutes=values.hours("critical_drtn_hr_cnt") or 0,
        critical_by_longest_path=values.raw("critical_path_type") == "CT_DrivPath",
    )


def _lag_calendar(options: Values, findings: Findings) -> LagCalendar:
    raw = options.raw("sched_calendar_on_relationship_lag")
    known = LAG_CALENDARS.get(raw.casefold() or "rcal_predecessor")
    if known is None:
        message = Wording(
            "The calendar for lags, “{raw}”, is not known; the predecessor's was taken.", raw=shorten(raw)
        )
        findings.add("warning", "lag_calendar", message, table="SCHEDOPTIONS")
    return known or "predecessor"


def _progress(options: Values) -> Progress:
    if options.flag("sched_progress_override"):
        return "progress_override"
    return "retained_logic" if options.flag("sched_retained_logic", True) else "actual_dates"
