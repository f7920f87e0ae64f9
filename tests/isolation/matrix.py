"""Who may do what: each of the cast at each address, once with a row that all members see and once with Harbour's own."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from . import samples
from .observe import NEVER, Observer, Remembering, Request
from .operations import written
from .routes import Route
from .story import CAST, Story

PLACES = {  # by kind: the row that all members see, and Harbour's own
    "attachment": {"joint": "chart", "in-house": "drawing"},
    "capacity": {"joint": "joint time", "in-house": "own time"},
    "circle": {"joint": "coast", "in-house": "Harbour only"},
    "commitment": {"joint": "joint promise"},
    "decision": {"joint": "first decision", "in-house": "own decision"},
    "demand": {"joint": "joint need", "in-house": "own need"},
    "draft": {"in-house": "draft"},
    "governed": {"joint": "first decision on removal", "in-house": "own decision on permit"},
    "goal": {"joint": "dredged goal", "in-house": "Harbour's goal"},
    "invitation": {"joint": "Ferry's invitation", "in-house": "ivy's invitation"},
    "item": {"joint": "removal", "in-house": "permit"},
    "job": {"in-house": "stopped in private"},
    "kpi": {"joint": "tonnes", "in-house": "Harbour's tonnes"},
    "levelling": {"joint": "first levelling", "in-house": "own levelling"},
    "link": {"joint": "removal → cleaning", "in-house": "survey → permit"},
    "nomination": {"joint": "ada for cleaning"},
    "note": {"joint": "dredger", "in-house": "lease"},
    "reading": {"joint": "first tonnes", "in-house": "Harbour's reading"},
    "reader": {"joint": "bo must know first decision", "in-house": "ava must know own decision"},
    "remark": {"joint": "joint words", "in-house": "own words"},
    "results": {"in-house": "results"},
    "risk": {"joint": "gale", "in-house": "lawsuit"},
    "round": {"joint": "open round"},
    "simulation": {"joint": "first simulation", "in-house": "our simulation"},
    "subject": {"joint": "works", "in-house": "berths"},
    "personal token": {"in-house": "ada's token"},
    "organisation": {"joint": "Harbour"},
    "person": {"joint": "bea", "in-house": "zoe"},
    "partnership": {"joint": "Coast", "in-house": "Harbour's own"},
    "proposal": {"joint": "open charter", "in-house": "slip charter 2"},
    "plan": {"joint": "works", "in-house": "berths"},
}
TAKEN_OUT = {  # what is there to be read once it has been withdrawn, and not before
    ("GET", "/api/v1/plans/items/<item_id>/withdrawal"): {
        "item": {"joint": "cleaning at first", "in-house": "dropped"},
    },
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")  # pages know the first two
EVERYBODY = tuple(CAST.values())
OWN_PERSON = {"Harbour": "ava", "Orchard": "bea", "Island": "cora"}
WIDTH = 84  # more than the longest address has


def signed_in(story: Story, cast: Iterable[str] = EVERYBODY) -> list[Observer]:
    """Return a browser for each of the cast. Sign them in once in a world: they see where else they are signed in."""
    is_usual = not story.seed and not story.names
    return [(Remembering if is_usual else Observer)(story, who) for who in cast]


def matrix(story: Story, among: Iterable[Route], observers: list[Observer]) -> list[str]:
    """Return a line for each address, method and place: the status that each of them gets, in their order."""
    return [line for route in among for line in _lines(story, route, observers)]


def heading() -> list[str]:
    return [
        "Who may do what: the status that each of the cast gets. Made by tests/test_access_matrix.py (REWRITE=1).",
        *(f"{number:2} {who}" for number, who in enumerate(CAST, 1)),
        "",
        " " * (WIDTH + 17) + " ".join(f"{number:3}" for number in range(1, len(CAST) + 1)),
    ]


def _lines(story: Story, route: Route, observers: list[Observer]) -> Iterator[str]:
    for method in METHODS if route.template.startswith("/api/") else METHODS[:2]:
        for place, address in _addresses(story, route, PLACES | TAKEN_OUT.get((method, route.template), {})):
            asked = ((observer, _request(story, route, method, address, observer)) for observer in observers)
            found = _statuses(list(asked))
            if not found:
                break
            yield f"{method:6} {route.template:{WIDTH}} {place:8} " + " ".join(map(str, found))


def _statuses(asked: list[tuple[Observer, Request]]) -> list[int]:
    """
    Return what each is answered; nothing where the address does not know the method.

    That is the same for all who sign in (no view of ours says so of its own, see the test), so that two are asked.
    """
    first, *others, last, nobody = (partial(observer.ask, request) for observer, request in asked)
    two = first().status, last().status
    if set(two) <= NEVER:
        return []
    return [two[0], *(ask().status for ask in others), two[1], nobody().status]


def _addresses(story: Story, route: Route, named: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    kinds = {name: samples.kind_of(name) for name, _ in route.slots}
    held = [set(named[kind]) for kind in kinds.values() if kind]
    for place in ("joint", "in-house") if held else ("",):
        if all(place in places for places in held):
            values = {name: [_value(story, name, named[kind][place] if kind else "")] for name, kind in kinds.items()}
            yield place, next(address for _, address in route.filled(values))


def _value(story: Story, slot: str, row: str) -> str:
    return str(story.ids[row]) if row else samples.slot_values(story, slot)[0]


def _request(story: Story, route: Route, method: str, address: str, observer: Observer) -> Request:
    """Return the request with what its sender would choose: a person and the organisation of their own."""
    more = written(story, route, method)
    if route.is_api or method == "GET":
        return Request(method, route.template, address, **more)
    house = observer.who.partition("@")[2]
    person = OWN_PERSON.get(house, "bea")
    own = (("person_id", str(story.ids[person])), ("organisation", str(story.ids.get(house, ""))))
    return Request(method, route.template, address, **more | {"fields": (*more.get("fields", ()), *own)})
