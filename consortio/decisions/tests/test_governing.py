"""What a decision governs is said by keys, and answered on the page of what is governed."""

from datetime import timedelta

import pytest

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible
from consortio.approvals.actions import withdraw_proposal
from consortio.decisions.actions import AgreedWithIt, NotInForce, govern, govern_no_more
from consortio.decisions.governing import governable
from consortio.decisions.models import Decision
from consortio.decisions.reads import rulings_beside, rulings_in
from consortio.plans.actions import withdraw_item
from consortio.plans.models import Item
from consortio.plans.tests.builders import bring_in, file_of, phase, quay, task
from tests.agreed import agree
from tests.world import NOON

from .builders import agreed, draft, drafted, page_of, proposed, settled

HOUR = timedelta(hours=1)


@pytest.fixture
def quay_world(world):
    bring_in(world, quay())
    with access.unscoped("test"):
        world.ids |= {f"item {row.name}": row.pk for row in Item.objects.all()}
        world.keys = {row.name: f"I-{row.number}" for row in Item.objects.all()}
    return world


def govern_these(world, name, *keys, who="ada@Harbour", at=NOON):
    govern(actor=world.actor(who), decision_id=world.ids[name], keys=keys, at=at)


def ruling(world, what, who="bea@Orchard", column="item"):
    actor, model = world.actor(who), Item if column == "item" else Decision
    with access.reading(actor):
        rows = access.visible(actor, model).filter(pk=world.ids[what])
        (found,) = rows.annotate(ruled=rulings_beside(actor, column)).values_list("ruled", flat=True)
    return [(row.key, row.state) for row in rulings_in(found)]


def test_a_row_knows_the_decisions_that_rule_it(quay_world):
    world = quay_world
    agreed(world, "sand", keys=[world.keys["Task t1"], "", world.keys["Task t1"] + " Task t1"])
    agreed(world, "mud")
    govern_these(world, "mud", world.keys["Task t1"], "D-1")
    drafted(world, "only a draft", keys=[world.keys["Task t1"]])

    assert set(ruling(world, "item Task t1")) == {("D-1", "agreed"), ("D-2", "agreed")}
    assert ruling(world, "sand", column="other") == [("D-2", "agreed")]
    assert {(one.row.kind, one.row.name) for one in page_of(world, "mud").governs} == {
        ("item", "Task t1"),
        ("other", "How is the sand taken away?"),
    }


def test_what_rules_in_house_is_answered_in_house(quay_world):
    world = quay_world
    settled(world, "at home", keys=[world.keys["Task t1"]])

    assert ruling(world, "item Task t1", "abe@Harbour") != []
    assert ruling(world, "item Task t1", "bo@Orchard") == []


def test_superseded_decisions_stand_behind(quay_world):
    world = quay_world
    agreed(world, "sand", keys=[world.keys["Task t1"]])
    drafted(world, "sand anew", keys=[world.keys["Task t1"]], supersedes_id=world.ids["sand"])
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposed(world, "sand anew"), at=NOON)

    assert sorted(ruling(world, "item Task t1")) == [("D-1", "superseded"), ("D-2", "agreed")]


def test_the_newest_word_holds(quay_world):
    world = quay_world
    agreed(world, "sand")
    govern_these(world, "sand", world.keys["Task t1"])
    own = {"actor": world.actor("bo@Orchard"), "decision_id": world.ids["sand"], "at": NOON + HOUR}
    (said,) = page_of(world, "sand").governs

    govern_no_more(**own, governed_id=said.id)

    assert ruling(world, "item Task t1") == [] and page_of(world, "sand").governs == ()
    with pytest.raises(NotVisible):
        govern_no_more(**own, governed_id=said.id)
    govern_these(world, "sand", world.keys["Task t1"].lower(), at=NOON + 2 * HOUR)
    assert ruling(world, "item Task t1") == [("D-1", "agreed")]


def test_what_all_agreed_that_it_rules_is_not_taken_off_by_one_of_them(quay_world):
    world, key = quay_world, quay_world.keys["Task t1"]
    drafted(world, "sand", keys=[key])
    proposal = proposed(world, "sand")
    own = {"actor": world.actor("bo@Orchard"), "decision_id": world.ids["sand"], "at": NOON + HOUR}
    (said,) = page_of(world, "sand").governs
    for state in ("proposed", "agreed"):
        with pytest.raises(AgreedWithIt, match=f"That it rules {key} "):
            govern_no_more(**own, governed_id=said.id)
        assert page_of(world, "sand").keys_agreed == {key}
        page = world.client("bo@Orchard").get(f"/decisions/{world.ids['sand']}").content.decode()
        assert "Name what else it governs" in page and "Take off" not in page
        if state == "proposed":
            agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)

    assert ruling(world, "item Task t1") == [("D-1", "agreed")]


def test_of_a_draft_that_was_taken_back_everything_may_be_taken_off(quay_world):
    world = quay_world
    drafted(world, "sand", keys=[world.keys["Task t1"]])
    withdraw_proposal(actor=world.actor("ada@Harbour"), proposal_id=proposed(world, "sand"), version=1, at=NOON)
    (said,) = page_of(world, "sand").governs

    govern_no_more(actor=world.actor("bo@Orchard"), decision_id=world.ids["sand"], at=NOON + HOUR, governed_id=said.id)

    assert page_of(world, "sand").governs == ()


@pytest.mark.parametrize("bad", ["I-99", "G-1", "K-1", "D-7", "nothing", "HAR/I-1", "X-1", "t1"])
def test_keys_that_name_nothing_are_named(quay_world, bad):
    world = quay_world
    with pytest.raises(Invalid, match=f"“{bad}”"):
        drafted(world, "sand", keys=[world.keys["Task t1"], bad])
    drafted(world, "sand", keys=[world.keys["Task t1"]])


def test_a_code_names_an_item_where_it_names_one(world):
    bring_in(
        world, file_of(phase("A"), task("t1", code="FEN-12"), task("t2", code="FEN-13"), task("t3", code="FEN-13"))
    )
    drafted(world, "sand", keys=["FEN-12"])

    assert [one.row.name for one in page_of(world, "sand").governs] == ["Task t1"]
    with pytest.raises(Invalid, match="“FEN-13”"):
        govern_these(world, "sand", "FEN-13")


def test_a_joint_decision_governs_nothing_that_not_all_see(quay_world):
    world = quay_world
    drafted(world, "at home", circle="Harbour only")
    key = page_of(world, "at home").row.key
    drafted(world, "sand")
    for wrong in (key, "D-99"):
        with pytest.raises(Invalid):
            govern_these(world, "sand", wrong)
    govern_these(world, "at home", "D-1")
    with pytest.raises(Invalid, match="does not rule itself"):
        govern_these(world, "sand", "D-1")


def test_who_may_not_write_says_nothing_of_what_it_governs(quay_world):
    world = quay_world
    agreed(world, "sand")
    for who in ("abe@Harbour", "bea@Orchard"):
        with pytest.raises(NotPermitted):
            govern_these(world, "sand", world.keys["Task t1"], who=who)
    agreed(world, "mud", said=draft("Mud?"), supersedes_id=world.ids["sand"])
    with pytest.raises(NotInForce):
        govern_these(world, "sand", world.keys["Task t1"])


def test_what_was_withdrawn_is_said_to_be_gone(quay_world):
    world = quay_world
    agreed(world, "sand", keys=[world.keys["Task t3"]])
    withdraw_item(actor=world.actor("ada@Harbour"), item_id=world.ids["item Task t3"], version=1, at=NOON)

    (one,) = page_of(world, "sand").governs
    assert (one.row.is_gone, one.row.url) == (True, "")
    with pytest.raises(Invalid):
        drafted(world, "mud", keys=[world.keys["Task t3"]])


def test_the_picker_finds_what_everybody_of_the_circle_sees(quay_world):
    world = quay_world
    settled(world, "at home", said=draft("Task at home?"))
    agreed(world, "sand", said=draft("Which task first?"))

    def found(circle, text, who="ada@Harbour"):
        return [ref.name for ref in governable(actor=world.actor(who), circle_id=world.ids[circle], text=text)]

    assert found("coast", "task") == ["Task t1", "Task t2", "Task t3", "Which task first?"]
    assert found("Harbour only", "task at") == ["Task at home?"] and found("coast", "task at") == []
    assert found("coast", world.keys["Task t2"]) == ["Task t2"] and found("coast", "t") == []
    with pytest.raises(NotVisible):
        found("Harbour only", "task", "bo@Orchard")
