"""
State and record agree: what is asked of every database that the faults leave behind.

It knows plans whose rows all lie in one circle, and withdrawals of items that hold nothing: what those do to an item's
version stands in an entry of the item itself.
"""

import json
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from consortio.access.gate import as_system
from consortio.plans.changes import plain_value
from consortio.plans.engine import Dates, compute
from consortio.plans.importing import SERIES_OF_ITEMS
from consortio.plans.loading import load
from consortio.plans.models import Item, Link, Plan, Schedule, Scheduled
from consortio.plans.rescheduling import COLUMNS
from consortio.record import log
from consortio.record.edits import edits_in
from consortio.record.leaf import commitment, leaf_hash
from consortio.record.models import Counter, Effect, Entry, Text

RAISES_ITEM = {  # each of these leaves an item with a version that is one higher
    "item.accepted",
    "item.accountable",
    "item.edited",
    "item.moved",
    "item.progressed",
    "item.restored",
    "item.withdrawn",
}
RAISES_LINK = {"link.edited", "link.restored", "link.withdrawn"}
WITH_LINKS = {"item.restored", "item.withdrawn"}  # their fact "links" counts the links that went, or came, along


class Kept:
    """Everything that is looked at, read at one moment."""

    def __init__(self) -> None:
        self.entries = list(Entry.objects.order_by("circle", "number"))
        self.bodies = {entry.pk: json.loads(entry.body) for entry in self.entries}
        self.texts: dict[Any, dict[str, Text]] = defaultdict(dict)
        for text in Text.objects.all():
            self.texts[text.entry_id][text.field] = text
        self.effects = Count(Effect.objects.values_list("entry", flat=True))
        self.counters = {(row.circle_id, row.series): row.last for row in Counter.objects.all()}
        self.items = {row.pk: row for row in Item.objects.order_by("path", "pk")}
        self.links = {row.pk: row for row in Link.objects.order_by("pk")}
        self.by_subject: dict[Any, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self.by_subject[entry.subject_id].append(entry)

    def events(self, pk: Any) -> list[str]:
        return [entry.event for entry in self.by_subject[pk]]


def inspected(statements: Sequence[str] = ()) -> dict[str, Any]:
    """
    Return items in the order of the tree, links that bind, how many entries there are, and what is wrong.

    Args:
        statements: SQL that is run before, past all triggers; nothing of it stays.
    """
    with as_system("an audit sees everything"):
        _tamper(statements)
        kept = Kept()
        wrong = [said for check in CHECKS for said in check(kept)]
        transaction.set_rollback(bool(statements))
    items = {
        str(pk): {"version": row.version, "percent": row.percent, "name": row.name, "note": row.note}
        for pk, row in kept.items.items()
    }
    links = [[str(row.predecessor_id), str(row.successor_id)] for row in kept.links.values() if not row.withdrawn_at]
    return {"wrong": wrong, "items": items, "links": links, "entries": len(kept.entries)}


def _tamper(statements: Sequence[str]) -> None:
    if not statements:
        return
    with connection.cursor() as cursor:
        triggers = cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in [*(f"DROP TRIGGER {name}" for (name,) in triggers), *statements]:
            cursor.execute(statement)
            assert not statement.startswith(("UPDATE", "DELETE", "INSERT")) or cursor.rowcount, statement


def streams(kept: Kept) -> Iterator[str]:
    """Each circle's entries are numbered without a gap, up to its counter."""
    numbers: dict[Any, list[int]] = defaultdict(list)
    for entry in kept.entries:
        numbers[entry.circle_id].append(entry.number)
    last = {circle: count for (circle, series), count in kept.counters.items() if series == "record"}
    for circle in numbers.keys() | last.keys():
        if numbers[circle] != list(range(1, last.get(circle, 0) + 1)):
            yield f"circle {circle}: {len(numbers[circle])} entries, and the counter stands at {last.get(circle)}"


def leaves(kept: Kept) -> Iterator[str]:
    """Each entry is what was hashed, says what its columns say, and has the texts that it commits to."""
    for entry in kept.entries:
        body, texts = kept.bodies[entry.pk], kept.texts[entry.pk]
        if leaf_hash(entry.body.encode()) != entry.leaf:
            yield f"entry {entry.number}: its hash is another one's"
        said = (body["circle"], body["number"], body["event"], body["subject"]["id"])
        if said != (str(entry.circle_id), entry.number, entry.event, str(entry.subject_id)):
            yield f"entry {entry.number}: text and columns differ"
        if {name: commitment(bytes(row.salt), row.text) for name, row in texts.items()} != body["texts"]:
            yield f"entry {entry.number}: its texts are not those that it commits to"


def outbox(kept: Kept) -> Iterator[str]:
    """Each entry has an effect for each subscriber, and no effect is without an entry."""
    for entry in kept.entries:
        owed = len(log._subscribers.get(entry.event, ()))
        if kept.effects[entry.pk] != owed:
            yield f"entry {entry.number} ({entry.event}): {kept.effects[entry.pk]} effects for {owed} subscribers"
    for pk in kept.effects.keys() - kept.bodies.keys():
        yield f"an effect belongs to entry {pk}, which is not there"


def items(kept: Kept) -> Iterator[str]:
    """Each item was added by one entry, each change of it is told by one, and it is as the last of them left it."""
    for pk, row in kept.items.items():
        events = kept.events(pk)
        if events.count("item.added") != 1:
            yield f"item {row.name}: {events.count('item.added')} entries added it"
        changed = sum(event in RAISES_ITEM for event in events)
        if row.version != 1 + changed:
            yield f"item {row.name}: version {row.version}, and {changed} entries changed it"
        gone = [event for event in events if event in WITH_LINKS][-1:] == ["item.withdrawn"]
        if (row.withdrawn_at is not None) != gone:
            yield f"item {row.name}: {'withdrawn' if row.withdrawn_at else 'there'}, and its entries say otherwise"
        yield from _as_left(kept, row)
    for entry in kept.entries:
        if entry.event == "item.added" and entry.subject_id not in kept.items:
            yield f"entry {entry.number} added an item that is not there"


def _as_left(kept: Kept, row: Item) -> Iterator[str]:
    last: dict[str, Any] = {}
    for entry in kept.by_subject[row.pk]:
        texts = {name: text.text for name, text in kept.texts[entry.pk].items()}
        for edit in edits_in(texts):
            last[edit.field] = edit.after
    for field, value in last.items():
        if plain_value(getattr(row, field)) != value:
            yield f"item {row.name}: {field} is {plain_value(getattr(row, field))!r}, the record says {value!r}"


def numbers(kept: Kept) -> Iterator[str]:
    """Items are numbered without a gap in each circle, up to its counter."""
    given: dict[Any, list[int]] = defaultdict(list)
    for row in kept.items.values():
        given[row.circle_id].append(row.number)
    for circle, own in given.items():
        last = kept.counters.get((circle, SERIES_OF_ITEMS))
        if sorted(own) != list(range(1, len(own) + 1)) or last != len(own):
            yield f"circle {circle}: {len(own)} items, and the last number given is {last}"


def tree(kept: Kept) -> Iterator[str]:
    """Each item has a place of its own, below what holds it, and what holds others knows it."""
    paths = Count(row.path for row in kept.items.values())
    yield from (f"{count} items stand at {path}" for path, count in paths.items() if count > 1)
    holding = {row.parent_id for row in kept.items.values() if row.withdrawn_at is None}
    for pk, row in kept.items.items():
        parent = kept.items[row.parent_id] if row.parent_id else None
        above, depth = (parent.path, parent.depth + 1) if parent else ("", 0)
        if not row.path.startswith(above) or row.path[len(above) : -1].count("0") or row.depth != depth:
            yield f"item {row.name}: it does not stand below what holds it"
        if row.withdrawn_at is None and row.is_summary != (pk in holding):
            yield f"item {row.name}: whether it holds others is wrong"


def links(kept: Kept) -> Iterator[str]:
    """Each link was added by one entry, binds items that are there, and each change of it is told by an entry."""
    for pk, row in kept.links.items():
        events = kept.events(pk)
        if events.count("link.added") != 1:
            yield f"link {pk}: {events.count('link.added')} entries added it"
        ends = [kept.items.get(end) for end in (row.predecessor_id, row.successor_id)]
        if not all(ends) or (row.withdrawn_at is None and any(end.withdrawn_at for end in ends)):
            yield f"link {pk}: an end of it is not there"
    for entry in kept.entries:
        if entry.event == "link.added" and entry.subject_id not in kept.links:
            yield f"entry {entry.number} added a link that is not there"
    raised = sum(row.version - 1 for row in kept.links.values())
    own = sum(entry.event in RAISES_LINK for entry in kept.entries)
    along = sum(kept.bodies[entry.pk]["facts"].get("links", 0) for entry in kept.entries if entry.event in WITH_LINKS)
    if raised != own + along:
        yield f"links were changed {raised} times, and entries tell of {own + along}"


def dates(kept: Kept) -> Iterator[str]:
    """The dates kept for a plan are those that follow from its rows."""
    for plan in Plan.objects.order_by("pk"):
        result = compute(load(plan, lambda model: model._default_manager.all()))
        own = Scheduled.objects.filter(plan=plan, circle=plan.circle_id).values_list("item_id", *COLUMNS)
        if {pk: Dates(*columns) for pk, *columns in own} != dict(result.dates):
            yield f"plan {plan.name}: its dates do not follow from its rows"
        said = Schedule.objects.filter(plan=plan, circle=plan.circle_id).values_list("fingerprint", "items")
        if list(said) != [(result.fingerprint, len(result.dates))]:
            yield f"plan {plan.name}: what its dates were computed from are other rows"


def database(kept: Kept) -> Iterator[str]:
    """SQLite finds its own file whole, and every reference leads somewhere."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        (said,) = cursor.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            yield said
        for table, *_rest in cursor.execute("PRAGMA foreign_key_check").fetchall():
            yield f"a row of {table} refers to nothing"


CHECKS = [streams, leaves, outbox, items, numbers, tree, links, dates, database]
