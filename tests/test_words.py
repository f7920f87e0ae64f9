"""What the record's events are called."""

import ast

import pytest

from consortio.notices.reads import told_since
from consortio.record import words
from consortio.record.feed import Asked, happened_since, last_numbers, stream_of
from tests.repository.tree import sources


def recorded(source: str) -> set[str]:
    """Return the events that a module records, by the names that stand there; of a name put together, its beginning."""
    found = set()
    for node in ast.walk(ast.parse(source)) if "record(" in source else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "log.record"):
            found |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    return {event for event in found if isinstance(event, str)}


ALL = {event for path in sources("consortio") for event in recorded(path.read_text())}


@pytest.mark.parametrize("event", sorted(ALL))
def test_every_event_that_is_recorded_has_words(event):
    known = words.known_events()
    assert any(one == event or event.endswith(".") and one.startswith(event) for one in known), "say it in told.py"


def test_the_search_for_events_bites():
    assert recorded("record('a.b' if x else 'c.d', row, texts={'name': name})") == {"a.b", "c.d"}
    assert {"plan.created", "circle.opened", "rows.imported"} <= ALL


def test_an_unknown_event_has_a_neutral_sentence(world):
    bo = world.actor("bo@Orchard")
    told = told_since(actor=bo, since={world.ids["coast"]: 0})

    line = next(line for line in told.lines if line.event == "note.written")
    assert (line.before, line.what, line.after, line.url) == ("", "something", " changed", "")


def test_what_happened_since_is_told_in_words_as_far_as_one_sees(world):
    everything = {world.ids[name]: 0 for name in ("coast", "offer", "board", "Harbour only")}
    told = told_since(actor=world.actor("bo@Orchard"), since=everything, limit=200)

    assert {line.circle_id for line in told.lines} == {world.ids["coast"]} and told.total == len(told.lines)
    said = {line.words: line for line in told.lines}
    assert said["Orchard joined “Coast”"].person == "bo" and said["abe takes part in “Coast”"].person == "ada"
    assert said["“Coast” was founded"].organisation.name == "Harbour"
    ada = told_since(actor=world.actor("ada@Harbour"), since=everything, limit=200)
    assert "“Offer” was opened" in {line.words for line in ada.lines} and ada.total > told.total


def test_the_rest_is_counted_and_what_was_seen_is_not_told_again(world):
    bo, coast = world.actor("bo@Orchard"), world.ids["coast"]
    every = told_since(actor=bo, since={coast: 0}, limit=200)
    some = told_since(actor=bo, since={coast: 0}, limit=2)

    assert some.lines == every.lines[:2] and some.total == every.total > 2
    last = last_numbers(actor=bo, circle_ids=[coast, world.ids["offer"]])
    assert set(last) == {coast} and told_since(actor=bo, since=last).total == 0


def test_what_one_did_oneself_is_left_out_where_asked(world):
    bo, coast = world.actor("bo@Orchard"), world.ids["coast"]
    every = told_since(actor=bo, since={coast: 0}, limit=200)
    others = told_since(actor=bo, since={coast: 0}, limit=200, others_only=True)

    assert [line for line in every.lines if not line.is_mine] == list(others.lines) != list(every.lines)
    assert others.total == len(others.lines)


def test_a_stream_is_asked_by_who_and_what_and_paged_by_number(world):
    ada, coast = world.actor("ada@Harbour"), world.ids["coast"]
    every = stream_of(actor=ada, circle_id=coast, asked=Asked(), limit=200)
    bos = stream_of(actor=ada, circle_id=coast, asked=Asked(person_id=world.ids["bo"]), limit=200)
    orchards = stream_of(actor=ada, circle_id=coast, asked=Asked(organisation_id=world.ids["Orchard"]), limit=200)
    people = stream_of(actor=ada, circle_id=coast, asked=Asked(events=words.events_about("people")), limit=200)

    assert list(bos) == [entry for entry in every if entry.person_id == world.ids["bo"]] != []
    assert list(orchards) == [entry for entry in every if entry.organisation_id == world.ids["Orchard"]] != []
    assert {entry.event.split(".")[0] for entry in people} == {"partnership", "organisation", "person"}
    rest = stream_of(actor=ada, circle_id=coast, asked=Asked(before=every[2].number), limit=200)
    assert rest == every[3:]
    assert stream_of(actor=world.actor("bo@Orchard"), circle_id=world.ids["offer"], asked=Asked(), limit=9) == ()


def test_a_fact_that_looks_like_an_author_is_none(world):
    ada, coast = world.actor("ada@Harbour"), world.ids["coast"]
    found = stream_of(actor=ada, circle_id=coast, asked=Asked(person_id=world.ids["abe"]), limit=200)

    assert found == ()  # abe was seated, and did nothing in this circle himself
    assert any(entry.facts.get("person") == str(world.ids["abe"]) for entry in
               stream_of(actor=ada, circle_id=coast, asked=Asked(), limit=200))  # fmt: skip


def test_words_that_people_wrote_are_never_read_as_places_in_a_sentence(world, monkeypatch):
    monkeypatch.setitem(words._sayings, "note.written", words.Saying(
        lambda entry, names: ("%(text)s about %(what)s", {"text": "100 %(what)s %s"}), words._no_details, "", "record", False))  # fmt: skip
    line = told_since(actor=world.actor("bo@Orchard"), since={world.ids["coast"]: 0}).lines[0]

    assert line.words == "100 %(what)s %s about “something”"


def test_a_digest_of_many_entries_asks_as_often_as_of_few(world, django_assert_num_queries):
    bo, since = world.actor("bo@Orchard"), {world.ids["coast"]: 0}
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for limit in (3, 200):
        with CaptureQueriesContext(
            connection,
        ) as found:
            told_since(actor=bo, since=since, limit=limit)
        asked.append(len(found))
    assert asked[1] <= asked[0] + 1


def test_happened_since_asks_nothing_of_no_circle(world):
    assert happened_since(actor=world.actor("bo@Orchard"), since={}, limit=5) == ((), 0)
