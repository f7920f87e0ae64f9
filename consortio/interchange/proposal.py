"""
Proposals in YAML as neutral partners: `proposal.yml` as LaTeX's proposal class writes it.

Sites are the partners, and number 1 of them leads, as in every consortium of Horizon projects. `all` holds their
person months over all work packages, `wp` the work packages, `deliv` the deliverables of each.
"""

from collections.abc import Iterator
from decimal import Decimal, localcontext

from consortio.interchange.iati_values import parse_decimal
from consortio.interchange.partners import DIGITS, Deliverable, Partner, Partners, Project, Role, WorkPackage
from consortio.interchange.plan import Refused
from consortio.interchange.values import Findings, clean_line, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.yaml_tree import Tree, read_yaml


def read_proposal(data: bytes, file: str) -> Partners:
    """
    Return the project and its partners in the bytes of a proposal.

    Raises:
        Refused: no YAML, no proposal, or more than a limit allows.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Refused(Wording("The file is empty; expected a proposal with its sites."), code="empty")
    tree = read_yaml(data)
    if not isinstance(tree, dict) or not _inside(tree, "site"):
        raise Refused(Wording("The file has no part “site”; expected a proposal with its sites."), code="format")
    findings = Findings()
    project = _Proposal(tree, findings).project()
    parts = tuple(clean_line(name, 100) for name in tree)
    return Partners(file, parts=parts, projects=(project,), findings=findings.all())


class _Proposal:
    def __init__(self, tree: dict[str, Tree], findings: Findings) -> None:
        self._tree = tree
        self._findings = findings

    def project(self) -> Project:
        general = _inside(self._tree, "prop", "gen")
        partners = tuple(self._partner(name) for name in _inside(self._tree, "site"))
        packages = tuple(self._package(name) for name in _inside(self._tree, "wp") if name)
        told = _text(_inside(self._tree, "all", "total"), "RM")
        self._check_sum("all", told, [one.person_months for one in partners])
        for one in packages:
            shares = [
                self._months(f"{one.key} {site.name}", _inside(self._tree, one.key, site.name)) for site in partners
            ]
            self._check_sum(one.key, _text(_inside(self._tree, "wp", one.key), "RM"), shares)
        return Project(
            id=_text(general, "proposalnumber"),
            acronym=_text(general, "acronym"),
            title=_text(general, "title"),
            program=_text(general, "callid"),
            person_months_told=told,
            partners=partners,
            work_packages=packages,
            deliverables=tuple(self._deliverables({one.name for one in partners})),
        )

    def _partner(self, name: str) -> Partner:
        order = _text(_inside(self._tree, "site", name), "number")
        role: Role = "coordinator" if order == "1" else "participant"
        if role == "coordinator":
            message = Wording("{name} is number 1 of the sites and was read as their coordinator.", name=shorten(name))
            self._findings.add("info", "coordinator", message, part="site")
        months = self._months(name, _inside(self._tree, "all", name))
        return Partner(clean_line(name), role, order=order, person_months=months)

    def _package(self, key: str) -> WorkPackage:
        one = _inside(self._tree, "wp", key)
        months = self._months(key, one)
        return WorkPackage(clean_line(key), _text(one, "label"), _text(one, "title"), _text(one, "lead"), months)

    def _deliverables(self, partners: set[str]) -> Iterator[Deliverable]:
        for package in _inside(self._tree, "deliv"):
            for key in _inside(self._tree, "deliv", package):
                one = _inside(self._tree, "deliv", package, key)
                lead = _text(one, "lead")
                if lead not in partners:
                    message = Wording(
                        "The deliverable {key} is led by “{lead}”, which is no site.",
                        key=shorten(key),
                        lead=shorten(lead),
                    )
                    self._findings.add("warning", "unknown_lead", message, part=shorten(package))
                yield Deliverable(
                    key=clean_line(key),
                    work_package=clean_line(package),
                    label=_text(one, "label"),
                    title=_text(one, "title"),
                    lead=lead,
                    due_month=_text(one, "due"),
                    status=_text(one, "status"),
                )

    def _months(self, name: str, part: dict[str, Tree]) -> Decimal | None:
        raw = _text(part, "RM")
        value = parse_decimal(raw)
        if raw and value is None:
            message = Wording(
                "The person months of {name} are “{raw}”, expected a number.", name=name, raw=shorten(raw)
            )
            self._findings.add("warning", "value", message, part=shorten(name))
        return value

    def _check_sum(self, name: str, told: str, shares: list[Decimal | None]) -> None:
        whole = parse_decimal(told)
        with localcontext(prec=DIGITS):
            total = sum((share for share in shares if share is not None), start=Decimal(0))
        if whole is not None and whole != total:
            message = Wording(
                "{name} has {told} person months, and its sites together {total}.",
                name=shorten(name),
                told=told,
                total=format(total, "f"),
            )
            self._findings.add("warning", "person_months", message, part=shorten(name))


def _inside(tree: Tree, *path: str) -> dict[str, Tree]:
    """Return the table at the end of the path, or an empty one where there is none."""
    for name in path:
        tree = tree.get(name, "") if isinstance(tree, dict) else ""
    return tree if isinstance(tree, dict) else {}


def _text(table: dict[str, Tree], name: str) -> str:
    value = table.get(name, "")
    return clean_line(value) if isinstance(value, str) else ""
