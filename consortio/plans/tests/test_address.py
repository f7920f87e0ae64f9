"""What an address says of a plan's view, and that folding and paging by address shows every row exactly once."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from consortio.interchange import plan as neutral
from consortio.plans.address import COLUMNS, IDS_MAX, USUAL, ZOOMS, Address, address_of

from .builders import bring_in, file_of, phase, task

ids = st.lists(st.uuids(), max_size=5, unique=True).map(tuple)
addresses = st.builds(
    Address,
    level=st.none() | st.integers(0, 12),
    open=ids,
    shut=ids,
    after=st.sampled_from(["", "48i0"]),
    organisation=st.none() | st.uuids(),
    person=st.none() | st.uuids(),
    critical=st.booleans(),
    late=st.booleans(),
    undone=st.booleans(),
    nobody=st.booleans(),
    text=st.sampled_from(["", "dredge & fill", "Ölhafen"]),
    sort=st.sampled_from(["", "name", "-finish"]),
    view=st.sampled_from(["", "joint"]),
    baseline=st.none() | st.uuids(),
    zoom=st.sampled_from(ZOOMS),
    since=st.none() | st.dates(min_value=date(1970, 1, 1), max_value=date(2200, 1, 1)),
    critical_path=st.booleans(),
    floats=st.booleans(),
    ghosts=st.booleans(),
    columns=st.sets(st.sampled_from(COLUMNS)).map(lambda chosen: tuple(one for one in COLUMNS if one in chosen)),
    paper=st.booleans(),
)


@given(addresses)
def test_an_address_reads_back_what_it_said(address):
    assert address_of(QueryDict(address.but().removeprefix("?"))) == address


@given(addresses, st.uuids())
def test_unfolding_and_folding_again_leads_to_the_same_rows(address, item_id):
    opened = address_of(QueryDict(address.folding(item_id, is_open=False).removeprefix("?")))
    shut = address_of(QueryDict(opened.folding(item_id, is_open=True).removeprefix("?")))

    assert (item_id in opened.open, item_id in opened.shut) == (True, False)
    assert (item_id in shut.open, item_id in shut.shut) == (False, True)


@pytest.mark.parametrize(
    "query",
    [
        "zoom=century", "level=deep", "level=-1", "open=x,,1", "organisation=%00", "person=Ada", "baseline=newest",
        "since=31-31-31", "sort=", "critical=yes", "view=theirs", "columns=password", "critical-path=no", "paper=2",
    ],
)  # fmt: skip
def test_what_no_address_says_is_as_if_it_said_nothing(query):
    found = address_of(QueryDict(query))

    assert found == (Address(columns=()) if query.startswith("columns") else Address())


def test_a_form_sends_columns_one_by_one_and_none_at_all():
    assert address_of(QueryDict("columns=&columns=finish&columns=number")).columns == ("number", "finish")
    assert address_of(QueryDict("columns=")).columns == ()
    assert address_of(QueryDict("")).columns == USUAL


def test_another_filter_begins_at_the_top_and_another_sign_does_not():
    address = Address(after="48i0")

    assert "after" not in address.but(late=True)
    assert "after" not in address.sorting("name")
    assert "after=48i0" in address.but(floats=False)
    assert "after=48i0" in address.folding(uuid4(), is_open=True)


def test_an_address_stays_short_however_much_is_opened():
    address = Address(open=tuple(UUID(int=number) for number in range(1, IDS_MAX + 1)))

    assert len(address_of(QueryDict(address.folding(uuid4(), is_open=False).removeprefix("?"))).open) == IDS_MAX


@pytest.fixture
def branches(world):
    """Three phases of two phases of 70 tasks: more than two windows when all is open."""
    items: list[neutral.Item] = []
    for top in range(3):
        items.append(phase(f"p{top}", name=f"Top {top}"))
        for inner in range(2):
            items.append(phase(f"p{top}{inner}", parent=f"p{top}", name=f"Inner {top}.{inner}"))
            items += [task(f"t{top}{inner}{nth}", parent=f"p{top}{inner}") for nth in range(70)]
    return bring_in(world, file_of(*items))


ROW = re.compile(r'<th scope="row"[^>]*>.*?<a class="name" href="/items/([0-9a-f-]{36})"', re.DOTALL)
TWIST = re.compile(r'<a class="twist"[^>]*?href="([^"]+)"[^>]*?aria-label="([^"]+): (fold|unfold)"', re.DOTALL)
NEXT = re.compile(r'rel="next" href="([^"]+)"')


def rows_by_links(client, path: str) -> list[str]:
    """Follow the plain links to later rows, and return every row met on the way."""
    found, (path, _, query) = [], path.partition("?")
    while True:
        page = client.get(f"{path}?{query}").content.decode()
        rows = ROW.findall(page)
        assert len(rows) <= 150
        found += rows
        later = NEXT.search(page)
        if not later:
            return found
        query = later[1].replace("&amp;", "&").removeprefix("?")


@pytest.mark.parametrize("seed", range(4))
def test_folding_and_paging_by_links_shows_each_row_once(world, branches, seed):
    client, path = world.client("ada@Harbour"), f"/plans/{branches}"
    query, is_open = "?level=1", {f"Top {top}" for top in range(3)}
    for step in range(4):
        twists = TWIST.findall(client.get(path + query).content.decode())
        href, name, act = twists[(seed * 7 + step * 3) % len(twists)]
        query, is_open = href.replace("&amp;", "&"), is_open ^ {name}
        assert (act == "unfold") == (name in is_open)

    found = rows_by_links(client, path + query)

    inner = [f"Inner {top}.{nth}" for top in range(3) for nth in range(2) if f"Top {top}" in is_open]
    assert len(found) == 3 + len(inner) + 70 * sum(name in is_open for name in inner)
    assert len(set(found)) == len(found)


def test_all_rows_come_once_when_all_is_unfolded(world, branches):
    found = rows_by_links(world.client("ada@Harbour"), f"/plans/{branches}?level=12")

    assert len(found) == len(set(found)) == 3 + 6 + 420
