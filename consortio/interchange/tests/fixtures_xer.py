"""Small Primavera XER files, made from the parts that a test is about."""

from collections.abc import Mapping, Sequence

Rows = Sequence[Mapping[str, object]]

WEEK = "".join(
    f"(0||{day}()({'' if day in (1, 7) else '(0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())'}))"
    for day in range(1, 8)
)


def hours(week: str = WEEK, exceptions: str = "") -> str:
    return f"(0||CalendarData()((0||DaysOfWeek()({week}))(0||Exceptions()({exceptions}))))"


def table(name: str, rows: Rows) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [f"%T\t{name}", "%F\t" + "\t".join(columns)]
    lines += ["%R\t" + "\t".join(str(row.get(column, "")) for column in columns) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def activity(number: int, **fields: object) -> dict[str, object]:
    usual = {
        "task_id": number,
        "proj_id": 1,
        "wbs_id": 10,
        "clndr_id": 5,
        "task_type": "TT_Task",
        "status_code": "TK_NotStart",
        "task_code": f"A{number}",
        "task_name": f"Activity {number}",
        "target_drtn_hr_cnt": 8,
        "remain_drtn_hr_cnt": 8,
    }
    return {**usual, **fields}


def wbs(number: int, parent: int | str = "", **fields: object) -> dict[str, object]:
    usual = {
        "wbs_id": number,
        "proj_id": 1,
        "seq_num": number,
        "wbs_short_name": f"W{number}",
        "wbs_name": f"Wbs {number}",
    }
    return {**usual, "parent_wbs_id": parent, "proj_node_flag": "N", **fields}


ROOT = wbs(10, proj_node_flag="Y", wbs_name="The project")
PROJECT = {
    "proj_id": 1,
    "proj_short_name": "ONE",
    "clndr_id": 5,
    "last_recalc_date": "2026-01-05 08:00",
    "plan_start_date": "2026-01-05 08:00",
}
CALENDAR = {"clndr_id": 5, "clndr_name": "Five days", "clndr_data": hours()}


def xer(tasks: Rows = (), *, end: str = "%E\r\n", **tables: Rows) -> bytes:
    """Return a file with project 1, WBS 10 and calendar 5, unless the tables say otherwise."""
    usual: dict[str, Rows] = {"PROJECT": [PROJECT], "CALENDAR": [CALENDAR], "PROJWBS": [ROOT], "TASK": tasks}
    body = "".join(table(name, rows) for name, rows in {**usual, **tables}.items() if rows)
    return f"ERMHDR\t20.12\t2026-01-05\tProject\r\n{body}{end}".encode()
