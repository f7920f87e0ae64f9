"""Pages of goals: the board, one goal, its forms; what was written is kept, and the number of queries does not grow."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.goals.actions import adopt_goal, give_opinion
from consortio.goals.terms import Contribution
from consortio.kpis.actions import define_kpi
from consortio.kpis.terms import KpiTerms
from consortio.plans.actions import NewItem, add_item
from consortio.plans.tests.builders import bring_in, quay
from consortio.record.outbox import serve_due
from tests.agreed import agree
from tests.world import NOON

from .test_goals import agreed, drafted, here, kpi, page, proposed, read  # noqa: F401  -- a fixture among them

SAID = {
    "name": "Dredge 500 t",
    "reached_by": "measure",
    "direction": "up",
    "begins_with": "0",
    "target": "500",
    "begins_on": "2031-01-01",
    "due_on": "2031-12-31",
    "weight": "1",
}
QUERIES_MAX = 12


def way(world, what=""):
    return f"/partnerships/{here(world).id}/goals{what}"


def text(answer):
    return " ".join(answer.content.decode().split())


def asked(client, address):
    """Return the statements of a page that was asked for once before."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    said = [one["sql"] for one in queries.captured_queries]
    return [sql for sql in said if sql.startswith(("SELECT", "INSERT", "UPDATE")) and "set_config" not in sql]


def test_without_goals_the_page_says_what_one_is_and_leads_on(world):
    page = text(world.client("ada@Harbour").get(way(world)))
    assert "Write down the first goal" in page and "/kpis" in page and "as an IATI file" not in page
    assert "Write down the first goal" not in text(world.client("bea@Orchard").get(way(world)))


def test_the_board_tells_agreed_ones_from_drafts_and_from_what_few_see(world, kpi):  # noqa: F811
    agreed(world, kpi, name="Agreed one", organisation_id=world.ids["Orchard"])
    drafted(world, kpi, name="Draft one")
    own = drafted(world, kpi, circle="Harbour only", name="Own one")
    adopt_goal(actor=world.actor("ada@Harbour"), goal_id=own, version=1, at=NOON)
    read(world, kpi, "30", "40")
    mine, theirs = (text(world.client(who).get(way(world))) for who in ("ada@Harbour", "bo@Orchard"))

    for name in ("Agreed one", "Draft one"):
        assert name in mine and name in theirs
    assert "Own one" in mine and "Not for everybody" in mine
    assert "Own one" not in theirs and "Not for everybody" not in theirs
    assert "The agreed goal has gone 18% of its way." in mine and "The agreed goal has gone 18% of its way." in theirs
    assert "Claimed by Harbour, 6 May 2031; nobody has confirmed it yet" in theirs


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?text=first", "The first", "The second"),
        ("?state=draft", "The second", "The first"),
        ("?state=agreed&view=list", "The first", "The second"),
        ("?organisation={Orchard}&view=tree", "The first", "The second"),
        ("?state=nonsense&sort=owner__password&view=odd", "The first", "nothing of the kind"),
    ],
)
def test_the_address_says_which_goals_and_how(world, kpi, query, shown, hidden):  # noqa: F811
    agreed(world, kpi, name="The first", organisation_id=world.ids["Orchard"])
    drafted(world, kpi, name="The second")

    told = text(world.client("cy@Island").get(way(world, query.format(**world.ids))))

    assert shown in told and hidden not in told


def test_a_goal_is_written_down_and_read(world, kpi):  # noqa: F811
    ada = world.client("ada@Harbour")
    brings = {f"brings-{world.ids['Orchard']}": "two barges", f"amount-{world.ids['Orchard']}": "150"}
    sent = SAID | {"kpi": kpi, "circle": world.ids["coast"], "why": "It silts up."} | brings
    assert "Only Harbour sees this" in text(ada.get(way(world, "/new")))

    answer = ada.post(way(world, "/new"), sent)

    assert answer.status_code == 302
    told = text(world.client("bo@Orchard").get(answer["Location"]))
    assert "Dredge 500 t" in told and "It silts up." in told and "two barges" in told and "150 t" in told
    assert "Its chance is being computed." in told


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"kpi": ""}, "Choose the KPI that tells whether it is reached."),
        ({"target": "much"}, "Write a number"),
        ({"target": ""}, "Say where it begins and what is to be reached."),
        ({"direction": "down"}, "one that is to fall a target below it"),
        ({"due_on": "2030-01-01"}, "A goal is reached after it begins"),
        ({"weight": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_sent_wrongly_is_named_and_kept(world, kpi, said, sentence):  # noqa: F811
    sent = SAID | {"kpi": kpi, "circle": world.ids["coast"], "why": "It silts up."} | said
    answer = world.client("ada@Harbour").post(way(world, "/new"), sent)

    assert answer.status_code == 422 and sentence in text(answer) and "It silts up." in text(answer)


def test_a_draft_that_somebody_changed_meanwhile_shows_both_texts(world, kpi):  # noqa: F811
    goal = drafted(world, kpi)
    own, sent = f"/goals/{goal}/change", SAID | {"kpi": kpi, "version": "1"}
    assert world.client("bo@Orchard").post(own, sent | {"name": "Theirs"}).status_code == 302

    answer = world.client("ada@Harbour").post(own, sent | {"name": "Mine"})

    assert answer.status_code == 409
    told = text(answer)
    assert "Nothing of yours is lost" in told and "Theirs" in told and 'value="Mine"' in told
    assert 'name="version" value="2"' in told
    again = world.client("ada@Harbour").post(own, sent | {"name": "Mine", "version": "2"})
    assert again.status_code == 302 and page(world, goal).row.terms.name == "Mine"


def test_a_change_of_what_all_agreed_on_is_shown_before_it_is_sent(world, kpi):  # noqa: F811
    goal = agreed(world, kpi)
    bo, own = world.client("bo@Orchard"), f"/goals/{goal}/proposal"
    version = page(world, goal).row.version
    sent = SAID | {"name": "Dredge 400 t", "kpi": kpi, "version": version, "days": "7", "reason": "More silt."}
    assert "Look at the difference" in text(bo.get(own)) and "Propose it to all members" not in text(bo.get(own))

    looked = bo.post(own, sent)
    assert looked.status_code == 200 and "What the others are asked" in text(looked) and "500 t" in text(looked)
    assert page(world, goal).row.proposal is None

    answer = bo.post(own, sent | {"send": "1"})
    assert answer.status_code == 302 and answer["Location"].startswith("/proposals/")
    assert "G-1" in text(world.client("cy@Island").get(f"/goals/{goal}"))
    told = text(world.client("cy@Island").get(f"/goals/{goal}"))
    assert "waits for answers" in told and "More silt." in text(bo.get(answer["Location"]))


def test_the_sixth_asks_which_one_goes(world, kpi):  # noqa: F811
    goals = [agreed(world, kpi, name=f"Goal {n}") for n in range(5)]
    sixth = drafted(world, kpi, name="The sixth")
    ada, own, sent = (
        world.client("ada@Harbour"),
        f"/goals/{sixth}/proposal",
        {"version": "1", "days": "7", "reason": ""},
    )
    assert "Which one goes?" in text(ada.get(own))

    assert ada.post(own, sent).status_code == 409
    answer = ada.post(own, sent | {"instead": str(goals[2])})

    assert answer.status_code == 302
    assert "Goal 2" in text(world.client("bo@Orchard").get(answer["Location"]))


def test_a_draft_is_taken_back_and_brought_back(world, kpi):  # noqa: F811
    goal = drafted(world, kpi)
    ada = world.client("ada@Harbour")

    answer = ada.post(f"/goals/{goal}/withdrawal", {"version": "1"})

    assert answer.status_code == 302 and "was taken back" in text(ada.get(answer["Location"]))
    assert world.client("bea@Orchard").get(f"/goals/{goal}").status_code == 404
    assert "was taken back" not in text(world.client("bea@Orchard").get(answer["Location"]))
    assert ada.post(f"/goals/{goal}/restoration", {"version": "2"}).status_code == 302
    assert ada.get(f"/goals/{goal}").status_code == 200


def test_a_goal_says_how_likely_it_is_and_why(world, kpi):  # noqa: F811
    goal = agreed(world, kpi, organisation_id=world.ids["Orchard"])
    read(world, kpi, "30", "35", "31", "36")
    read(world, kpi, "30", "35", "31", "20", who="bo@Orchard")
    serve_due(clock=lambda: NOON)
    give_opinion(actor=world.actor("abe@Harbour"), goal_id=goal, confidence=20, at=NOON, words="Fog.")
    bea = world.client("bea@Orchard")

    told, found = text(bea.get(f"/goals/{goal}")), text(bea.get(f"/goals/{goal}/forecast"))

    assert "likely by 31 Dec 2031, depending on whose readings hold." in told
    assert "Orchard says 20 t and Harbour says 36 t." in told and "Contested" in told and "Fog." in told
    assert "one for each claim" in told and "The same as a table" in told
    assert "The methods compared" in found and "Missed by, in t" in found and "What is to be expected" in found
    history = text(bea.get(f"/goals/{goal}/history"))
    assert "Version 1" in history and "This goal: 20% sure that it will be reached" in history


def test_how_it_ended_is_proposed_or_said(world, kpi):  # noqa: F811
    joint, own = agreed(world, kpi), drafted(world, kpi, circle="Harbour only", name="Own")
    adopt_goal(actor=world.actor("ada@Harbour"), goal_id=own, version=1, at=NOON)
    ada, sent = world.client("ada@Harbour"), {"end": "missed", "reason": "Fog.", "days": "7"}

    asked_all = ada.post(f"/goals/{joint}/end", sent | {"version": page(world, joint).row.version})
    said = ada.post(f"/goals/{own}/end", sent | {"version": "2"})

    assert asked_all["Location"].startswith("/proposals/") and page(world, joint).row.state == "agreed"
    assert said["Location"] == f"/goals/{own}" and page(world, own).row.state == "missed"
    assert ada.post(f"/goals/{joint}/end", {"version": "1"}).status_code == 422


def test_whoever_only_looks_is_offered_nothing(world, kpi):  # noqa: F811
    goal = drafted(world, kpi)
    bea = world.client("bea@Orchard")
    told = text(bea.get(f"/goals/{goal}"))

    assert "Take it back" not in told and "Say how sure" not in told
    for what in ("change", "proposal", "end", "items"):
        assert bea.get(f"/goals/{goal}/{what}").status_code == 403
    for what in ("withdrawal", "adoption", "opinions", "restoration"):
        assert bea.post(f"/goals/{goal}/{what}", {"version": "1", "confidence": "1"}).status_code == 403


def test_one_goal_or_many_cost_the_same_queries(world, kpi):  # noqa: F811
    bo = world.client("bo@Orchard")
    brings = {"contributions": (Contribution(world.ids["Orchard"], "two barges", None, world.ids["bea"]),)}
    goal = agreed(world, kpi, **brings)
    read(world, kpi, "30", "35", "31")
    addresses = [
        way(world),
        way(world, "?view=tree"),
        way(world, "?view=list"),
        way(world, "/glance"),
        f"/goals/{goal}",
    ]
    addresses += [f"/goals/{goal}/forecast", f"/goals/{goal}/history", f"/partnerships/{here(world).id}"]
    before = [len(asked(bo, address)) for address in addresses]
    for nth in range(3):
        other = world.do(
            f"kpi {nth}", define_kpi, "ada@Harbour", circle_id=world.ids["coast"], terms=KpiTerms(name=f"K {nth}")
        )
        read(world, other, "1", "2")
        agree(
            actor=world.actor("ada@Harbour"),
            proposal_id=proposed(world, drafted(world, other, name=f"Goal {nth}", parent_id=goal, **brings)),
            at=NOON,
        )

    assert [len(asked(bo, address)) for address in addresses] == before
    assert max(before) <= QUERIES_MAX


def test_a_goal_past_its_date_waits_for_a_word(world, kpi):  # noqa: F811
    days = {"start_on": date(2021, 1, 1), "due_on": date(2021, 4, 30)}
    agreed(world, kpi, organisation_id=world.ids["Harbour"], **days)

    mine, theirs = (text(world.client(who).get("/")) for who in ("ada@Harbour", "bo@Orchard"))

    assert "Say how “Dredge 400 t” ended" in mine and "Dredge 400 t" not in theirs


def test_a_phone_folds_the_goals_of_the_overview_and_not_their_own_page(world):
    client, path = world.client("ada@Harbour"), way(world, "/glance")
    fold = '<details class="section fold" aria-labelledby="goals"'

    assert f"{fold} open>" in client.get(path).content.decode()
    assert f"{fold}>" in client.get(path, headers={"HX-Request": "true"}).content.decode()


def test_a_goal_shows_who_is_accountable_in_each_organisation(world, kpi):  # noqa: F811
    orchard, island = world.ids["Orchard"], world.ids["Island"]
    own = {"name": "Dredge", "organisation_id": world.ids["Harbour"], "person_id": world.ids["abe"]}
    goal = drafted(world, kpi, **own)
    ada = world.client("ada@Harbour")
    sent = SAID | {"kpi": str(kpi), "version": "1", "organisation": str(world.ids["Harbour"])}
    sent |= {f"brings-{orchard}": "two barges", f"lead-{orchard}": str(world.ids["bea"]), f"brings-{island}": "a tug"}
    form = text(ada.get(f"/goals/{goal}/change"))
    lead = form.partition(f'name="lead-{orchard}"')[2].partition("</select>")[0]
    assert ">bea<" in lead and ">bo<" in lead and ">ada<" not in lead
    wrong = ada.post(f"/goals/{goal}/change", sent | {f"lead-{orchard}": str(world.ids["ada"])})
    assert wrong.status_code == 422

    assert ada.post(f"/goals/{goal}/change", sent | {"person": str(world.ids["abe"])}).status_code == 302

    facts = text(world.client("cy@Island").get(f"/goals/{goal}")).partition("facts--wide")[2]
    accountable = facts.partition(">Accountable<")[2].partition("<dt>")[0]
    assert accountable.count("<dd>") == 3
    assert [name in accountable for name in ("abe", "Orchard", "bea", "Island", "nobody yet")] == [True] * 5
    again = text(ada.get(f"/goals/{goal}/change"))
    assert f'value="{world.ids["bea"]}" selected' in again


def test_items_are_found_by_words_and_ticked(world, kpi):  # noqa: F811
    plan = bring_in(world, quay())
    ada, own = world.actor("ada@Harbour"), {"plan_id": plan, "at": NOON}
    for name, circle in (("Buoy for all", "coast"), ("Buoy of ours", "Harbour only")):
        add_item(actor=ada, circle_id=world.ids[circle], item=NewItem(name=name), **own)
    goal, client = drafted(world, kpi), world.client("ada@Harbour")
    way_to = f"/goals/{goal}/items"
    assert "Tick what is meant" not in text(client.get(way_to))
    assert "Nothing is called “zzz”" in text(client.get(f"{way_to}?find=zzz"))
    found = text(client.get(f"{way_to}?find=BUOY"))
    ticks = re.findall(r'name="picked" value="(I-\d+)"', found)
    assert "Buoy for all" in found and "Buoy of ours" not in found and len(ticks) == 1

    odd = client.post(way_to, {"version": "1", "items": "I-1", "picked": [*ticks, "I-999"]})
    assert odd.status_code == 422 and 'value="I-999" checked' in text(odd)
    assert client.post(way_to, {"version": "1", "items": "I-1", "picked": [*ticks, "I-1"]}).status_code == 302

    shown = page(world, goal).row.items
    assert {item.number for item in shown} == {"I-1", *ticks}
    assert "Tick what is meant" not in text(client.get(f"{way_to}?find=BUOY"))
    assert world.client("bea@Orchard").get(f"{way_to}?find=BUOY").status_code == 403


def test_its_readings_name_the_files_by_which_they_are_so_and_who_added_them(world, kpi, settings, tmp_path):  # noqa: F811
    settings.FILES = tmp_path
    goal = agreed(world, kpi)
    read(world, kpi, "30")
    ada = world.client("ada@Harbour")
    (row,) = ada.get(f"/api/v1/kpis/{kpi}/readings").json()["rows"]
    ada.post(f"/readings/{row['id']}/evidence", {"file": SimpleUploadedFile("scales.txt", b"30 t")})

    shown = world.client("bo@Orchard").get(f"/goals/{goal}").content.decode()

    table = shown[shown.index('<table class="claims') :]
    assert "scales.txt" in table and "ada, Harbour" in table
