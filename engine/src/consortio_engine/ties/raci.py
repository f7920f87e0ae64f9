"""Who answers for what: what is missing, doubled or too much in a table of responsibilities."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal, NamedTuple

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault, InvalidTies
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

Role = Literal["R", "A", "C", "I"]

ROLES = ("R", "A", "C", "I")
SHARE_MAX = 0.4
ITEMS_TO_SHARE = 5
HEARERS_MAX = 7
METHOD = "checks of a table of responsibilities"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A person: whose, whether they lead their organisation's part, and whether they have left."""

    organisation: str
    is_lead: bool = False
    has_left: bool = False


class Assignment(NamedTuple):
    """A person's role in an item: responsible, accountable, consulted or informed."""

    item: int
    person: int
    role: Role


class RaciFinding(NamedTuple):
    """
    Something to put right.

    Attributes:
        code: `no_accountable`, `several_accountable` (value: how many), `no_responsible`, `no_lead` (the accountable
            person's organisation has nobody who leads), `large_share` (value: of the accountable roles that are with
            one person), `person_left`, `many_hearers` (value: people consulted or informed, above seven).
        item: its index, -1: the whole table. person: theirs, -1: nobody in particular. value: 0 where there is none.
    """

    code: str
    item: int = -1
    person: int = -1
    value: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Responsibilities(Answer):
    """
    What is to be put right.

    Attributes:
        findings: by item, those of the whole table last.
        complete: items with exactly one accountable and at least one responsible person. count: of items.
    """

    findings: tuple[RaciFinding, ...]
    complete: int
    count: int


def raci(
    items: int, members: Sequence[Member], assignments: Sequence[Assignment], *, share_max: float = SHARE_MAX
) -> Responsibilities:
    """
    Check a table of responsibilities; findings, no score.

    Args:
        items: how many there are. assignments: each once; a person may have several roles in an item.
        share_max: 0 to 1; one person's share of the accountable roles above it is a finding, from five items on.

    Raises:
        InvalidTies: indices that name nothing, unknown roles, an assignment that stands twice.

    Cost:
        Linear.

    Source:
        docs/engine/resilience.md.
    """
    began = monotonic()
    _check(items, members, assignments, share_max)
    roles = {role: [Counter[int]() for _ in range(items)] for role in ROLES}
    for one in assignments:
        roles[one.role][one.item][one.person] += 1
    findings = [finding for item in range(items) for finding in _of_item(item, roles, members)]
    findings += _of_table(roles["A"], share_max)
    complete = sum(len(roles["A"][item]) == 1 and len(roles["R"][item]) >= 1 for item in range(items))
    return Responsibilities(
        status="ok",
        method=METHOD,
        fingerprint=digest([items, repr(list(members)), sorted(assignments), share_max, VERSION]),
        elapsed=monotonic() - began,
        findings=tuple(findings),
        complete=complete,
        count=items,
    )


def _check(items: int, members: Sequence[Member], assignments: Sequence[Assignment], share_max: float) -> None:
    faults = []
    seen = set()
    for index, one in enumerate(assignments):
        if not 0 <= one.item < items:
            faults.append(Fault("unknown_item", index, f"Assignment {index} names item {one.item}; there are {items}."))
        if not 0 <= one.person < len(members):
            text = f"Assignment {index} names person {one.person}; there are {len(members)}."
            faults.append(Fault("unknown_person", index, text))
        if one.role not in ROLES:
            faults.append(
                Fault("unknown_role", index, f"Assignment {index} has role {one.role!r}, which is none of RACI.")
            )
        if one in seen:
            faults.append(Fault("twice", index, f"Assignment {index} stands there twice."))
        seen.add(one)
    if not 0 <= share_max <= 1:
        faults.append(Fault("share", -1, f"share_max is {share_max}, and lies within 0 and 1."))
    if faults:
        raise InvalidTies(faults)


def _of_item(item: int, roles: dict[str, list[Counter[int]]], members: Sequence[Member]) -> Iterator[RaciFinding]:
    accountable = sorted(roles["A"][item])
    if not accountable:
        yield RaciFinding("no_accountable", item)
    if len(accountable) > 1:
        yield RaciFinding("several_accountable", item, value=float(len(accountable)))
    if not roles["R"][item]:
        yield RaciFinding("no_responsible", item)
    led = {member.organisation for member in members if member.is_lead and not member.has_left}
    for person in accountable:
        if members[person].organisation not in led:
            yield RaciFinding("no_lead", item, person)
    for person in sorted({person for role in ROLES for person in roles[role][item]}):
        if members[person].has_left:
            yield RaciFinding("person_left", item, person)
    hearers = len({*roles["C"][item], *roles["I"][item]})
    if hearers > HEARERS_MAX:
        yield RaciFinding("many_hearers", item, value=float(hearers))


def _of_table(accountable: list[Counter[int]], share_max: float) -> Iterator[RaciFinding]:
    counts = Counter(person for item in accountable for person in item)
    total = counts.total()
    if len(accountable) >= ITEMS_TO_SHARE:
        for person, count in sorted(counts.items()):
            if count > share_max * total:
                yield RaciFinding("large_share", person=person, value=count / total)
