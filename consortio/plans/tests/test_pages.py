"""The pages of a plan as browsers get them: what they show, to whom, in how many queries and bytes."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consortio.interchange import plan as neutral
from consortio.plans.actions import NewItem, Progress, add_item, add_link, create_plan, set_progress
from consortio.plans.window import Look, tree_window
from consortio.plans.words import column_words

from .builders import DAY, NOON, OFFICE, START, asked, bring_in, file_of, large, phase, quay, task

QUERIES_MAX = 12  # one of them is what watching for others' changes begins from
BYTES_MAX = 300_000
HOSTILE = "<script>alert(1)</script>\"'><b>&amp;"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay(), organisations={}, name="Quay")


def rows_of(world, plan_id, who="ada@Harbour", **look):
    return {row.name: row for row in tree_window(actor=world.actor(who), plan_id=plan_id, look=Look(**look)).rows}


@pytest.mark.parametrize(("rest", "said"), [((5, 6), "60"), ((4, 5), "56"), ((), "")])
def test_the_bars_know_on_which_days_of_the_week_there_is_no_work(world, rest, said):
    week = tuple(() if day in rest else OFFICE for day in range(7))
    calendar = neutral.Calendar("1", "Ours", week=week, minutes_per_day=DAY)
    plan = bring_in(world, replace(quay(), calendars=(calendar,)))

    page = world.client("ada@Harbour").get(f"/plans/{plan}").content.decode()

    assert re.search(r'<bar-move [^>]*data-rest="(\d*)"', page)[1] == said


def bare(response) -> str:
    """Return a page without what is drawn by lot for each answer."""
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def ways(plan_id, item_id) -> dict[str, str]:
    own = f"/plans/{plan_id}"
    return {
        "bars": own,
        "bars, all open": f"{own}?level=12",
        "bars by finish": f"{own}?sort=finish",
        "on paper": f"{own}?paper=1&zoom=whole",
        "table": f"{own}/table",
        "table, filtered": f"{own}/table?critical=1&sort=-float&text=task",
        "milestones": f"{own}/milestones",
        "milestones by date": f"{own}/milestones?by=date",
        "settings": f"{own}/settings",
        "item": f"/items/{item_id}",
    }


def test_every_page_opens_for_everybody_in_the_circle_and_says_who_sees_it(world, plan):
    item = rows_of(world, plan)["Task t1"].id

    for who in ("ada@Harbour", "abe@Harbour", "bea@Orchard", "cy@Island"):
        client = world.client(who)
        for name, path in ways(plan, item).items():
            response = client.get(path)
            assert (name, response.status_code) == (name, 200)
            assert b"all 3 organisations see this" in response.content


@pytest.mark.parametrize("name", ["bars", "table", "milestones", "settings", "item"])
def test_a_plan_of_a_house_is_not_there_for_others(world, name):
    own = bring_in(world, quay(), circle="Harbour only")
    item = rows_of(world, own)["Task t1"].id
    path = ways(own, item)[name]
    nowhere = ways(world.ids["ada"], world.ids["ada"])[name]

    theirs, missing = (world.client("bo@Orchard").get(one) for one in (path, nowhere))

    assert world.client("ada@Harbour").get(path).status_code == 200
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert bare(theirs) == bare(missing)


def counted(client, path) -> tuple[int, bytes]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, path
    return asked(queries), response.content


@pytest.mark.parametrize("count", [1, 3, 300])
def test_pages_ask_at_most_thirteen_times_whatever_the_size(world, count):
    plan_id = bring_in(world, large(count))
    client, item = world.client("ada@Harbour"), next(iter(rows_of(world, plan_id, level=9).values())).id
    for path in ways(plan_id, item).values():
        client.get(path)  # what is asked once for a process is asked here

    found = {name: counted(client, path)[0] for name, path in ways(plan_id, item).items()}

    assert {name: count for name, count in found.items() if count > QUERIES_MAX} == {}


def test_later_rows_in_our_own_house_with_folds_ask_no_more(world):
    plan_id = bring_in(world, large(400))
    rows = rows_of(world, plan_id, level=0)
    first = next(iter(rows.values()))
    ours = NewItem("Ours", parent_id=first.id, duration_minutes=DAY)
    world.do("ours", add_item, "ada@Harbour", plan_id=plan_id, circle_id=world.ids["Harbour only"], item=ours)
    client = world.client("ada@Harbour")
    page = client.get(f"/plans/{plan_id}?level=1&shut={first.id}").content.decode()
    later = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")

    for path in (
        f"/plans/{plan_id}{later}",
        f"/plans/{plan_id}/table{later}",
        f"/plans/{plan_id}/table?sort=name&after=150",
    ):
        assert counted(client, path)[0] <= QUERIES_MAX, path


def heavy(plan_id) -> dict[str, str]:
    every = f"columns={','.join(name for name, _ in column_words())}"
    return {
        "bars, folded": f"/plans/{plan_id}?level=0",
        "bars by the week": f"/plans/{plan_id}?level=9&zoom=week",
        "bars by the day": f"/plans/{plan_id}?level=9&zoom=day",
        "table, all columns": f"/plans/{plan_id}/table?level=9&{every}",
        "table, sorted": f"/plans/{plan_id}/table?sort=finish&{every}",
    }


@pytest.mark.once
def test_the_first_answer_is_small_at_ten_thousand_items_of_long_names(world):
    plan_id = bring_in(world, large(10_000, words=8), organisations={"Harbour": world.ids["Harbour"]})
    client, item = world.client("ada@Harbour"), next(iter(rows_of(world, plan_id, level=0).values())).id

    for name, path in (ways(plan_id, item) | heavy(plan_id)).items():
        count, content = counted(client, path)
        assert (name, len(content) <= BYTES_MAX, count <= QUERIES_MAX) == (name, True, True)
        assert (name, content.count(b'<th scope="row"') <= 150 + 5 * (name == "item")) == (name, True)


@pytest.mark.parametrize(("words", "least"), [(0, 150), (3, 140), (24, 75)])
def test_a_page_has_fewer_rows_where_names_are_long_and_leads_on_to_all(world, words, least):
    plan_id = bring_in(world, large(400, words), organisations={"Harbour": world.ids["Harbour"]})
    client = world.client("ada@Harbour")

    for path in heavy(plan_id).values():
        assert len(client.get(path).content) <= BYTES_MAX, path
    for path in (f"/plans/{plan_id}?level=9", f"/plans/{plan_id}/table?sort=number"):
        rows, query = [], path
        while query:
            page = client.get(query).content.decode()
            rows.append(re.findall(r'<tr [^>]*data-row="([^"]+)"', page))
            found = re.search(r'rel="next" href="([^"]+)"', page)
            query = found and path.partition("?")[0] + found[1].replace("&amp;", "&")
        assert len(rows[0]) >= least or "sort" in path
        assert len({pk for page in rows for pk in page}) == sum(map(len, rows)) == 400


def test_an_empty_plan_says_so_and_leads_on(world):
    empty = world.do("empty", create_plan, "ada@Harbour", circle_id=world.ids["coast"], name="Bare", start_at=START)

    for name in ("bars", "table"):
        page = world.client("ada@Harbour").get(ways(empty, empty)[name]).content.decode()
        assert "This plan has no items yet." in page
        assert reverse("import_again", args=[empty]) in page
    stones = world.client("ada@Harbour").get(f"/plans/{empty}/milestones").content.decode()
    assert "No milestones are in this plan yet" in stones
    assert (
        reverse("import_again", args=[empty]) not in world.client("bea@Orchard").get(f"/plans/{empty}").content.decode()
    )


@pytest.mark.parametrize("view", ["", "/table"])
@pytest.mark.parametrize(
    "query", ["text=nothing+is+called+so", "organisation=01c2b8c4-fa00-7003-99d6-989b8e959660", "person={ada}&late=1"]
)
def test_what_is_filtered_to_nothing_says_so_and_leads_back(world, plan, view, query):
    path = f"/plans/{plan}{view}"

    page = world.client("ada@Harbour").get(f"{path}?{query.format(ada=world.ids['ada'])}").content.decode()

    assert "No item of this plan is like that." in page
    assert f'href="{path}"' in page


def test_ids_of_others_filter_as_if_they_did_not_exist(world, plan):
    hidden = world.do(
        "ours", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=NewItem("Lease")
    )
    client = world.client("bo@Orchard")

    pages = [
        client.get(f"/plans/{plan}{view}?{name}={pk}")
        for view in ("", "/table")
        for name in ("open", "baseline", "person", "organisation", "after")
        for pk in (hidden, world.ids["dredger"])
    ]

    assert {page.status_code for page in pages} == {200}
    for seen, other in zip(pages[::2], pages[1::2], strict=True):
        hide = [(word, "") for pk in (hidden, world.ids["dredger"]) for word in (str(pk), pk.hex)]
        texts = [bare(page) for page in (seen, other)]
        for old, new in hide:
            texts = [text.replace(old, new) for text in texts]
        assert texts[0].splitlines() == texts[1].splitlines()
    assert b"Lease" in world.client("ada@Harbour").get(f"/plans/{plan}").content
    assert b"Lease" not in client.get(f"/plans/{plan}?level=9").content


@pytest.mark.parametrize(
    "query",
    [
        "sort=item__organisation__name", "sort=--finish", "after=9999999999",
        "after=-1", "after=%D9%A3", "level=99", "zoom=x", "since=9999-12-31", "since=0001-01-01", "columns=__class__",
        "before=99999", "open=" + ",".join(["0" * 32] * 500), "text=" + "x" * 3000,
    ],
)  # fmt: skip
def test_no_address_breaks_a_page(world, plan, query):
    client = world.client("ada@Harbour")

    for path in (f"/plans/{plan}", f"/plans/{plan}/table", f"/plans/{plan}/milestones"):
        for more in ("", "&sort=name", "&zoom=day"):
            assert client.get(f"{path}?{query}{more}").status_code == 200


def test_names_are_words_and_never_markup(world):
    hostile = file_of(
        phase("A", name=HOSTILE),
        task("t1", 2, name=HOSTILE, code=HOSTILE[:20], notes=HOSTILE),
        neutral.Item("m", HOSTILE, kind="milestone", milestone="finish", parent="A", percent_complete=0.0),
        links=[neutral.Link("t1", "m")],
    )
    plan_id = bring_in(world, hostile, name=HOSTILE)
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan_id).rows
    client = world.client("ada@Harbour")

    for path in [*ways(plan_id, rows[0].id).values(), f"/items/{rows[1].id}", f"/items/{rows[2].id}"]:
        page = client.get(path).content.decode()
        assert "alert(1)" in page, path
        assert "<script>alert" not in page
        for picture in re.findall(r"<svg .*?</svg>", page, re.DOTALL):
            ElementTree.fromstring(picture)


def test_bars_have_a_table_beside_them_that_tells_the_same(world, plan):
    page = world.client("ada@Harbour").get(f"/plans/{plan}").content.decode()

    assert page.count('<th scope="row"') == 5
    assert re.search(r'role="img" aria-labelledby="gantt-name-1"', page)
    assert "<title" in page and page.count('class="bar"') >= 3


def test_the_legend_says_what_a_grey_bar_is_and_shows_a_hue_only_where_one_is_drawn(world):
    own = {"organisations": {"Harbour": world.ids["Harbour"]}}
    led, unled = task("t1", 2, None, responsible=("Harbour",)), task("t2", 3, None)

    def legend(step, *items):
        plan_id = bring_in(world, file_of(*items), step=step, **own)
        page = world.client("ada@Harbour").get(f"/plans/{plan_id}").content.decode()
        drawn = page[page.index('class="legend') :].partition("</ul>")[0]
        grey = "grey: no organisation in charge yet" in drawn
        return grey, "bar in the lead’s hue" in drawn, "hue-" in drawn, drawn.count("done part darker")

    assert legend("nobody", unled) == (True, False, False, 1)
    assert legend("both", led, unled) == (True, True, True, 1)
    assert legend("all", led) == (False, True, True, 1)


def test_signs_go_and_come_by_their_links(world, plan):
    client = world.client("ada@Harbour")
    page = client.get(f"/plans/{plan}").content.decode()
    hide = re.search(r'class="toggle is-on" href="([^"]+)"', page)[1]

    without = client.get(f"/plans/{plan}{hide}").content.decode()
    chart = re.compile(r'<rect class="critical" x="[\d.]+" y="[\d.]{3,}')

    assert "critical-path=0" in hide
    assert (bool(chart.search(page)), bool(chart.search(without))) == (True, False)


def test_what_our_house_computes_stands_beside_what_all_see_and_for_us_only(world, plan):
    row = rows_of(world, plan)["Task t2"]
    ours = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    check = world.do("check", add_item, "ada@Harbour", **ours, item=NewItem("Our check", duration_minutes=20 * DAY))
    world.do(
        "wait", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"], predecessor_id=check,
        successor_id=row.id, type="FS",
    )  # fmt: skip

    for path in (f"/plans/{plan}", f"/plans/{plan}/table", f"/plans/{plan}/milestones", f"/items/{row.id}"):
        mine, theirs = (world.client(who).get(path).content.decode() for who in ("ada@Harbour", "bo@Orchard"))
        assert "in our house" in mine.lower() or "ours " in mine, path
        assert "in our house" not in theirs.lower() and "Our check" not in theirs, path


def test_heads_of_the_table_say_how_it_is_sorted(world, plan):
    client = world.client("ada@Harbour")

    up = client.get(f"/plans/{plan}/table?sort=finish").content.decode()
    down = client.get(f"/plans/{plan}/table?sort=-finish").content.decode()

    assert re.findall(r'aria-sort="(\w+)"><a class="sort" href="\?sort=(-?\w+)"', up) == [("ascending", "-finish")]
    assert re.findall(r'aria-sort="(\w+)"><a class="sort" href="\?sort=(-?\w+)"', down) == [("descending", "finish")]


def test_columns_are_those_of_the_address(world, plan):
    page = world.client("ada@Harbour").get(f"/plans/{plan}/table?columns=finish,deadline").content.decode()

    heads = re.search(r"<thead>.*?</thead>", page, re.DOTALL)[0]
    assert [re.sub(r"<.*?>", "", head).strip() for head in re.findall(r"<th .*?</th>", heads, re.DOTALL)] == [
        "Item", "Finish", "Deadline",
    ]  # fmt: skip


def test_milestones_stand_by_organisation_or_all_by_date(world):
    def stone(pk, days, who):
        at = neutral.Constraint("snet", START.replace(day=5 + days))
        return neutral.Item(
            pk,
            f"Stone {pk}",
            kind="milestone",
            milestone="finish",
            constraint=at,
            responsible=(who,),
            percent_complete=0.0,
        )

    names = {name: world.ids[name] for name in ("Harbour", "Orchard")}
    plan_id = bring_in(
        world,
        file_of(stone("a", 9, "Harbour"), stone("b", 2, "Orchard"), stone("c", 5, "Harbour")),
        organisations=names,
    )
    client = world.client("ada@Harbour")

    def shown(query):
        return re.findall(r"Stone (\w)</a>", client.get(f"/plans/{plan_id}/milestones{query}").content.decode())

    assert shown("") == ["c", "a", "b"]
    assert shown("?by=date") == ["b", "c", "a"]


def test_an_item_tells_its_history_in_words(world, plan):
    row = rows_of(world, plan)["Task t1"]
    world.do(
        "report", set_progress, "ada@Harbour", item_id=row.id, version=row.version,
        progress=Progress(percent=40, actual_start_at=START),
    )  # fmt: skip

    page = world.client("bo@Orchard").get(f"/items/{row.id}/history").content.decode()

    history = page[page.index('id="history"') :]
    assert "progress was reported" in history and "done: 0% → 40%" in history
    assert "actual start: none → 5 May 2031" in history
    assert "file: quay.xml" in history
    assert history.index("progress was reported") < history.index("came in with a file")


def states(world, plan_id) -> dict[str, str]:
    client = world.client("ada@Harbour")
    pages = {name: client.get(f"/items/{row.id}").content.decode() for name, row in rows_of(world, plan_id).items()}
    return {name: re.search(r"<dt>State</dt><dd>(.*?)</dd>", page)[1] for name, page in pages.items()}


def test_a_phase_has_critical_work_inside_and_is_not_without_float_itself(world, plan):
    ours = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    under = NewItem("Our check", parent_id=rows_of(world, plan)["Task t2"].id, duration_minutes=DAY)

    world.do("check", add_item, "ada@Harbour", **ours, item=under)

    found = states(world, plan)
    listed = world.client("ada@Harbour").get(f"/plans/{plan}/table?critical=1").content.decode()
    assert found["Phase A"] == "critical work inside"
    without_float = {name for name, state in found.items() if state == "critical, no float"}
    assert without_float == {"Task t1", "Task t2", "Opened"}  # also the one that holds something for us alone
    assert {name for name in rows_of(world, plan) if f">{name}</a>" in listed} == without_float


@pytest.mark.parametrize(("who", "said"), [("ada@Harbour", "Harbour"), ("bo@Orchard", None)])
def test_dates_that_one_house_alone_sees_are_headed_with_its_name(world, plan, who, said):
    ours = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    check = world.do("check", add_item, "ada@Harbour", **ours, item=NewItem("Our check", duration_minutes=DAY))
    client, head = (
        world.client(who),
        re.compile(r'<table class="before-after">.*?<th scope="col" class="number">(.*?)</th>', re.S),
    )

    joint = client.get(f"/items/{rows_of(world, plan)['Task t1'].id}").content.decode()
    own = client.get(f"/items/{check}")

    assert head.search(joint)[1] == "Joint"
    assert (head.search(own.content.decode())[1] if own.status_code == 200 else None) == said


def test_dates_in_a_plan_of_our_house_are_headed_with_its_name(world):
    plan_id = bring_in(world, quay(), circle="Harbour's house")
    page = world.client("ada@Harbour").get(f"/items/{rows_of(world, plan_id)['Task t1'].id}").content.decode()

    heads = re.search(r'<table class="before-after">\s*<thead>(.*?)</thead>', page, re.DOTALL)[1]
    assert re.sub(r"<.*?>", " ", heads).split() == ["What", "Harbour"]
    assert "Only Harbour sees this" in page


def test_links_between_items_are_told_on_both_sides(world, plan):
    rows = rows_of(world, plan)

    page = world.client("ada@Harbour").get(f"/items/{rows['Task t2'].id}").content.decode()

    assert f'href="/items/{rows["Task t1"].id}"' in page and f'href="/items/{rows["Opened"].id}"' in page
    assert "finish to start" in page
