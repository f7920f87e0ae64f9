"""The pages of decisions: the log, one decision, drafting, proposing, settling, governing, reading."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access.models import Circle
from consortio.decisions.models import Decision
from consortio.goals.actions import draft_goal
from consortio.goals.terms import GoalTerms
from consortio.kpis.actions import define_kpi
from consortio.kpis.terms import KpiTerms
from consortio.plans.actions import NewItem, add_item
from consortio.plans.tests.builders import asked, bring_in, quay
from consortio.plans.window import Look, tree_window
from tests.agreed import agree
from tests.world import NOON

from .builders import agreed, draft, drafted, must_know, page_of, proposed, read, reader_of, settled, state_of

QUERIES_MAX = 12


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def text(answer):
    return answer.content.decode()


def way(world, name, more=""):
    return f"/decisions/{world.ids[name]}{more}"


def here(world):
    with access.reading(actor := world.actor("ada@Harbour")):
        return access.get(actor, Circle, world.ids["coast"]).partnership_id


def log(world, more=""):
    return f"/partnerships/{here(world)}/decisions{more}"


def sent(world, circle="coast", **more):
    own = {"circle": str(world.ids[circle]), "question": "How is the sand taken away?", "option_1": "By barge"}
    return own | {"option_2": "By lorry", "chosen": "2", "reasons": "It is near."} | more


def count(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return asked(queries)


def test_a_decision_is_drafted_by_a_form_and_proposed(world):
    ada = world.client("ada@Harbour")
    assert "No decision is written down yet" in text(ada.get(log(world)))

    answer = ada.post(log(world, "/new"), sent(world, option_1=" ", option_3="By rail"))

    assert answer.status_code == 302
    page = text(ada.get(answer["Location"]))
    assert "By lorry" in page and "Propose it to all members" in page and "version 1" in page
    asked = ada.post(answer["Location"] + "/proposal", {"version": "1", "days": "7", "reason": "Now"})
    assert asked["Location"].startswith("/proposals/")
    shown = text(world.client("bea@Orchard").get(answer["Location"]))
    assert "“By lorry” is proposed" in shown and "Who said what" in shown and "/edit" not in shown
    again = ada.post(answer["Location"] + "/proposal", {"version": "1", "days": "7"})
    assert again.status_code == 409 and "It was changed while you looked" in text(again)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"question": ""}, "Write what is to be decided"),
        ({"question": "x" * 301}, "at most 300"),
        ({"circle": "x"}, "Choose one of the circles shown"),
        ({"circle": ""}, "Choose one of the circles shown"),
        ({"chosen": "5"}, "choose one of the options"),
        ({"chosen": "x"}, "Select a valid choice"),
        ({"words_3": "only words"}, "give each of them a name"),
        ({"option_2": "by BARGE"}, "two of them have the same name"),
        ({"effective_on": "31.12.2031x"}, "Enter a valid date"),
        ({"effective_on": "2031-06-02", "review_on": "2031-06-01"}, "before the decision takes effect"),
        ({"governs": "D-9\nI-77"}, "“D-9”, “I-77”"),
    ],
)
def test_what_is_sent_wrongly_is_named_and_kept(world, said, sentence):
    answer = world.client("ada@Harbour").post(log(world, "/new"), sent(world) | said)

    page = text(answer).replace("&#34;", '"')
    assert answer.status_code == 422 and sentence in page and "It is near." in page
    with access.unscoped("test"):
        assert not Decision.objects.exists()


def test_another_circle_is_not_drafted_in(world):
    for circle in ("Harbour only", "offer", "public"):
        answer = world.client("bo@Orchard").post(log(world, "/new"), sent(world, circle))
        assert answer.status_code == 422
    assert world.client("abe@Harbour").get(log(world, "/new")).status_code == 403
    assert world.client("bea@Orchard").post(log(world, "/new"), sent(world)).status_code == 403


def test_a_stale_save_shows_both_texts(world):
    drafted(world, "sand")
    ada, bo = world.client("ada@Harbour"), world.client("bo@Orchard")
    written = {"version": "1", "question": "How is the sand taken away?", "option_1": "By barge", "chosen": "1"}
    assert bo.post(way(world, "sand", "/edit"), written | {"context": "From bo"}).status_code == 302

    answer = ada.post(way(world, "sand", "/edit"), written | {"context": "From ada"})

    page = text(answer)
    assert answer.status_code == 409 and "Nothing of yours is lost" in page
    assert "<ins>ada</ins>" in page and "<del>bo</del>" in page and 'name="version" value="2"' in page
    again = ada.post(way(world, "sand", "/edit"), written | {"context": "From ada", "version": "2"})
    assert again.status_code == 302 and page_of(world, "sand").draft.context == "From ada"


def test_what_was_proposed_meanwhile_is_not_edited(world):
    drafted(world, "sand")
    proposed(world, "sand")
    ada = world.client("ada@Harbour")
    assert ada.get(way(world, "sand", "/edit"))["Location"] == way(world, "sand")
    written = {"version": "2", "question": "Otherwise?", "option_1": "By barge"}
    answer = ada.post(way(world, "sand", "/edit"), written)
    assert answer.status_code == 409 and "no draft any more" in text(answer) and "Otherwise?" in text(answer)


def test_a_draft_in_house_is_settled_and_withdrawn(world):
    drafted(world, "at home", circle="Harbour only")
    drafted(world, "other", circle="Harbour only")
    ada = world.client("ada@Harbour")
    page = text(ada.get(way(world, "at home")))
    assert "Settle it" in page and "Propose it to all members" not in page
    assert ada.post(way(world, "at home", "/settlement"), {"version": "1"}).status_code == 422
    own = {"version": "1", "organisation_ids": [str(world.ids["Harbour"])]}
    assert ada.post(way(world, "at home", "/settlement"), own).status_code == 302
    assert ada.post(way(world, "at home", "/settlement"), own).status_code == 409
    assert "agreed: Harbour" in text(ada.get(way(world, "at home")))
    assert ada.post(way(world, "other", "/withdrawal"), {"version": "1"})["Location"] == log(world)
    assert "was withdrawn on" in text(ada.get(way(world, "other")))
    assert ada.post(way(world, "other", "/withdrawal"), {"version": "2"}).status_code == 409


def test_superseding_writes_over_the_old_one_and_both_name_each_other(world):
    agreed(world, "sand")
    ada = world.client("ada@Harbour")
    page = text(ada.get(log(world, f"/new?supersedes={world.ids['sand']}")))
    assert "Supersede D-1" in page and "By barge" in page
    answer = ada.post(log(world, f"/new?supersedes={world.ids['sand']}"), sent(world))
    assert "Drafted to supersede it" in text(ada.get(way(world, "sand")))
    world.ids["anew"] = UUID(answer["Location"].rpartition("/")[2])
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposed(world, "anew"), at=NOON)

    old, new = text(ada.get(way(world, "sand"))), text(ada.get(way(world, "anew")))
    assert "Superseded by" in old and "D-2" in old and "Supersedes" in new and "D-1" in new
    assert "Supersede it" not in old and state_of(world, "sand") == "superseded"


def test_a_decision_governs_by_a_form_and_the_item_says_so(world):
    plan = bring_in(world, quay())
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan, look=Look()).rows
    item = next(row for row in rows if row.name == "Task t1")
    agreed(world, "sand")
    ada, bea = world.client("ada@Harbour"), world.client("bea@Orchard")
    assert "Decisions that rule this" not in text(bea.get(f"/items/{item.id}"))

    assert ada.post(way(world, "sand", "/governed"), {"governs": f"{item.number} Task t1"}).status_code == 302

    page = text(bea.get(f"/items/{item.id}"))
    assert "Decisions that rule this" in page and way(world, "sand") in page and "By barge" in page
    bad = ada.post(way(world, "sand", "/governed"), {"governs": "I-99"})
    assert bad.status_code == 422 and "“I-99”" in text(bad)
    assert ada.post(way(world, "sand", "/governed"), {"governs": " "}).status_code == 422
    (one,) = page_of(world, "sand").governs
    later = NOON + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        assert ada.post(way(world, "sand", "/governed"), {"governed_id": str(one.id)}).status_code == 302
    assert "Decisions that rule this" not in text(bea.get(f"/items/{item.id}"))
    assert bea.post(way(world, "sand", "/governed"), {"governs": item.number}).status_code == 403


def test_each_page_that_is_governed_says_by_which_decision(world):
    own = {"actor": world.actor("ada@Harbour"), "circle_id": world.ids["coast"], "at": NOON}
    kpi = define_kpi(**own, terms=KpiTerms(name="Sand taken away", unit="own:t"))
    terms = GoalTerms(name="Take it away", kpi_id=kpi, start_on=NOON.date(), due_on=date(2031, 12, 31))
    goal = draft_goal(**own, terms=replace(terms, baseline=Decimal(0), target=Decimal(9)))
    agreed(world, "sand", keys=["K-1", "G-1"])
    agreed(world, "mud", keys=["D-1"], said=draft("Whose mud is it?"))
    bea = world.client("bea@Orchard")

    for page, other in ((f"/kpis/{kpi}", "sand"), (f"/goals/{goal}", "sand"), (way(world, "sand"), "mud")):
        found = text(bea.get(page))
        assert "Decisions that rule this" in found and f'href="{way(world, other)}"' in found, page


def test_superseded_decisions_are_folded_on_the_item(world):
    plan = bring_in(world, quay())
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan, look=Look()).rows
    item = next(row for row in rows if row.name == "Task t1")
    agreed(world, "sand", keys=[item.number])
    agreed(world, "anew", keys=[item.number], said=draft("Again?"), supersedes_id=world.ids["sand"])
    settled(world, "at home", keys=[item.number], said=draft("At home?"))

    ours = text(world.client("abe@Harbour").get(f"/items/{item.id}"))
    theirs = text(world.client("bo@Orchard").get(f"/items/{item.id}"))

    assert "<summary>One that was superseded</summary>" in theirs and theirs.index("Again?") < theirs.index(
        "<summary>One"
    )
    assert "At home?" in ours and "At home?" not in theirs


def test_who_must_know_reads_and_says_so_from_the_list(world):
    agreed(world, "sand")
    ada, abe = world.client("ada@Harbour"), world.client("abe@Harbour")
    assert ada.post(way(world, "sand", "/readers"), {"person_ids": [str(world.ids["abe"])]}).status_code == 302
    assert ada.post(way(world, "sand", "/readers"), {"person_ids": []}).status_code == 422
    assert "You must know this decision" in text(abe.get(way(world, "sand")))
    home = text(abe.get("/"))
    assert "Read decision D-1" in home and way(world, "sand", "/reading") in home

    answer = abe.post(way(world, "sand", "/reading"), {"back": "/waiting"})

    assert answer["Location"] == "/waiting" and "Read decision" not in text(abe.get("/waiting"))
    assert abe.post(way(world, "sand", "/reading"), {"back": "https://example.org"})["Location"] == way(world, "sand")
    assert "1 of 1 has read it" in text(world.client("bea@Orchard").get(way(world, "sand")))
    assert ada.post(way(world, "sand", "/reading")).status_code == 404


def test_a_page_does_not_ask_more_with_more_rows(world):
    bring_in(world, quay())
    agreed(world, "sand", keys=["I-1"])
    must_know(world, "sand", "ada")
    ada = world.client("ada@Harbour")
    once = [count(ada, address) for address in (log(world), way(world, "sand"), "/", "/waiting")]
    for number in range(3):
        agreed(world, f"more {number}", said=draft(f"{number}?", review_on=date(2031, 5, 1)), keys=["I-2", "D-1"])
        must_know(world, f"more {number}", "ada", "abe", "bea")
    drafted(world, "draft", supersedes_id=world.ids["sand"])
    must_know(world, "sand", "ada", "abe", "bea")
    more = [count(ada, address) for address in (log(world), way(world, "sand"), "/", "/waiting")]

    assert max(more) <= QUERIES_MAX and once == more


def test_the_log_pages_by_address(world):
    for number in range(32):
        drafted(world, f"n{number}", said=draft(f"Question {number}?"))
    ada = world.client("ada@Harbour")

    first = text(ada.get(log(world, "?state=draft&text=question")))
    assert "Question 31?" in first and "Question 1?" not in first
    older = log(world, f"?state=draft&text=question&before={world.ids['n2']}")
    assert older.replace("&", "&amp;") in first
    second = text(ada.get(older))
    assert "Question 1?" in second and "Back to the newest" in second
    assert "No decision is like that" in text(ada.get(log(world, "?state=agreed")))
    assert ada.get(log(world, "?state=nonsense&circle=x&before=x")).status_code == 200


def test_nobody_else_sees_anything(world):
    settled(world, "at home")
    for who in ("bo@Orchard", "cy@Island", "nobody@Nowhere"):
        client = world.client(who)
        for more in ("", "/edit", "/readers"):
            assert client.get(way(world, "at home", more)).status_code == 404
        for more in ("/proposal", "/settlement", "/withdrawal", "/governed", "/readers", "/reading"):
            assert client.post(way(world, "at home", more), {"version": "1"}).status_code == 404


def test_that_others_agreed_is_the_word_of_whoever_settled_it(world):
    agreed(world, "sand")
    settled(world, "price of it", circle="offer", organisations=("Harbour", "Island"), said=draft("The price?"))
    settled(world, "at home", said=draft("At home?"))
    cy, abe = world.client("cy@Island"), world.client("abe@Harbour")

    told, at_home = text(cy.get(way(world, "price of it"))), text(abe.get(way(world, "at home")))

    assert "who settled it says that these agreed: Harbour and Island." in told and "Said to have agreed" in told
    assert "agreed: Harbour." in at_home and "Said to have agreed" not in at_home
    listed = text(cy.get(log(world)))
    assert listed.count("as who settled it says") == 1 and listed.count("seat--agreed") == 3


def test_a_decision_whose_review_is_due_is_said_to_fit(world):
    agreed(world, "sand", said=draft(review_on=NOON.date()))
    ada, bo = world.client("ada@Harbour"), world.client("bo@Orchard")
    assert "It still fits" in text(ada.get(way(world, "sand"))) and "It still fits" not in text(
        bo.get(way(world, "sand"))
    )
    version = str(page_of(world, "sand").row.version)
    early = ada.post(way(world, "sand", "/reviews"), {"version": version, "next_on": "2031-01-01"})
    assert early.status_code == 422 and "choose a day after today" in text(early)

    sent = {"version": version, "words": "The barge is full.", "next_on": "2031-12-01"}
    assert bo.post(way(world, "sand", "/reviews"), sent).status_code == 403
    answer = ada.post(way(world, "sand", "/reviews"), sent)

    assert answer["Location"] == way(world, "sand") + "#reviews"
    page = text(bo.get(way(world, "sand")))
    assert "The barge is full." in page and "the next one on" in page and 'id="review"' not in page
    assert "still fitted on" in text(bo.get(log(world)))
    again = ada.post(way(world, "sand", "/reviews"), sent)
    assert again.status_code == 409 and "It was changed while you looked" in text(again)


def test_who_must_know_is_taken_off_by_a_button(world):
    agreed(world, "sand", "bo@Orchard")
    must_know(world, "sand", "abe", "bea", who="bo@Orchard")
    ada, bo = world.client("ada@Harbour"), world.client("bo@Orchard")
    theirs, ours = (way(world, "sand", f"/readers/{reader_of(world, 'sand', one)}/removal") for one in ("bea", "abe"))
    page = text(ada.get(way(world, "sand", "/readers")))
    assert ours in page and theirs not in page and "Take off" not in text(ada.get(way(world, "sand")))

    assert ada.post(theirs).status_code == 403
    read(world, "sand", "bea@Orchard")
    assert ada.post(ours)["Location"] == bo.post(theirs)["Location"] == way(world, "sand", "/readers")

    page = text(ada.get(way(world, "sand", "/readers")))
    assert "had read it, and was taken off" in page and "Take off" not in page
    assert "had read it, and was taken off" in text(bo.get(way(world, "sand")))


def test_what_a_decision_governs_is_found_by_words_and_ticked(world):
    plan = bring_in(world, quay())
    ada, own = world.actor("ada@Harbour"), {"plan_id": plan, "at": NOON}
    for name, circle in (("Buoy for all", "coast"), ("Buoy of ours", "Harbour only")):
        add_item(actor=ada, circle_id=world.ids[circle], item=NewItem(name=name), **own)
    agreed(world, "sand")
    client = world.client("ada@Harbour")
    found = text(client.get(way(world, "sand") + "?find=buoy"))
    (key,) = re.findall(r'name="picked" value="([^"]+)"', found)
    assert "Buoy for all" in found and "Buoy of ours" not in found and 'claim-acts" open' in found
    assert 'name="picked"' not in text(world.client("bea@Orchard").get(way(world, "sand") + "?find=buoy"))

    odd = client.post(way(world, "sand", "/governed"), {"picked": [key, "I-999"]})
    assert odd.status_code == 422 and f'value="{key}" checked' in text(odd)
    assert client.post(way(world, "sand", "/governed"), {"picked": [key], "governs": "I-1"}).status_code == 302

    assert {one.row.key for one in page_of(world, "sand").governs} == {"I-1", key}
    assert 'name="picked"' not in text(client.get(way(world, "sand") + "?find=buoy"))
