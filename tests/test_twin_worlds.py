"""
Two worlds differ only in what Harbour did in private. Whatever anybody else can obtain is equal, byte for byte.

Observers come from the URLconf: every route, reading and writing, with the ids of visible and of private
rows in every place of an id. Ids, salts and times come from the name of the step, so nothing has to be normalised.
"""

import inspect
import itertools
from uuid import UUID

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.middleware import csrf
from django.urls import get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from consortio.access import gate, middleware
from consortio.circles import reads as circle_reads
from tests.notes import actions as note_actions
from tests.notes import reads as note_reads
from consortio.record import log
from consortio.record import reads as record_reads

from .mutants import weaken
from .world import build

OTHERS = ["bo@Orchard", "nobody@Nowhere"]  # Island shares a side circle with Harbour
PROBES = ["coast", "offer", "lease", "dredger", "frost"]
POSTED = {"title": "x", "text": "x", "version": 1}
PUT = {"data": {"title": "x", "text": "x"}, "content_type": "application/json", "headers": {"If-Match": '"1"'}}
NOT_THERE = UUID(int=7)


class Undo(Exception):
    pass


def routes(patterns, before=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern.pattern.converters


def addresses(ids):
    for route, converters in routes(get_resolver().url_patterns):
        slots = []
        for name, converter in converters.items():
            values = {UUIDConverter: ids, IntConverter: [0, 1, 2]}[type(converter)]  # a KeyError: teach me this kind
            slots.append([(f"<{'uuid' if values is ids else 'int'}:{name}>", str(value)) for value in values])
        for filled in itertools.product(*slots):
            address = "/" + route
            for slot, value in filled:
                address = address.replace(slot, value)
            yield address


def observe(world, ids):
    """Return what each of the others obtains at each address: status, headers and bytes. Writes are undone."""
    seen = {}
    for who in OTHERS:
        client = world.client(who, raise_request_exception=False)
        signed_in = client.cookies.copy()
        for address in addresses(ids):
            with world.step(f"{who} {address}"):
                seen[who, "GET", address] = answer(client.get(address))
            for slot in [None, *ids]:
                posted = POSTED | ({"about_id": slot, "wider_id": slot} if slot else {})
                for method, data in (("POST", {"data": posted}), ("PUT", PUT)):
                    if method == "PUT" and slot:
                        continue
                    client.cookies = signed_in.copy()  # one of the addresses signs out
                    with pytest.raises(Undo), atomic(), world.step(f"{who} {address}"):
                        seen[who, method, address, slot] = answer(getattr(client, method.lower())(address, **data))
                        raise Undo
    assert {status for status, *_ in seen.values()} <= {200, 302, 403, 404, 405, 409, 412, 422}
    return seen


def answer(response):
    return response.status_code, sorted(response.headers.items()), response.content


def live(monkeypatch, a_private, ids=None):
    """Build a world, look at it, and take it back."""
    monkeypatch.setattr(csrf, "get_random_string", lambda length, allowed_chars: "x" * length)
    try:
        with atomic():
            world = build(monkeypatch, a_private)
            ids = ids or [*(world.ids[name] for name in PROBES), NOT_THERE]
            raise Undo(observe(world, ids), ids)
    except Undo as lived:
        return lived.args


def differences(monkeypatch):
    with_private, ids = live(monkeypatch, a_private=True)
    without, _ = live(monkeypatch, a_private=False, ids=ids)
    assert with_private.keys() == without.keys()
    return [look for look in without if with_private[look] != without[look]]


def test_nobody_else_can_tell_what_harbour_did_in_private(db, monkeypatch):
    assert differences(monkeypatch) == []


MUTANTS = {
    "gate: all rows": (gate.condition, "Q(**{f'{model.seen_by}__in': own.values('circle')})", "Q()"),
    "gate: any of my organisation": (gate.condition, "seats.filter(person=actor.person_id, organisation=actor.organisation_id)", "seats.all()"),
    "lock: 403 tells that it is there": (gate.lock, "visible(actor, model)", "_everything(model)"),
    "total over the partnership": (note_reads.notes_page, "access.common(actor, Note, circle_id)", "_everything(Note)"),
    "page of any note": (note_reads.note_page, "access.visible(actor, Note)", "_everything(Note)"),
    "changes of any circle": (record_reads.changes, "access.visible(actor, Entry)", "_everything(Entry)"),
    "circle of any partnership": (circle_reads._circles, "access.visible(actor, Circle)", "_everything(Circle)"),
    "one counter for all notes": (note_actions._write, "next_number(circle.pk, 'N')", "1 + _everything(Note).count()"),
    "one counter for all entries": (log.next_number, "Counter.objects.filter(circle=circle_id, series=series)", "_one_for_all(Counter, circle_id, series)"),
    "reference to any note": (gate.get, "visible(actor, model)", "_everything(model)"),
    "the 404 says why": (middleware.missing, "HttpResponse('There is nothing here, or nothing for you.', status=404)", "HttpResponse(_hint(request), status=404)"),
}  # fmt: skip

PAST_THE_WALL = {"one counter for all entries", "the 404 says why"}  # they leak from inside access.unscoped


def everything(model):
    with gate.unscoped("mutant"):
        return model.objects.all()


def hint(request):
    with gate.unscoped("mutant"):
        known = [str(pk) for pk in note_reads.Note.objects.values_list("pk", flat=True)]
    return "Not for you." if any(pk in request.path for pk in known) else "Not there."


def one_for_all(model, circle_id, series):
    """Take entry numbers for the whole instance from one counter."""
    return model.objects.filter(series=series).exclude(circle=None)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_leak_is_caught_by_the_twins_or_held_by_the_wall(db, monkeypatch, name):
    function, old, new = MUTANTS[name]
    for helper, made in {"_everything": everything, "_hint": hint, "_one_for_all": one_for_all}.items():
        monkeypatch.setitem(inspect.unwrap(function).__globals__, helper, made)
    weaken(monkeypatch, function, old, new)
    found = differences(monkeypatch)
    assert bool(found) == (connection.vendor == "sqlite" or name in PAST_THE_WALL)
