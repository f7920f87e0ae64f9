"""What is left of somebody in a plan after they, or their organisation, have left: said, and asked for."""

import pytest
from django.urls import reverse

from consortio import access
from consortio.overview import reads
from consortio.partnerships.actions import leave_partnership, unseat_person
from consortio.plans.actions import Progress, set_progress
from consortio.plans.answering import answer_nomination, open_nominations, set_accountable
from consortio.plans.tests.builders import NOON, bring_in, file_of, phase, task
from consortio.remarks.actions import write_remark
from tests.forms import choices_of

from .test_glance import give, glance, here, items_of, noon, page, words_of

__all__ = ["noon"]
FORMER = "former member"


@pytest.fixture
def plan(world):
    """Cy of Island answers for t1, and so does abe of Harbour for t2; nobody of Orchard does for t3."""
    made = bring_in(world, file_of(phase("A"), *(task(f"t{nth}", 40) for nth in (1, 2, 3))))
    give(made, "t1", world.ids["Island"], world.ids["cy"])
    give(made, "t2", world.ids["Harbour"], world.ids["abe"])
    give(made, "t3", world.ids["Orchard"])
    return touched(world, made)


def touched(world, plan):
    """Let the counts follow what was given: somebody names and unnames themselves."""
    for person in ("ada", None):
        row = items_of(plan)["A"]
        own = {"item_id": row.pk, "version": row.version, "person_id": person and world.ids[person]}
        set_accountable(actor=world.actor("ada@Harbour"), at=NOON, **own)
    return plan


def leave(world):
    leave_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], last_day=None, at=NOON)


def unseat(world):
    who = {"joint_id": world.ids["coast"], "person_id": world.ids["abe"]}
    unseat_person(actor=world.actor("ada@Harbour"), at=NOON, **who)


def named(world, who):
    found = reads.waiting(actor=world.actor(who), at=NOON, partnership_id=here(world)).all
    return [wait.words for wait in found if wait.kind == "unnamed"]


def nobody(world):
    return {member.name: share.nobody for member, share in glance(world).shares if member}


def test_an_item_says_that_its_organisation_and_its_person_have_left(world, plan):
    way = f"/items/{items_of(plan)['t1'].pk}"
    client = world.client("bo@Orchard")
    assert FORMER not in words_of(client.get(way))

    leave(world)

    said = words_of(client.get(way))
    assert f"Island {FORMER}" in said and f"cy {FORMER}" in said


def test_what_happened_says_of_whom_it_tells_that_they_have_left(world, plan):
    item = items_of(plan)["t1"]
    said = {"circle_id": world.ids["coast"], "subject_id": item.pk, "text": "The tide is late."}
    write_remark(actor=world.actor("cy@Island"), **said, at=NOON)
    progress = {"progress": Progress(percent=5), "version": item.version}
    set_progress(actor=world.actor("cy@Island"), item_id=item.pk, **progress, at=NOON)
    client = world.client("bo@Orchard")
    ways = [reverse("activity", args=[world.ids["coast"]]), f"/items/{item.pk}/history"]
    assert [f"cy ({FORMER})" in words_of(client.get(way)) for way in ways] == [False, False]

    leave(world)

    assert [f"cy ({FORMER})" in words_of(client.get(way)) for way in ways] == [True, True]


@pytest.mark.parametrize("way", ["", "/table"])
def test_rows_of_a_plan_say_who_has_left(world, plan, way):
    client = world.client("bo@Orchard")
    assert FORMER not in client.get(f"/plans/{plan}{way}?level=12").content.decode()

    leave(world)

    tree, flat = (client.get(f"/plans/{plan}{way}?{query}").content.decode() for query in ("level=12", "sort=name"))
    for shown in (tree, flat):
        assert f'aria-label="Island, {FORMER}"' in shown
        assert shown.count(FORMER) == 2


def test_the_api_says_who_has_left(world, plan):
    def said():
        rows = world.client("bo@Orchard").get(f"/api/v1/plans/{plan}/items").json()["rows"]
        return {row["name"]: (row["organisation_is_former"], row["person_is_former"]) for row in rows}

    assert set(said().values()) == {(False, False)}
    leave(world)
    unseat(world)

    assert (said()["Task t1"], said()["Task t2"], said()["Task t3"]) == ((True, True), (False, True), (False, False))


def test_items_of_who_has_left_count_as_without_anyone_accountable(world, plan):
    assert nobody(world) == {"Harbour": 0, "Island": 0, "Orchard": 1}

    leave(world)
    unseat(world)

    assert nobody(world) == {"Harbour": 1, "Island": 1, "Orchard": 1}
    rows = world.client("bo@Orchard").get(f"/api/v1/plans/{plan}/items?nobody=1").json()["rows"]
    assert {row["name"] for row in rows} == {"Task t1", "Task t2", "Task t3"}


def test_the_overview_says_which_organisation_has_left(world, plan):
    assert FORMER not in page(world)

    leave(world)

    said = page(world)
    assert said.count(f"Island {FORMER}") == 2  # in its heading, and who answers for what


def test_who_may_name_somebody_is_told_of_items_of_who_has_left(world, plan):
    assert (named(world, "ada@Harbour"), named(world, "bo@Orchard")) == (
        [], ["Name somebody for 1 item of Orchard"],
    )  # fmt: skip

    leave(world)
    unseat(world)

    of_island = "Name somebody for 1 item of Island"
    assert sorted(named(world, "ada@Harbour")) == ["Name somebody for 1 item of Harbour", of_island]
    assert sorted(named(world, "bo@Orchard")) == [of_island, "Name somebody for 1 item of Orchard"]
    assert named(world, "bea@Orchard") == []


def test_somebody_who_sits_in_another_circle_only_counts_as_gone_where_they_do_not(world, plan):
    unseat(world)

    with access.unscoped("test"):
        assert access.models.Seat.objects.filter(person=world.ids["abe"], ended_at=None).exists()
    assert nobody(world)["Harbour"] == 1


def ask(world, plan, item, person, who):
    row = items_of(plan)[item]
    own = {"item_id": row.pk, "version": row.version, "person_id": world.ids[person]}
    set_accountable(actor=world.actor(who), at=NOON, **own)


def test_an_item_that_somebody_was_asked_about_is_not_asked_for_again(world, plan):
    leave(world)
    ask(world, plan, "t1", "ada", "bo@Orchard")
    ask(world, plan, "t3", "ada", "bo@Orchard")

    assert named(world, "bo@Orchard") == named(world, "ada@Harbour") == []
    assert nobody(world) == {"Harbour": 0, "Island": 1, "Orchard": 1}  # until they say yes


def test_an_item_whose_nomination_was_declined_is_asked_for_again(world, plan):
    ask(world, plan, "t3", "ada", "bo@Orchard")
    assert named(world, "bo@Orchard") == []

    (asked,) = open_nominations(actor=world.actor("ada@Harbour"), mine=True)
    own = {"nomination_id": asked.id, "version": asked.version, "accept": False, "reason": "Too far away."}
    answer_nomination(actor=world.actor("ada@Harbour"), at=NOON, **own)

    assert named(world, "bo@Orchard") == ["Name somebody for 1 item of Orchard"]


def test_whoever_takes_an_item_over_is_in_charge_of_it_with_their_organisation(world, plan):
    leave(world)
    ask(world, plan, "t1", "ada", "ada@Harbour")
    ask(world, plan, "t3", "ada", "ada@Harbour")

    held = {item: row.organisation_id for item, row in items_of(plan).items()}
    assert (held["t1"], held["t3"]) == (world.ids["Harbour"], world.ids["Orchard"])


def test_whoever_says_yes_takes_it_over_from_an_organisation_that_has_left(world, plan):
    leave(world)
    ask(world, plan, "t1", "ada", "bo@Orchard")

    (asked,) = open_nominations(actor=world.actor("ada@Harbour"), mine=True)
    own = {"nomination_id": asked.id, "version": asked.version, "accept": True}
    answer_nomination(actor=world.actor("ada@Harbour"), at=NOON, **own)

    row = items_of(plan)["t1"]
    assert (row.person_id, row.organisation_id) == (world.ids["ada"], world.ids["Harbour"])
    assert named(world, "ada@Harbour") == []


def test_an_organisation_that_has_left_is_put_in_charge_of_nothing_more(world, plan):
    def offered(item):
        page = world.client("bo@Orchard").get(f"/items/{items_of(plan)[item].pk}/edit")
        return choices_of(page, "organisation_id")

    island = "Island"
    assert island in offered("t1") and island in offered("t2")

    leave(world)

    assert island in offered("t1") and island not in offered("t2")
