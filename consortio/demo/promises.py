"""What the organisations of the demo world promised each other: kept, late, moved, broken, disputed, and what waits now."""

from collections.abc import Callable, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Word:
    """Something that is said of a promise at a time."""

    at: datetime
    circle: str
    speak: Callable[[Stage, Mapping[str, UUID]], None]


class Script:
    """Who says what of which promise, to be said when its time has come."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.words: list[Word] = []
        self.made: dict[Promise, UUID] = {}


def words_of(stage: Stage, *, circle: str) -> list[Word]:
    """Return what is said in a circle, in its order."""
    script = Script(stage)
    for write in (_keep, _move, _break, _disagree, _wait):
        write(script)
    return sorted((word for word in script.words if word.circle == circle), key=lambda word: word.at)


def _keep(script: Script) -> None:
    for row in _rows(KEPT):
        who, to, item, offered, until, delivered, days, name, done_when = row
        made = _agreed(script, Promise(who, to, name, done_when, until, item), offered)
        at = _at(script.stage, delivered)
        _say(script, who, made, "delivered", at, "It is there; the papers lie with the item.")
        _say(script, to, made, "confirmed", at + timedelta(days=int(days), hours=2))


def _move(script: Script) -> None:
    """One date is moved before it has passed, another one only afterwards."""
    arm = Promise("yuna", "tomas", ARM, "A drawing with its calculation, checked by somebody else.", "-17.4", "wind")
    made = _agreed(script, arm, "-20.1")
    words = "The test mast was bent at 33 m/s. We calculate again and need three more weeks."
    _say(script, "yuna", made, "asked", _at(script.stage, "-18.1"), words, due_on=_at(script.stage, "-14.4").date())
    _say(script, "tomas", made, "moved", _at(script.stage, "-18.2"), "Rather late than bent.")
    _say(script, "yuna", made, "delivered", _at(script.stage, "-14.2"), "Checked by the institute; drawing 14-C.")
    _say(script, "tomas", made, "confirmed", _at(script.stage, "-14.4"), "It fits our foundation.")

    crews = Promise(
        "ingrid", "felix", "Names of the crews for the simulator", "A list by ship and shift.", "-11.4", "handbook"
    )
    made = _agreed(script, crews, "-14.1")
    words = "Two of the crew are on leave; the list was not complete on Friday."
    _say(script, "ingrid", made, "asked", _at(script.stage, "-10.1"), words, due_on=_at(script.stage, "-9.4").date())
    _say(script, "felix", made, "moved", _at(script.stage, "-10.2"), "We had kept the room. Next week, then.")
    _say(script, "ingrid", made, "delivered", _at(script.stage, "-9.3"), "Fourteen names, two of them for later.")
    _say(script, "felix", made, "confirmed", _at(script.stage, "-9.4"))


def _break(script: Script) -> None:
    """One is admitted by the promiser, one is said by the receiver."""
    cells = Promise(
        "felix",
        "ingrid",
        "Test report of the cells",
        "A report of the institute, with all six tests.",
        "-5.4",
        "lomcells",
    )
    made = _agreed(script, cells, "-9.1")
    words = "The institute had no place for us. We promise it anew when we have a day from them."
    _say(script, "felix", made, "broken", _at(script.stage, "-4.1"), words)

    tests = Promise(
        "tomas", "felix", "Welding tests before the paint", "Twelve tests, with their pictures.", "-6.4", "tersteel"
    )
    made = _agreed(script, tests, "-8.2")
    _say(script, "felix", made, "broken", _at(script.stage, "-5.2"), "The paint is on, and nobody has tested.")


def _disagree(script: Script) -> None:
    paint = Promise(
        "tomas", "ingrid", "Colours of both hulls, on a plate", "A plate that has hung in the salt for a week.", "-1.4"
    )
    made = _agreed(script, paint, "-4.2")
    _say(script, "tomas", made, "delivered", _at(script.stage, "-2.1"), "The plate stands in your office.")
    _say(
        script,
        "ingrid",
        made,
        "disputed",
        _at(script.stage, "-2.4"),
        "It has not been in the salt: it came straight from the shop.",
    )


def _wait(script: Script) -> None:
    """What waits now: for a yes, for another date, for a delivery, for a confirmation; and one among two."""
    charging = Promise(
        "felix", "ingrid", "Chapter on charging at night", "Read by one who has never charged a ferry.", "0.4", "handbook"
    )  # fmt: skip
    made = _agreed(script, charging, "-3.1")
    _say(
        script,
        "yuna",
        made,
        "delivered",
        _at(script.stage, "-1.2"),
        "Eleven pages, by Henrik. Mette tried it on Tuesday.",
    )

    berth = Promise(
        "tomas", "ingrid", "Day of the first crossing with guests", "One day, with the tide.", "1.4", "lomslot"
    )
    made = _agreed(script, berth, "-3.2")
    words = "The dock is free a week later. We would rather name a day that holds."
    _say(script, "tomas", made, "asked", _at(script.stage, "-1.3"), words, due_on=_at(script.stage, "3.4").date())

    leave = Promise(
        "ingrid", "tomas", "Who signs while the authority is on leave", "A name for each week.", "1.3", "licence"
    )
    _agreed(script, leave, "-2.1")
    noise = Promise(
        "ingrid",
        "felix",
        "Noise at the quay, measured for a night",
        "A curve from ten to six.",
        "4.4",
        is_asked_for=True,
    )
    _offer(script, noise, _at(script.stage, "-1.3"))
    price = Promise(
        "tomas", "felix", "Price of the yard's share in phase 2", "A number with its margin.", "1.4", circle="offer"
    )
    _agreed(script, price, "-3.3")


def _agreed(script: Script, own: Promise, offered: str) -> Promise:
    at = _at(script.stage, offered)
    _offer(script, own, at)
    _say(script, own.who if own.is_asked_for else own.to, own, "accepted", at + timedelta(hours=5))
    return own


def _offer(script: Script, own: Promise, at: datetime) -> None:
    def speak(stage: Stage, items: Mapping[str, UUID]) -> None:
        sides: dict[str, Any] = {
            "promiser_id": stage.ids[CAST[own.who].company],
            "receiver_id": stage.ids[CAST[own.to].company],
        }
        maker = _writer(own.to if own.is_asked_for else own.who)
        where: dict[str, Any] = {"circle_id": stage.ids[own.circle], "terms": _terms(stage, items, own)}
        script.made[own] = offer_commitment(actor=stage.actor(maker), **where, at=at, **sides)

    script.words.append(Word(at, own.circle, speak))


def _terms(stage: Stage, items: Mapping[str, UUID], own: Promise) -> Terms:
    return Terms(
        name=own.name,
        done_when=own.done_when,
        due_on=_at(stage, own.until).date(),
        promiser_person_id=stage.ids[own.who],
        receiver_person_id=stage.ids[own.to],
        size=SIZES.get(own.name, 1),
        item_id=items.get(own.item) if own.item else None,
    )


def _writer(who: str) -> str:
    """Return who writes it down: a contributor's lead does."""
    return "felix" if who == "henrik" else who


def _say(script: Script, who: str, own: Promise, step: str, at: datetime, words: str = "", **more: Any) -> None:
    def speak(stage: Stage, items: Mapping[str, UUID]) -> None:
        said: dict[str, Any] = {"commitment_id": script.made[own], "version": ANY, "step": step, "words": words}
        take_step(actor=stage.actor(who), **said, **more, at=at)

    script.words.append(Word(at, own.circle, speak))


def _at(stage: Stage, when: str) -> datetime:
    week, _, day = when.partition(".")
    return stage.at(int(week), int(day), 9)


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.strip().splitlines():
        yield [part.strip() for part in row.split("|")]
