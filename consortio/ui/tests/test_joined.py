"""Stylesheets and scripts go out as one file of each kind."""

import gzip
import re

import pytest
from django.test import Client

from consortio.ui.assets import SCRIPTS, STYLES, asset, found
from consortio.ui.joined import SCRIPT, STYLE

LINKED = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"')


def linked() -> list[str]:
    return LINKED.findall(Client().get("/sign-in").text)


@pytest.mark.django_db
def test_a_page_asks_for_three_files():
    assert linked() == [STYLE.address, asset(SCRIPTS[0]), SCRIPT.address]


@pytest.mark.django_db
def test_whoever_works_on_the_files_is_given_each(settings):
    settings.DEBUG = True

    assert linked() == [asset(path) for path in [*STYLES, *SCRIPTS]]


@pytest.mark.parametrize(("joined", "parts"), [(STYLE, STYLES), (SCRIPT, SCRIPTS[1:])], ids=["styles", "scripts"])
def test_each_file_is_in_it_whole_and_in_order(joined, parts):
    texts = [found(path).read_bytes() for path in parts]

    places = [joined.content.find(text) for text in texts]

    assert min(places) == 0 and places == sorted(places) and len(set(places)) == len(parts) > 15
    assert sum(map(len, texts)) < len(joined.content) < sum(map(len, texts)) + 3 * len(parts)


@pytest.mark.parametrize("joined", [STYLE, SCRIPT], ids=["styles", "scripts"])
def test_it_is_kept_for_good_and_packed_for_those_who_can_read_that(joined):
    plain, packed = Client().get(joined.address), Client().get(joined.address, headers={"Accept-Encoding": "br, gzip"})

    assert plain.content == gzip.decompress(packed.content) == joined.content
    assert len(packed.content) < 0.4 * len(plain.content)
    assert [one.headers.get("Content-Encoding") for one in (plain, packed)] == [None, "gzip"]
    for answer in (plain, packed):
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, f"{joined.kind}; charset=utf-8")
        assert answer.headers["Vary"] == "Accept-Encoding" and "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_nothing_is_written_there():
    assert Client().post(STYLE.address).status_code == 404
    assert Client().get(STYLE.address.replace("all.css", "none.css")).status_code == 404


def test_a_stylesheet_names_its_neighbours_from_where_it_lies():
    """The joined one lies where they lie, so `../fonts/` leads to the same place."""
    named = set(re.findall(r'url\("([^"]+)"\)', STYLE.content.decode()))

    assert named and all(name.startswith(("../fonts/", "data:")) for name in named)
    assert all(found("ui/" + name.removeprefix("../")) for name in named if name.startswith("../"))
