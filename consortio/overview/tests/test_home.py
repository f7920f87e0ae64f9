"""Home tells of each hat what home under that hat tells, and leads into another one by a change of hat."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.accounts.models import User
from consortio.invitations.actions import invite_person
from consortio.invitations.tests.builders import serve
from consortio.overview import reads
from consortio.overview.wanted import wanted_of
from consortio.partnerships.actions import found_partnership
from consortio.plans.actions import NewItem, add_item
from consortio.plans.models import Item
from consortio.plans.tests.builders import DAY, NOON, asked, bring_in, file_of, phase, task

from .test_wanted import ask, beside, counts, hat_of, propose

QUERIES_MAX = 12
QUERIES_MAX_OF_A_HAT = 7


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def found(world, who, name):
    own = {"house_id": world.ids[f"{who.partition('@')[2]}'s house"], "name": name, "letters": "OWN"}
    return world.do(name, found_partnership, who, **own)


def busy_at_orchard(world, items=1):
    """Give Orchard's lead something to answer, something to name people for, and a plan in its own house."""
    propose(world)
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    ask(world, plan, item_of(plan, "t1"), "bo")
    house = world.ids["Orchard's house"]
    own = bring_in(world, file_of(phase("Own")), who="bo@Orchard", circle="Orchard's house", step="own")
    for place in range(items):
        item = {"plan_id": own, "circle_id": house, "item": NewItem(f"Prune {place}", duration_minutes=DAY)}
        ask(world, own, world.do(f"prune {place}", add_item, "bo@Orchard", **item), "bo", by="bo@Orchard")


def item_of(plan, external_id):
    with access.unscoped("test"):
        return Item.objects.get(plan=plan, external_id=external_id).pk


def home(world, who):
    return reads.home_page(actor=world.actor(who), at=NOON)


def words_of(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def sections(page):
    """Return the section of each other hat."""
    main = page[page.index("<main") : page.index("</main>")]
    return [part.split("</section>")[0] for part in main.split('<section class="section"')[1:] if "act-for-" in part]


def test_each_hat_is_told_of_as_its_own_home_tells_it(world):
    reef = hat_of(world, "bo", "Reef")
    found(world, "bo@Reef", "Atoll")
    busy_at_orchard(world)

    under = {who: home(world, who) for who in ("bo@Reef", "bo@Orchard")}

    assert [(hat.id, told) for hat, told in under["bo@Reef"].others] == [
        (world.ids["Orchard"], under["bo@Orchard"].own)
    ]
    assert [(hat.id, told) for hat, told in under["bo@Orchard"].others] == [(reef, under["bo@Reef"].own)]
    assert len(under["bo@Orchard"].own.waits.all) == under["bo@Reef"].elsewhere > 2
    assert [row.partnership.name for row in under["bo@Reef"].own.rows] == ["Atoll"]


def test_home_names_the_first_of_what_waits_under_another_hat_and_how_many_there_are(world):
    hat_of(world, "bo", "Reef")
    busy_at_orchard(world, items=3)
    client = world.client("bo@Reef")

    (orchard,) = sections(client.get("/").content.decode())

    said = words_of(orchard)
    shown = [wait.words in said for wait in home(world, "bo@Orchard").own.waits.first(9).all]
    assert shown == [True, True, True, False, False] and "All 5 that wait" in said
    assert "Partnerships Coast nothing is late" in said
    assert "5 things wait where you act for somebody else." in words_of(client.get("/").content.decode())


def test_looking_at_another_hat_changes_none_and_each_way_into_it_does_so_first(world):
    reef = hat_of(world, "bo", "Reef")
    busy_at_orchard(world)
    client = world.client("bo@Reef")

    (orchard,) = sections(client.get("/").content.decode())

    ways = re.findall(r'<button class="[a-z]+" type="submit" name="next" value="([^"]+)" form="act-for-1"', orchard)
    ways += re.findall(r'<button class="link" form="act-for-1" name="next" value="([^"]+)"', orchard)
    assert "href=" not in orchard.replace("<use href=", "") and len(ways) == orchard.count("<button") > 6
    assert client.get("/api/v1/me").json()["acting_for"] == str(reef)
    assert client.get("/acting-for").status_code == 405
    assert counts(world, "bo@Orchard")[0] > 0 == counts(world, "bo@Reef")[0] and beside(client, "/") == {}
    organisation = re.search(r'name="organisation" value="([^"]+)"', orchard)[1]
    for way in sorted(set(ways)):
        client = world.client("bo@Reef")
        assert way == "/" or client.get(way).status_code == (200 if way == "/waiting" else 404)
        led = client.post("/acting-for", {"organisation": organisation, "next": way}, follow=True)
        assert (led.status_code, led.redirect_chain) == (200, [(way, 302)])
        assert client.get("/api/v1/me").json()["acting_for"] == str(world.ids["Orchard"])


def test_where_nothing_waits_under_another_hat_it_says_so(world):
    hat_of(world, "bo", "Reef")
    propose(world)

    (reef,) = sections(world.client("bo@Orchard").get("/").content.decode())

    assert words_of(reef).endswith("Nothing waits for you there.")


def test_whoever_wears_no_hat_any_more_finds_those_that_are_left(world):
    propose(world)
    client = world.client("bo@Orchard")
    session = client.session
    session["organisation"] = str(world.ids["Harbour"])  # as one for which he does not act any more
    session.save()

    (orchard,) = sections(client.get("/").content.decode())

    assert "Answer: " in words_of(orchard) and "Act for Orchard" in words_of(orchard)


def test_nothing_of_one_person_is_told_to_another(world):
    hat_of(world, "bo", "Reef")
    propose(world)

    page = world.client("bea@Orchard").get("/").content.decode()

    assert "Reef" not in page and "Answer: " not in page and "act for somebody else" not in page


def test_home_under_one_hat_asks_twelve_times_at_most_and_no_more_for_more_rows(world):
    few = queries_of_home(world, "ada@Harbour")
    found(world, "ada@Harbour", "Pier")
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    ask(world, plan, item_of(plan, "t1"), "ada", by="bo@Orchard")
    propose(world, "bo@Orchard")

    assert few <= queries_of_home(world, "ada@Harbour", shown="2 things wait for you") <= QUERIES_MAX


def test_each_further_hat_asks_seven_times_at_most_whatever_waits_there(world):
    one = queries_of_home(world, "bo@Orchard")
    for name in ("Reef", "Shoal"):
        hat_of(world, "bo", name)
    quiet = queries_of_home(world, "bo@Reef", shown="Act for Shoal")
    busy_at_orchard(world)
    busy = queries_of_home(world, "bo@Reef", shown="things wait where you act for somebody else")
    for place in range(3):
        found(world, "bo@Orchard", f"Grove {place}")
        propose(world, purpose=f"Build {place}.")
    busier = queries_of_home(world, "bo@Reef", shown="Grove 2")

    assert quiet <= busy == busier <= QUERIES_MAX + 2 * QUERIES_MAX_OF_A_HAT
    assert quiet - one <= 2 * QUERIES_MAX_OF_A_HAT


def queries_of_home(world, who, shown=""):
    client = world.client(who)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/").content.decode()
    assert shown in page
    return asked(queries)


def test_an_invitation_waits_for_whoever_signs_in_with_its_address_and_is_answered_there(world, monkeypatch):
    ada = world.client("ada@Harbour")
    address = User.objects.get(person_id=world.ids["ada"]).email
    own = {"house_id": world.ids["Orchard's house"], "house_role_id": world.role("Orchard's house", "observer")}
    invitation = invite_person(actor=world.actor("bo@Orchard"), email=address, at=NOON, **own)
    assert "Say whether" not in words_of(ada.get("/").content.decode())  # no link has gone out yet
    serve(monkeypatch, NOON)

    said, way = "Say whether you work for Orchard here", f"/invitation/{invitation}"
    for page in ("/", "/waiting"):
        shown = ada.get(page).content.decode()
        assert said in words_of(shown) and "bo invites you" in words_of(shown) and way in shown
    assert (said, way) in [(one["words"], one["url"]) for one in ada.get("/api/v1/waiting").json()["rows"]]
    for other in ("abe@Harbour", "bo@Orchard"):
        assert "Say whether" not in words_of(world.client(other).get("/").content.decode())
        assert world.client(other).get(way).status_code == 404

    assert "Will you work for Orchard here?" in ada.get(way).content.decode()
    assert ada.post(way, {"act": ""}).status_code == 302

    assert "Say whether" not in words_of(ada.get("/").content.decode())
    assert ada.get(way).status_code == 404
    assert {hat.name for hat in hats_of(world.ids["ada"]).organisations} == {"Harbour", "Orchard"}


def hats_of(person):
    return wanted_of(person_id=person, at=NOON).hats
