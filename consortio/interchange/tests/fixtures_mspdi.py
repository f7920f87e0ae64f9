"""Small MS Project XML files, made from the parts that a test is about."""

NAMESPACE = "http://schemas.microsoft.com/project"
STANDARD = (
    "<Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>"
    "<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{days}</WeekDays>{more}</Calendar>"
)


def values(**fields: object) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())


def task(uid: int, *, more: str = "", **fields: object) -> str:
    usual = {"UID": uid, "ID": uid, "Name": f"Task {uid}", "OutlineLevel": 1, "Duration": "PT8H0M0S"}
    return f"<Task>{values(**{**usual, **fields})}{more}</Task>"


def link(pred: int, kind: int = 1, lag: int = 0, lag_format: int = 7, more: str = "") -> str:
    fields = values(PredecessorUID=pred, Type=kind, LinkLag=lag, LagFormat=lag_format)
    return f"<PredecessorLink>{fields}{more}</PredecessorLink>"


def week_day(number: int, *hours: tuple[str, str], more: str = "") -> str:
    times = "".join(f"<WorkingTime>{values(FromTime=start, ToTime=finish)}</WorkingTime>" for start, finish in hours)
    working = values(DayType=number, DayWorking=int(bool(hours)))
    return f"<WeekDay>{working}{more}<WorkingTimes>{times}</WorkingTimes></WeekDay>"


def period(first: str, last: str) -> str:
    return f"<TimePeriod>{values(FromDate=f'{first}T00:00:00', ToDate=f'{last}T23:59:00')}</TimePeriod>"


def office(more: str = "") -> str:
    """Return the calendar 1: Monday to Friday, 8 to 12 and 13 to 17."""
    hours = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
    days = week_day(1) + "".join(week_day(number, *hours) for number in range(2, 7)) + week_day(7)
    return STANDARD.format(days=days, more=more)


def project(*tasks: str, calendars: str = "", resources: str = "", assignments: str = "", head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="{NAMESPACE}">'
        f"<Name>plan.xml</Name><Title>Plan</Title><StartDate>2026-01-05T08:00:00</StartDate>"
        f"<CalendarUID>1</CalendarUID>{head}<Calendars>{calendars or office()}</Calendars>"
        f"<Tasks>{''.join(tasks)}</Tasks><Resources>{resources}</Resources>"
        f"<Assignments>{assignments}</Assignments></Project>"
    ).encode()
