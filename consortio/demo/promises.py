"""What the organisations of the demo world promised each other: kept, late, moved, broken, disputed, and what waits now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from consortio.access import ANY
from consortio.commitments.actions import Terms, offer_commitment, take_step

from .cast import CAST
from .stage import Stage

# who | to whom | item | offered | until | delivered | confirmed after days | what | done when
KEPT = """
felix  | ingrid | gridwait   | -31.1 | -29.4 | -29.2 | 3 | Drawings of the connection point            | The grid company has them, and a copy lies in the file of the item.
yuna   | tomas  | stofound   | -28.0 | -26.4 | -26.3 | 2 | Load figures of both towers                 | Vertical, lateral and moment, at 33 m/s, signed by the engineer.
felix  | ingrid | gridwait   | -21.2 | -20.4 | -20.4 | 6 | The second drawing for the grid company     | The grid company says that it can read it.
felix  | ingrid | trafoorder | -26.1 | -24.4 | -24.1 | 1 | Transformer ordered, with a copy for all    | The maker's confirmation with its date lies here.
felix  | ingrid | trafo      | -13.4 | -12.4 | -12.3 | 4 | Prices of two other makers                  | Two written prices, each with a date.
felix  | ingrid | trafo      | -11.1 | -10.4 | -10.4 | 9 | What a hired transformer would cost         | Price by the month, with transport and connection.
yuna   | tomas  | lomcells   | -10.1 | -8.4  | -8.3  | 2 | Interface list between tower and vessel     | Every plug and signal, with who supplies it.
yuna   | tomas  | lomcells   | -8.1  | -6.4  | -6.4  | 1 | Safety data sheets of the cells             | One sheet for each type, in both languages of the yard.
henrik | tomas  | stofound   | -6.1  | -3.2  | -3.4  | 1 | Template for the anchor bolts at Storvik    | It lies at the quay, and its holes are measured.
tomas  | ingrid | tersteel   | -9.2  | -8.4  | -8.2  | 5 | List of all frames to be renewed            | Each frame with a picture and its thickness.
tomas  | felix  | stofound   | -5.1  | -4.4  | -4.3  | 8 | Date on which the foundation is poured      | One day, and the weather that would move it.
tomas  | ingrid | lomslot    | -7.0  | -6.4  | -6.3  | 2 | Berth for Lom at Lindholm                   | The harbour master has written down the number of the berth.
ingrid | felix  | gridsigned | -29.1 | -27.4 | -27.4 | 1 | Power of attorney for the grid company      | Signed, with the stamp of the county.
ingrid | tomas  | licence    | -12.1 | -10.4 | -10.2 | 3 | Names of who signs for the county           | Three names with their offices.
"""
ARM = "Arm of the tower for gusts of 33 m/s"
SIZES = {ARM: 3, "Transformer ordered, with a copy for all": 3, "Load figures of both towers": 2}


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise that somebody of an organisation writes down for it."""

    who: str
    to: str
    name: str
    done_when: str
    until: str  # week and day
    item: str = ""
    circle: str = "joint"
    is_asked_for: bool = False  # the receiver wrote it down


def promise(stage: Stage, items: Mapping[str, UUID]) -> None:
    """Play all of them."""
    _keep(stage, items)
    _move(stage, items)
    _break(stage, items)
    _disagree(stage, items)
    _wait(stage, items)


def _keep(stage: Stage, items: Mapping[str, UUID]) -> None:
    for row in _rows(KEPT):
        who, to, item, offered, until, delivered, days, name, done_when = row
        made = _agreed(stage, items, Promise(who, to, name, done_when, until, item), offered)
        at = _at(stage, delivered)
        _say(stage, who, made, "delivered", at, "It is there; the papers lie with the item.")
        _say(stage, to, made, "confirmed", at + timedelta(days=int(days), hours=2))


def _move(stage: Stage, items: Mapping[str, UUID]) -> None:
    """One date is moved before it has passed, another one only afterwards."""
    arm = Promise("yuna", "tomas", ARM, "A drawing with its calculation, checked by somebody else.", "-17.4", "wind")
    made = _agreed(stage, items, arm, "-20.1")
    words = "The test mast was bent at 33 m/s. We calculate again and need three more weeks."
    _say(stage, "yuna", made, "asked", _at(stage, "-18.1"), words, due_on=_at(stage, "-14.4").date())
    _say(stage, "tomas", made, "moved", _at(stage, "-18.2"), "Rather late than bent.")
    _say(stage, "yuna", made, "delivered", _at(stage, "-14.2"), "Checked by the institute; drawing 14-C.")
    _say(stage, "tomas", made, "confirmed", _at(stage, "-14.4"), "It fits our foundation.")

    crews = Promise(
        "ingrid", "felix", "Names of the crews for the simulator", "A list by ship and shift.", "-11.4", "handbook"
    )
    made = _agreed(stage, items, crews, "-14.1")
    words = "Two of the crew are on leave; the list was not complete on Friday."
    _say(stage, "ingrid", made, "asked", _at(stage, "-10.1"), words, due_on=_at(stage, "-9.4").date())
    _say(stage, "felix", made, "moved", _at(stage, "-10.2"), "We had kept the room. Next week, then.")
    _say(stage, "ingrid", made, "delivered", _at(stage, "-9.3"), "Fourteen names, two of them for later.")
    _say(stage, "felix", made, "confirmed", _at(stage, "-9.4"))


def _break(stage: Stage, items: Mapping[str, UUID]) -> None:
    """One is admitted by the promiser, one is said by the receiver."""
    cells = Promise(
        "felix",
        "ingrid",
        "Test report of the cells",
        "A report of the institute, with all six tests.",
        "-5.4",
        "lomcells",
    )
    made = _agreed(stage, items, cells, "-9.1")
    words = "The institute had no place for us. We promise it anew when we have a day from them."
    _say(stage, "felix", made, "broken", _at(stage, "-4.1"), words)

    tests = Promise(
        "tomas", "felix", "Welding tests before the paint", "Twelve tests, with their pictures.", "-6.4", "tersteel"
    )
    made = _agreed(stage, items, tests, "-8.2")
    _say(stage, "felix", made, "broken", _at(stage, "-5.2"), "The paint is on, and nobody has tested.")


def _disagree(stage: Stage, items: Mapping[str, UUID]) -> None:
    paint = Promise(
        "tomas", "ingrid", "Colours of both hulls, on a plate", "A plate that has hung in the salt for a week.", "-1.4"
    )
    made = _agreed(stage, items, paint, "-4.2")
    _say(stage, "tomas", made, "delivered", _at(stage, "-2.1"), "The plate stands in your office.")
    _say(
        stage,
        "ingrid",
        made,
        "disputed",
        _at(stage, "-2.4"),
        "It has not been in the salt: it came straight from the shop.",
    )


def _wait(stage: Stage, items: Mapping[str, UUID]) -> None:
    """What waits now: for a yes, for another date, for a delivery, for a confirmation; and one among two."""
    charging = Promise(
        "felix", "ingrid", "Chapter on charging at night", "Read by one who has never charged a ferry.", "0.4", "handbook"
    )  # fmt: skip
    made = _agreed(stage, items, charging, "-3.1")
    _say(stage, "yuna", made, "delivered", _at(stage, "-1.2"), "Eleven pages, by Henrik. Mette tried it on Tuesday.")

    berth = Promise(
        "tomas", "ingrid", "Day of the first crossing with guests", "One day, with the tide.", "1.4", "lomslot"
    )
    made = _agreed(stage, items, berth, "-3.2")
    words = "The dock is free a week later. We would rather name a day that holds."
    _say(stage, "tomas", made, "asked", _at(stage, "-1.3"), words, due_on=_at(stage, "3.4").date())

    leave = Promise(
        "ingrid", "tomas", "Who signs while the authority is on leave", "A name for each week.", "1.3", "licence"
    )
    _agreed(stage, items, leave, "-2.1")
    noise = Promise(
        "ingrid",
        "felix",
        "Noise at the quay, measured for a night",
        "A curve from ten to six.",
        "4.4",
        is_asked_for=True,
    )
    _offer(stage, items, noise, _at(stage, "-1.3"))
    price = Promise(
        "tomas", "felix", "Price of the yard's share in phase 2", "A number with its margin.", "1.4", circle="offer"
    )
    _agreed(stage, items, price, "-3.3")


def _agreed(stage: Stage, items: Mapping[str, UUID], own: Promise, offered: str) -> UUID:
    at = _at(stage, offered)
    made = _offer(stage, items, own, at)
    _say(stage, own.who if own.is_asked_for else own.to, made, "accepted", at + timedelta(hours=5))
    return made


def _offer(stage: Stage, items: Mapping[str, UUID], own: Promise, at: datetime) -> UUID:
    sides = {"promiser_id": stage.ids[CAST[own.who].company], "receiver_id": stage.ids[CAST[own.to].company]}
    terms = Terms(
        name=own.name,
        done_when=own.done_when,
        due_on=_at(stage, own.until).date(),
        promiser_person_id=stage.ids[own.who],
        receiver_person_id=stage.ids[own.to],
        size=SIZES.get(own.name, 1),
        item_id=items.get(own.item) if own.item else None,
    )
    maker = _writer(own.to if own.is_asked_for else own.who)
    return offer_commitment(actor=stage.actor(maker), circle_id=stage.ids[own.circle], terms=terms, at=at, **sides)


def _writer(who: str) -> str:
    """Return who writes it down: a contributor's lead does."""
    return "felix" if who == "henrik" else who


def _say(stage: Stage, who: str, made: UUID, step: str, at: datetime, words: str = "", **more: Any) -> None:
    said: dict[str, Any] = {"commitment_id": made, "version": ANY, "step": step, "words": words}
    take_step(actor=stage.actor(who), **said, **more, at=at)


def _at(stage: Stage, when: str) -> datetime:
    week, _, day = when.partition(".")
    return stage.at(int(week), int(day), 9)


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.strip().splitlines():
        yield [part.strip() for part in row.split("|")]
