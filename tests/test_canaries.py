"""
Each private word carries a token. The cast crawls the pages: who may not see it finds it nowhere.

Harbour's lead crawls all of them, Orchard's, Island's and nobody a third (on PostgreSQL each a sixth), each of the others
another tenth, so that each page is crawled by at least two.
"""

import base64
import gzip
from functools import cache
from urllib.parse import quote

import pytest
from django.db import connection

from consortio import access
from consortio.access.models import Seat

from .isolation import samples
from .isolation.canaries import hits
from .isolation.observe import Remembering, Request
from .isolation.operations import written
from .isolation.routes import IS_WHOLE, part, routes
from .isolation.story import CAST

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
THOROUGH = ("Harbour's lead", "Orchard's lead", "Island's lead", "nobody")  # they crawl on PostgreSQL too
SHARES = 10
WHO = [pytest.param(who, id=name, marks=[] if name in THOROUGH else [pytest.mark.once]) for name, who in CAST.items()]
# Private words that no page shows, at most: withdrawn, written over, in rows and files that no probe names. Three more where
# only some of the cast crawl all pages.
UNSHOWN = 61 if IS_WHOLE else 64


@pytest.fixture(scope="module")
def story(twins):
    with twins.world() as story:
        yield story


@pytest.fixture(scope="module")
def found_by(story):
    """Return a function that tells which canaries somebody finds, each with the request that shows it."""

    @cache
    def crawl(who):
        found, observer = {}, Remembering(story, who)
        for request in requests(story, crawled_by(who)):
            answer = observer.ask(request)
            for token in hits(answer.text.partition(b"\n\n")[2] or answer.text, story.where):
                found.setdefault(token, request)
        return found

    return crawl


def seats_of(story, who):
    person, _, organisation = who.partition("@")
    with access.unscoped("test"):
        mine = Seat.objects.filter(
            person=story.ids.get(person), organisation=story.ids.get(organisation), ended_at=None
        )
        return set(mine.values_list("circle", flat=True))


def crawled_by(who):
    others = [one for name, one in CAST.items() if name not in THOROUGH]
    if who in others:
        return part(others.index(who), SHARES)
    if connection.vendor == "postgresql":
        return part(2, 6)
    return routes() if who == CAST["Harbour's lead"] else part(1, 3)


def requests(story, among):
    for route in among:
        values = {name: samples.slot_values(story, name) for name, _ in route.slots}
        for _, address in route.filled(values):
            yield Request("GET", route.template, address, **written(story, route, "GET"))
    for address in ("/robots.txt", "/sitemap.xml", "/favicon.ico", "/.well-known/security.txt", "/static/ui/icons.svg"):
        yield Request("GET", address, address)


@pytest.mark.parametrize("who", WHO)
def test_nobody_finds_a_word_of_a_circle_where_they_do_not_sit(story, found_by, who):
    seats = seats_of(story, who)
    wrong = {
        token: str(request) for token, request in found_by(who).items() if story.ids[story.where[token]] not in seats
    }

    assert wrong == {}


@pytest.mark.once
def test_there_was_something_to_find(story, found_by):
    if connection.vendor == "postgresql" and not IS_WHOLE:
        pytest.skip("each crawls a share here")
    leads = [found_by(CAST[name]) for name in ("Harbour's lead", "Orchard's lead", "Island's lead")]

    assert len(story.where) > 40
    assert len(set(story.where) - set().union(*leads)) <= UNSHOWN
    assert len(leads[0]) > 30 and len(leads[2]) > 5


def test_each_page_is_crawled_by_some_of_those_who_crawl_a_share():
    shares = [crawled_by(who) for name, who in CAST.items() if name not in THOROUGH]

    assert {route for share in shares for route in share} == set(routes())
    assert IS_WHOLE or all(len(share) < 0.2 * len(routes()) for share in shares) and len(shares) >= SHARES


@pytest.mark.parametrize(
    "carry",
    [
        lambda token: f"a {token} b".encode(),
        lambda token: quote(f"a/{token}").encode(),
        lambda token: base64.b64encode(f"a {token} b".encode()),
        lambda token: base64.b64encode(f"ab {token} b".encode()),
        lambda token: base64.b64encode(f"{token} b".encode()),
        lambda token: gzip.compress(f"a {token}".encode()),
        lambda token: token.encode().hex().encode(),
        lambda token: token[::-1].encode(),
        lambda token: token.upper().encode(),
    ],
)
def test_the_search_for_canaries_bites(carry):
    token = "canary0123456789abcdef0123456789"

    assert hits(carry(token), [token]) == {token}
    assert hits(carry("canaryffffffffffffffffffffffffff"), [token]) == set()
