"""
Two worlds differ only in what Harbour did in private. Whatever anybody else can obtain is equal, byte for byte.

Ids, salts, tokens and times come from the name of the step, so nothing has to be normalised. See docs/isolation.md.
"""

import zlib
from itertools import islice

import pytest
from django.core.cache import cache

from .isolation.observe import Answer, Observer, Request, repeat
from .isolation.routes import part
from .isolation.twins import OTHERS, Seen, bo_in_both_worlds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_an_orchard_person_cannot_tell_what_harbour_did_in_private(twins):
    """
    On SQLite, where nothing but the gate stands before a row, all addresses are asked, a quarter of them with forged
    fields and parameters too; on PostgreSQL a sixth.
    """
    with_private, without = bo_in_both_worlds(twins)

    assert with_private.differences(without) == []


@pytest.mark.once
@pytest.mark.parametrize("who", [who for who in OTHERS if who != "bo@Orchard"])
def test_nobody_else_can_tell_what_harbour_did_in_private(twins, who):
    """They look at an eighth of the addresses, nobody at a quarter."""
    with_private, without = twins.twice(who, part(1, 4) if who == "nobody@Nowhere" else part(1, 8))

    assert with_private.differences(without) == []


@pytest.mark.once
def test_a_difference_is_told_with_both_answers():
    request = Request("GET", "", "/circles/1")
    one, other = (
        Seen({request: Answer(200, zlib.compress(said.encode()))}, {"mails": count})
        for said, count in (("a ship sails", 1), ("a ship sinks", 2))
    )

    assert one.differences(one) == []
    assert one.differences(other) == [f"{request}: 200 a ship sails | 200 a ship sinks", "mails: 1 | 2"]


@pytest.mark.once
def test_what_need_not_be_asked_in_the_other_world_would_be_answered_as_in_the_first(twins):
    first, _ = bo_in_both_worlds(twins)
    some = dict(islice(first.answers.items(), 7, None, 40))

    with twins.world(()) as story:
        story.ids, story.sessions = first.story.ids | story.ids, first.story.sessions
        observer = Observer(story, "bo@Orchard")
        again, asked = repeat(observer, some), {request: observer.ask(request) for request in some}

    assert again == asked
    assert sum(again[request] is answer for request, answer in some.items()) > 0.9 * len(some) > 100


@pytest.mark.once
def test_what_rests_on_another_row_or_a_file_is_asked_again(twins):
    with twins.world() as story:
        bo = Observer(story, "bo@Orchard", is_heard=True)
        pages = {
            "coast": Request("GET", "", f"/circles/{story.ids['coast']}/notes"),
            "house": Request("GET", "", f"/circles/{story.ids['Harbour only']}/notes"),
            "file": Request("GET", "", f"/files/{story.ids['chart']}"),
        }
        answers = {name: bo.ask(request) for name, request in pages.items()}
        again = lambda: {name for name in pages if bo.ask_again(pages[name], answers[name]) is not answers[name]}  # noqa: E731
        found = [again()]
        for circle in ("Harbour only", "coast"):
            story.write(f"written in {circle}", "ada@Harbour", circle)
            found.append(again())

    assert {name: answer.status for name, answer in answers.items()} == {"coast": 200, "house": 404, "file": 200}
    assert found == [{"file"}, {"file"}, {"file", "coast"}]


@pytest.mark.once
def test_what_rests_on_another_count_is_asked_again(twins):
    with twins.world() as story:
        nobody = Observer(story, "nobody@Nowhere", is_heard=True)
        tried = Request("POST", "", "/sign-in", fields=(("login", "ada@example.org"), ("password", "wrong")))
        answer = nobody.ask(tried)
        counted = dict(cache._cache), dict(cache._expire_info)

        same = nobody.ask_again(tried, answer)
        nobody.counts = counted
        after_another_try = nobody.ask_again(tried, answer)

    assert same is answer and after_another_try is not answer
