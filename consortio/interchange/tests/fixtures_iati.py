"""Small IATI activity files, made from the parts that a test is about."""

REQUIRED = {
    "iati-identifier": "<iati-identifier>XX-1-A</iati-identifier>",
    "reporting-org": '<reporting-org ref="XX-1" type="40"><narrative>Harbour Board</narrative></reporting-org>',
    "title": "<title><narrative>Dredge the harbour</narrative></title>",
    "description": "<description><narrative>Deeper</narrative></description>",
    "participating-org": '<participating-org ref="XX-1" role="1"><narrative>Harbour Board</narrative></participating-org>',
    "activity-status": '<activity-status code="2"/>',
    "activity-date": '<activity-date type="1" iso-date="2030-01-01"/><activity-date type="3" iso-date="2030-12-31"/>',
}


def activity(more: str = "", *, without: str = "", attributes: str = 'default-currency="EUR"', **parts: str) -> str:
    """Return an activity in which everything holds; `parts` replaces some of it, `_` for `-`."""
    own = {**REQUIRED, **{name.replace("_", "-"): part for name, part in parts.items()}}
    held = "\n".join(part for name, part in own.items() if name != without)
    return f"<iati-activity {attributes}>\n{held}\n{more}\n</iati-activity>\n"


def iati(*activities: str, version: str | None = "2.03", attributes: str = "") -> bytes:
    named = "" if version is None else f'version="{version}"'
    inside = "".join(activities)
    return f'<?xml version="1.0"?>\n<iati-activities {named} {attributes}>\n{inside}</iati-activities>'.encode()


def transaction(kind: str, value: str, *, currency: str = "", day: str = "2030-02-01") -> str:
    named = f' currency="{currency}"' if currency else ""
    return (
        f'<transaction><transaction-type code="{kind}"/><transaction-date iso-date="{day}"/>'
        f'<value value-date="{day}"{named}>{value}</value></transaction>'
    )


def budget(value: str, *, kind: str = "", start: str = "2030-01-01", end: str = "2030-12-31") -> str:
    named = f' type="{kind}"' if kind else ""
    return (
        f'<budget{named}><period-start iso-date="{start}"/><period-end iso-date="{end}"/>'
        f'<value value-date="{start}">{value}</value></budget>'
    )


def indicator(*periods: str, attributes: str = 'measure="1"', more: str = "") -> str:
    inside = "".join(periods)
    return (
        f'<result type="1"><title><narrative>Depth</narrative></title><indicator {attributes}>'
        f"<title><narrative>Metres</narrative></title>{more}{inside}</indicator></result>"
    )


def period(target: str, actual: str, *, start: str = "2030-01-01", end: str = "2030-12-31") -> str:
    return (
        f'<period><period-start iso-date="{start}"/><period-end iso-date="{end}"/>'
        f'<target value="{target}"/><actual value="{actual}"/></period>'
    )
