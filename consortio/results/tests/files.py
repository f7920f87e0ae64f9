"""Small IATI files with results, made from the parts that a test is about."""

from consortio.interchange.tests.fixtures_iati import activity, iati

MEMBERS = (
    '<participating-org ref="XX-1" type="40" role="2"><narrative>Harbour</narrative></participating-org>'
    '<participating-org ref="XX-2" type="70" role="4"><narrative>Lagoon Trust</narrative></participating-org>'
)


def period(start: str, end: str, *inside: str) -> str:
    return f'<period><period-start iso-date="{start}"/><period-end iso-date="{end}"/>{"".join(inside)}</period>'


def target(value: str) -> str:
    return f'<target value="{value}"/>'


def actual(value: str, comment: str = "") -> str:
    words = f"<comment><narrative>{comment}</narrative></comment>" if comment else ""
    return f'<actual value="{value}">{words}</actual>'


def baseline(value: str, on: str) -> str:
    return f'<baseline year="{on[:4]}" iso-date="{on}" value="{value}"/>'


def indicator(title: str, *inside: str, attributes: str = 'measure="1" ascending="1"') -> str:
    return f"<indicator {attributes}><title><narrative>{title}</narrative></title>{''.join(inside)}</indicator>"


def result(title: str, *indicators: str, kind: str = "2") -> str:
    return f'<result type="{kind}"><title><narrative>{title}</narrative></title>{"".join(indicators)}</result>'


WATER = result(
    "Water for all",
    indicator(
        "Households with water",
        baseline("100", "2017-12-31"),
        period("2018-01-01", "2018-12-31", target("200"), actual("180.5", "counted in May")),
        period("2019-01-01", "2019-12-31", target("300")),
        period("2020-01-01", "2020-12-31", target("500"), actual("410")),
    ),
)
LEAKS = result(
    "Fewer leaks",
    indicator(
        "Water lost",
        baseline("40", "2020-03-31"),
        period("2020-04-01", "2020-06-30", actual("38")),
        period("2020-07-01", "2020-09-30", actual("37.25")),
        period("2021-04-01", "2022-03-31", target("20")),
        attributes='measure="2" ascending="0"',
    ),
    indicator("How people feel", period("2020-01-01", "2020-12-31", actual("good")), attributes='measure="5"'),
    kind="1",
)


def lagoon(*results: str, identifier: str = "XX-1-LAGOON", title: str = "Clean lagoon") -> str:
    return activity(
        "".join(results or (WATER, LEAKS)),
        iati_identifier=f"<iati-identifier>{identifier}</iati-identifier>",
        title=f"<title><narrative>{title}</narrative></title>",
        participating_org=MEMBERS,
    )


def file(*activities: str) -> bytes:
    return iati(*(activities or (lagoon(),)))
