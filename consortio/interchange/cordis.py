"""
Lists of funded projects and their participants as neutral partners: CSV as CORDIS and its harvesters write them.

One row is one participant. A project's own values stand in each of its rows; its coordinator has columns of its own,
or a row whose role says so.
"""

import re
from dataclasses import replace
from decimal import Decimal

from consortio.interchange.cells import as_text
from consortio.interchange.cordis_values import parse_amount, parse_written_day, parts_of_name, project_number
from consortio.interchange.partners import PARTNERS_MAX, Partner, Partners, Project, Role, contribution_missing
from consortio.interchange.plan import Refused
from consortio.interchange.sheet import Row, Table, read_csv
from consortio.interchange.values import Findings, clean_line, shorten
from consortio.interchange.wording import Wording

FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("projectid", "projectreference", "grantagreementid"),
    "acronym": ("shorttitle", "projectacronym", "acronym"),
    "title": ("projecttitle",),
    "program": ("program", "frameworkprogramme"),
    "status": ("status",),
    "start": ("startdate",),
    "end": ("enddate",),
    "total": ("totalcost",),
    "contribution": ("eucontribution", "ecmaxcontribution"),
    "coordinator": ("coordinator",),
    "coordinator_contribution": ("coordinatoreucontribution",),
    "coordinator_address": ("coordinatoradress", "coordinatoraddress"),
    "coordinator_website": ("coordinatorwebsite",),
    "told": ("numberparticipants",),
    "order": ("participantno", "order"),
    "name": ("participantname", "name", "organisationname", "legalname"),
    "role": ("role",),
    "address": ("participantaddress", "street"),
    "country": ("country",),
    "website": ("participantwebsite", "organizationurl"),
    "partner_contribution": ("participanteucontribution", "eccontribution"),
    "partner_total": ("participanttotalcost",),
}
NO_DATA = frozenset({"", "no data", "n/a", "-"})
_OTHER_SIGNS = re.compile(r"[^a-z0-9]")


def read_cordis(data: bytes, file: str) -> Partners:
    """
    Return the projects and their partners in the bytes of a CSV file.

    Raises:
        Refused: no such table, or more than a limit allows.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Refused(Wording("The file is empty; expected a list of projects and participants."), code="empty")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(Wording("This is a workbook or an archive; expected CSV."), code="format")
    table = read_csv(data)
    return _File(table, _columns(table)).read(file)


def _columns(table: Table) -> dict[str, int]:
    headings = [_OTHER_SIGNS.sub("", as_text(one).lower()) for one in (table.rows[0].values if table.rows else ())]
    found = {field: headings.index(name) for field, names in FIELDS.items() for name in names[::-1] if name in headings}
    missing = [one for one in ("name", "partner_contribution") if one not in found]
    if missing or not {"id", "acronym"} & found.keys():
        raise Refused(
            Wording(
                "The first row has no headings for project, participant and contribution; expected columns such as"
                " “project id”, “participant_name” and “participant_eu_contribution”."
            ),
            code="columns",
        )
    return found


class _File:
    def __init__(self, table: Table, columns: dict[str, int]) -> None:
        self._table = table
        self._columns = columns
        self._findings = Findings()
        self._projects: dict[str, Project] = {}
        self._partners: dict[str, list[Partner]] = {}

    def read(self, file: str) -> Partners:
        rows = self._table.rows[1:]
        if len(rows) > PARTNERS_MAX:
            raise Refused(
                Wording("The file has more than {partners_max:,} rows.", partners_max=PARTNERS_MAX),
                code="too_many_rows",
            )
        for row in rows:
            self._take(row)
        projects = tuple(replace(one, partners=tuple(self._partners[key])) for key, one in self._projects.items())
        for project in projects:
            self._check(project)
        findings = (*self._table.findings, *self._findings.all())
        return Partners(file, rows=len(rows), projects=projects, findings=findings)

    def _take(self, row: Row) -> None:
        key = project_number(self._text(row, "id")) or self._line(row, "acronym")
        if not key:
            self._say("no_project", Wording("The row names no project; it was left out."), row)
            return
        if key not in self._projects:
            self._projects[key] = self._project(row)
            self._partners[key] = self._leading(row)
        if self._line(row, "name"):
            self._partners[key].append(self._partner(row))
        else:
            self._say("no_name", Wording("The row names no participant; only its project was read."), row)

    def _project(self, row: Row) -> Project:
        start, end = self._line(row, "start"), self._line(row, "end")
        return Project(
            id=project_number(self._text(row, "id")),
            acronym=self._line(row, "acronym"),
            title=self._line(row, "title"),
            program=self._line(row, "program"),
            status=self._line(row, "status"),
            written_start=start,
            written_end=end,
            start=parse_written_day(start),
            end=parse_written_day(end),
            total_cost=self._amount(row, "total"),
            contribution=self._amount(row, "contribution"),
            participants_told=project_number(self._text(row, "told")),
        )

    def _leading(self, row: Row) -> list[Partner]:
        if not self._line(row, "coordinator"):
            return []
        name, remark, country = parts_of_name(self._text(row, "coordinator"))
        return [
            Partner(
                name=name,
                role="coordinator",
                country=country,
                remark=remark,
                address=self._line(row, "coordinator_address"),
                website=self._line(row, "coordinator_website"),
                contribution=self._amount(row, "coordinator_contribution"),
                line=row.line or row.number,
            )
        ]

    def _partner(self, row: Row) -> Partner:
        name, remark, country = parts_of_name(self._text(row, "name"))
        role: Role = "coordinator" if self._line(row, "role").lower() == "coordinator" else "participant"
        return Partner(
            name=name,
            role=role,
            order=self._line(row, "order"),
            country=country or self._line(row, "country"),
            remark=remark,
            address=self._line(row, "address"),
            website=self._line(row, "website"),
            contribution=self._amount(row, "partner_contribution"),
            total_cost=self._amount(row, "partner_total"),
            line=row.line or row.number,
        )

    def _check(self, project: Project) -> None:
        line = project.partners[0].line if project.partners else 0
        count = sum(one.role == "participant" for one in project.partners)
        name = shorten(project.acronym or project.id)
        if project.participants_told.isdecimal() and int(project.participants_told[:9]) != count:
            message = Wording(
                "{name} names {told} participants and lists {count}.",
                name=name,
                told=project.participants_told[:9],
                count=count,
            )
            self._findings.add("warning", "participants", message, project=project.id, line=line)
        missing = contribution_missing(project)
        if missing:
            message = Wording(
                "The contributions to the partners of {name} and to the project differ by {missing}.",
                name=name,
                missing=format(missing, "f"),
            )
            self._findings.add("warning", "contributions", message, project=project.id, line=line)
        if project.start and project.end and project.end < project.start:
            message = Wording("{name} ends before it starts.", name=name)
            self._findings.add("error", "dates_out_of_order", message, project=project.id, line=line)

    def _amount(self, row: Row, field: str) -> Decimal | None:
        raw = self._line(row, field)
        value = parse_amount(raw)
        if value is None and raw and (field == "partner_contribution" or raw.lower() not in NO_DATA):
            message = Wording(
                "The amount in column {heading} is “{shown}”, expected one such as 1250,50; it was left empty.",
                heading=shorten(as_text(self._table.rows[0].value(self._columns[field]))),
                shown=shorten(raw),
            )
            self._say("value", message, row)
        return value

    def _text(self, row: Row, field: str) -> str:
        column = self._columns.get(field)
        return "" if column is None else as_text(row.value(column))

    def _line(self, row: Row, field: str) -> str:
        return clean_line(self._text(row, field))

    def _say(self, code: str, message: Wording, row: Row) -> None:
        self._findings.add("warning", code, message, **self._table.where(row))
