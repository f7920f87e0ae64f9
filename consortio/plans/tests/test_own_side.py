"""Our own side of a joint item: for our house alone, over the version that was seen."""

from uuid import uuid4

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, VersionMissing, unscoped
from consortio.plans.actions import NewItem, add_item
from consortio.plans.fields import FieldRefused
from consortio.plans.models import Item, OwnSide
from consortio.plans.own_side import own_side, write_own_side
from consortio.record.reads import told

from .builders import DAY, NOON, bring_in, quay


@pytest.fixture
def item(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids["t1"] = Item.objects.get(plan=pk, external_id="t1").pk
    return world.ids["t1"]


def write(world, item, who="abe@Harbour", note="They are late as a rule.", **more):
    return write_own_side(actor=world.actor(who), item_id=item, note=note, at=NOON, **more)


def read(world, item, who):
    side = own_side(actor=world.actor(who), item_id=item)
    return side and (side.version, side.note, side.low_minutes, side.likely_minutes, side.high_minutes, side.can_write)


def test_it_is_there_for_our_house_alone(world, item):
    made = write(world, item, low_minutes=DAY, likely_minutes=2 * DAY, high_minutes=9 * DAY)

    note = "They are late as a rule."
    assert read(world, item, "ada@Harbour") == (1, note, DAY, 2 * DAY, 9 * DAY, True)
    assert read(world, item, "bo@Orchard") == (None, "", None, None, None, True)
    assert read(world, item, "bea@Orchard") == (None, "", None, None, None, False)
    with access.reading(bo := world.actor("bo@Orchard")):
        assert not access.visible(bo, OwnSide).exists()
    assert told(actor=bo, subject_ids=[made]) == ()
    (entry,) = told(actor=world.actor("ada@Harbour"), subject_ids=[made])
    assert (entry.circle_id, entry.event, entry.facts["item"]) == (
        world.ids["Harbour only"], "own_side.written", str(item)
    )  # fmt: skip


def test_each_house_has_one_of_its_own(world, item):
    write(world, item)
    write(world, item, "bo@Orchard", note="We are ready.")

    assert read(world, item, "abe@Harbour")[1] == "They are late as a rule."
    assert read(world, item, "bo@Orchard")[1] == "We are ready."


def test_it_is_written_over_the_version_that_was_seen(world, item):
    made = write(world, item)
    with pytest.raises(VersionMissing):
        write(world, item, "ada@Harbour", note="x")
    with pytest.raises(Stale):
        write(world, item, "ada@Harbour", note="x", version=2)
    with pytest.raises(Stale):
        write(world, item, "bo@Orchard", note="x", version=1)

    assert write(world, item, "ada@Harbour", note="x", version=1, low_minutes=60) == made
    assert write(world, item, "ada@Harbour", note="x", version=2, low_minutes=60) == made

    assert read(world, item, "abe@Harbour")[:3] == (2, "x", 60)
    entries = told(actor=world.actor("ada@Harbour"), subject_ids=[made])
    assert [(one.field, one.before, one.after) for one in entries[0].edits] == [
        ("low_minutes", None, 60), ("note", "They are late as a rule.", "x")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"low_minutes": -1}, "low_minutes"), ({"high_minutes": 1.5}, "high_minutes"), ({"note": "x" * 20_001}, "note"),
        ({"low_minutes": 2, "likely_minutes": 1}, "likely_minutes"), ({"low_minutes": 2, "high_minutes": 1}, "high_minutes"),
    ],
)  # fmt: skip
def test_estimates_stand_in_their_order(world, item, said, field):
    with pytest.raises(FieldRefused) as refusal:
        write(world, item, **said)

    assert refusal.value.field == field
    write(world, item, low_minutes=1, high_minutes=1)


def test_only_who_writes_in_our_house_and_of_what_our_house_sees(world, item):
    for who, error in (("bea@Orchard", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            write(world, item, who)
    with pytest.raises(NotVisible):
        write(world, uuid4())
    with unscoped("test"):
        plan = Item.objects.get(pk=item).plan_id
    private = NewItem("theirs", parent_id=item)
    world.do("theirs", add_item, "bo@Orchard", plan_id=plan, circle_id=world.ids["Orchard only"], item=private)
    with pytest.raises(NotVisible):
        write(world, world.ids["theirs"])

    write(world, world.ids["theirs"], "bo@Orchard")
    write(world, item)
