"""The pages of a plan as browsers get them: what they show, to whom, in how many queries and bytes."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consortio.interchange import plan as neutral
from consortio.interchange.reading import read_file
from consortio.plans.actions import NewItem, Progress, add_item, add_link, create_plan, set_progress
from consortio.plans.reads import plan_page
from consortio.plans.window import Look, tree_window
from tests.agreed import baseline_of_all

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


@pytest.mark.once
def test_the_first_answer_is_small_at_ten_thousand_items(world):
    plan_id = bring_in(world, large(10_000))
    client, item = world.client("ada@Harbour"), next(iter(rows_of(world, plan_id, level=0).values())).id

    for name, path in ways(plan_id, item).items():
        count, content = counted(client, path)
        assert (name, len(content) <= BYTES_MAX, count <= QUERIES_MAX) == (name, True, True)
        assert (name, content.count(b'<th scope="row"') <= 150 + 5 * (name == "item")) == (name, True)


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


def test_links_between_items_are_told_on_both_sides(world, plan):
    rows = rows_of(world, plan)

    page = world.client("ada@Harbour").get(f"/items/{rows['Task t2'].id}").content.decode()

    assert f'href="/items/{rows["Task t1"].id}"' in page and f'href="/items/{rows["Opened"].id}"' in page
    assert "finish to start" in page


def said(world, plan_id, **changed):
    page = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan_id)
    sent = {
        "version": page.head.version, "name": page.head.name, "start_at": page.start_at.isoformat(timespec="minutes"),
        "data_at": "", "finish_by": "", "zone": "UTC", "calendar_id": str(page.calendar_id), "mode": "msp",
        "float_limit_days": "0",
    }  # fmt: skip
    return sent | changed


def test_settings_are_saved_and_dates_follow(world, plan):
    before = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head.finish_at

    response = world.client("ada@Harbour").post(
        f"/plans/{plan}/settings", said(world, plan, start_at="2031-05-12T08:00")
    )

    head = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head
    assert (response.status_code, (head.finish_at - before).days) == (302, 7)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 201, "at most 200"),
        ("name", "a\nb", "A character that is not seen"),
        ("start_at", "soon", "Write a day and a time"),
        ("start_at", "0999-01-01T08:00", "Write a day between 1970 and 2200"),
        ("data_at", "2031-05-06T08:00+02:00", "own clock"),
        ("zone", "Mars/Base", "Write the zone as in"),
        ("mode", "prince", "Select a valid choice"),
        ("calendar_id", "01c2b8c4-fa00-7003-99d6-989b8e959660", "Select a valid choice"),
        ("float_limit_days", "-1", "greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(world, plan, field, value, words):
    response = world.client("ada@Harbour").post(f"/plans/{plan}/settings", said(world, plan, **{field: value}))

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'id="id_{field}-fault"' in page
    assert plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head.version == 1


def test_a_stale_save_shows_both_and_saves_on_the_second_try(world, plan):
    client, mine = world.client("ada@Harbour"), said(world, plan, name="Quay of ours")
    assert (
        world.client("bo@Orchard").post(f"/plans/{plan}/settings", said(world, plan, name="Quay of theirs")).status_code
        == 302
    )

    stale = client.post(f"/plans/{plan}/settings", mine)
    page = stale.content.decode()
    again = client.post(
        f"/plans/{plan}/settings", mine | {"version": re.search(r'name="version" value="(\d+)"', page)[1]}
    )

    assert (stale.status_code, again.status_code) == (409, 302)
    assert "Quay of ours" in page
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.split('role="alert"')[1].split("</dl>")[0]) == [
        ("Name", "Quay of theirs"),
        ("Start", "5 May 2031, 08:00"),
        ("Data date", "not set"),
        ("Must finish by", "not set"),
        ("Time zone", "UTC"),
        ("Calendar", "Office"),
        ("Scheduled", "as Microsoft Project does"),
        ("Critical up to a float of, days", "0"),
    ]
    assert plan_page(actor=world.actor("bo@Orchard"), plan_id=plan).head.name == "Quay of ours"


def test_who_may_not_change_settings_sees_them_without_a_form_and_is_refused(world, plan):
    client = world.client("bea@Orchard")

    assert b'name="start_at"' not in client.get(f"/plans/{plan}/settings").content
    assert client.post(f"/plans/{plan}/settings", said(world, plan, name="Mine")).status_code == 403
    for what in ("settings", "baselines"):  # before what they sent is read
        assert client.post(f"/plans/{plan}/{what}").status_code == 403
        assert world.client("ada@Harbour").post(f"/plans/{plan}/{what}").status_code == 422
    assert client.post(f"/plans/{plan}/baselines", {"name": "Mine"}).status_code == 403
    assert (
        world.client("ada@Harbour").post(f"/plans/{plan}/baselines", {"name": "Spring", "days": "7"}).status_code == 302
    )


def test_a_baseline_wants_a_name(world, plan):
    response = world.client("ada@Harbour").post(f"/plans/{plan}/baselines", {"name": " "})

    assert response.status_code == 422


def test_the_baseline_of_the_address_is_the_one_that_is_drawn(world, plan):
    world.do("spring", baseline_of_all, "ada@Harbour", plan_id=plan, name="Spring")
    world.do("summer", baseline_of_all, "ada@Harbour", plan_id=plan, name="Summer")
    client = world.client("ada@Harbour")

    newest = client.get(f"/plans/{plan}/table").content.decode()
    chosen = client.get(f"/plans/{plan}/table?baseline={world.ids['spring']}").content.decode()

    assert '<th scope="col" class="number">Summer</th>' in newest
    assert '<th scope="col" class="number">Spring</th>' in chosen


def exported(world, plan_id, format, tmp_path):
    response = world.client("bo@Orchard").get(f"/plans/{plan_id}/export.{format}")
    assert response.status_code == 200
    assert f'filename="Quay.{format}"' in response["Content-Disposition"]
    path = tmp_path / f"quay.{format}"
    path.write_bytes(response.content)
    return path


def test_a_plan_that_leaves_as_xml_and_comes_back_is_the_same(world, plan, tmp_path):
    left = exported(world, plan, "xml", tmp_path)
    again = bring_in(world, read_file(str(left)), step="again", name="Quay")

    def told(plan_id):
        rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan_id, look=Look(level=9)).rows
        return [(row.name, row.kind, row.depth, row.start_at, row.finish_at, row.duration_minutes) for row in rows]

    assert told(again) == told(plan)
    second = exported(world, again, "xml", tmp_path)
    assert replace(read_file(str(second)), file="") == replace(read_file(str(left)), file="")


def test_a_plan_leaves_as_csv_and_xlsx_with_its_figures(world, plan, tmp_path):
    left = list(csv.reader(io.StringIO(exported(world, plan, "csv", tmp_path).read_text(encoding="utf-8-sig"))))
    book = zipfile.ZipFile(exported(world, plan, "xlsx", tmp_path))

    cells = {cell for line in left for cell in line}
    strings = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert len([line for line in left if line]) == 1 + 5
    for name, row in rows_of(world, plan).items():
        assert name in cells and name in strings
        assert any(row.finish_at.strftime("%Y-%m-%d") in cell for cell in cells)


def test_what_is_private_does_not_leave_with_the_plan(world, plan, tmp_path):
    ours = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    world.do("lease item", add_item, "ada@Harbour", **ours, item=NewItem("Lease of ours"))

    for format in ("xml", "csv", "xlsx"):
        mine = world.client("ada@Harbour").get(f"/plans/{plan}/export.{format}").content
        theirs = world.client("bo@Orchard").get(f"/plans/{plan}/export.{format}").content
        assert b"Lease of ours" not in mine
        if format != "xlsx":  # whose archive keeps times
            assert mine == theirs


def test_an_unknown_format_is_not_there(world, plan):
    assert world.client("ada@Harbour").get(f"/plans/{plan}/export.pdf").status_code == 404
    assert world.client("ada@Harbour").get(f"/plans/{plan}/export.csv").status_code == 200
