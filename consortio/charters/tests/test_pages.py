"""Writing a charter on a page, and reading it: nothing that was written is lost, and a GET changes nothing."""

import pytest

from consortio.access import unscoped
from consortio.approvals.models import Proposal
from consortio.charters.models import CharterVersion

from .test_charters import agree, here, staged, written


def way(world, what="charter"):
    return f"/partnerships/{here(world).id}/{what}"


def text(answer):
    return answer.content.decode()


def test_without_a_charter_the_page_says_what_one_is_and_leads_on(world):
    page = text(world.client("bo@Orchard").get(way(world)))

    assert "No charter has been agreed yet" in page and "Write the first charter" in page
    assert "Write the first charter" not in text(world.client("bea@Orchard").get(way(world)))


def test_a_charter_is_proposed_and_leads_to_its_proposal(world):
    bo = world.client("bo@Orchard")
    assert bo.get(way(world, "charter/change")).status_code == 200

    answer = bo.post(way(world, "charter/change"), {"version": "0", "purpose": "Dredge.", "days": "7", "reason": "now"})

    assert answer.status_code == 302 and answer["Location"].startswith("/proposals/")
    page = text(world.client("cy@Island").get(answer["Location"]))
    assert "<ins>Dredge.</ins>" in page and "now" in page and "The partnership stays without a charter." in page
    assert "A-1" in text(world.client("cy@Island").get(way(world)))


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"purpose": ""}, 422, "This is what holds already"),
        ({"days": "8"}, 422, "Time to answer"),
        ({"days": ""}, 422, "Time to answer"),
        ({"purpose": "x" * 10_001}, 422, "at most 10000 characters"),
        ({"version": "x"}, 422, "Enter a whole number"),
        ({"version": "5"}, 409, "Nothing of yours is lost"),
    ],
)
def test_what_is_sent_wrongly_is_named_and_kept(world, said, status, sentence):
    sent = {"version": "0", "purpose": "Dredge.", "vision": "A port of ours", "days": "7"}
    if said == {"purpose": ""}:
        sent["vision"] = ""
    answer = world.client("bo@Orchard").post(way(world, "charter/change"), sent | said)

    assert answer.status_code == status and sentence in text(answer)
    assert "A port of ours" in text(answer) or not sent["vision"]
    with unscoped("test"):
        assert not Proposal.objects.exists()


def test_a_charter_agreed_meanwhile_stands_beside_what_was_written(world):
    bo = world.client("bo@Orchard")
    agree(world, written(world, purpose="Dredge."))

    answer = bo.post(way(world, "charter/change"), {"version": "0", "purpose": "Dredge twice.", "days": "7"})

    assert answer.status_code == 409 and "Version 1 was agreed while you wrote" in text(answer)
    assert "<ins> twice</ins>" in text(answer) and 'name="version" value="1"' in text(answer)


def test_versions_can_be_read_and_told_apart(world):
    agree(world, written(world, purpose="Dredge <b>now</b>."))
    agree(world, written(world, version=1, purpose="Dredge <b>later</b>."))
    bea = world.client("bea@Orchard")

    newest, first = text(bea.get(way(world))), text(bea.get(way(world, "charter/versions/1")))

    assert "Dredge &lt;b&gt;later&lt;/b&gt;." in newest and "<del>now</del><ins>later</ins>" in newest
    assert "an earlier version" in first and "an earlier version" not in newest
    for number in (0, 3, 10**30):
        assert bea.get(way(world, f"charter/versions/{number}")).status_code == 404


def test_a_stage_is_proposed(world):
    bo = world.client("bo@Orchard")
    assert bo.post(way(world, "charter/stage"), {"version": "0", "phase": "closed", "days": "7"}).status_code == 422
    assert bo.post(way(world, "charter/stage"), {"version": "3", "phase": "designing", "days": "7"}).status_code == 409

    answer = bo.post(way(world, "charter/stage"), {"version": "0", "phase": "designing", "days": "7"})

    assert answer.status_code == 302
    assert "designing" in text(bo.get(way(world, "charter/stage")))
    page = text(bo.get(answer["Location"]))
    assert page.index('data-label="Before">exploring') < page.index('data-label="After"><b>designing')


@pytest.mark.parametrize(
    ("what", "said"), [("charter/change", {"purpose": "Dredge."}), ("charter/stage", {"phase": "designing"})]
)
def test_what_is_proposed_already_is_refused_with_a_way_to_it(world, what, said):
    sent = {"version": "0", "days": "7"} | said
    made = world.client("bo@Orchard").post(way(world, what), sent)["Location"]

    refused = world.client("ada@Harbour").post(way(world, what), sent)

    assert refused.status_code in (409, 422)
    assert f'withdraw it first. <a href="{made}">Open A-1</a>' in text(refused)
    assert world.client("ada@Harbour").get(made).status_code == 200


@pytest.mark.parametrize(
    ("what", "first", "second"),
    [
        ("charter/change", {"purpose": "Dredge."}, {"purpose": "Dredge twice."}),
        ("charter/stage", {"phase": "designing"}, {"phase": "winding-down"}),
    ],
)
def test_two_that_compete_are_said_to_before_and_after_the_second_is_proposed(world, what, first, second):
    sent, ada = {"version": "0", "days": "7"}, world.client("ada@Harbour")
    made = world.client("bo@Orchard").post(way(world, what), sent | first)["Location"]
    rule = "The first that is agreed holds."

    before = text(ada.get(way(world, what)))
    other = ada.post(way(world, what), sent | second)["Location"]

    assert rule in before and made in before
    for own, rival in ((made, other), (other, made)):
        page = text(world.client("cy@Island").get(own))
        by = "Orchard" if rival == made else "Harbour"
        assert rule in page and f'<a href="{rival}">A-' in page and f"proposed by {by}" in page


@pytest.mark.parametrize("what", ["charter/change", "charter/stage"])
def test_who_may_not_propose_is_refused_before_what_they_sent_is_looked_at(world, what):
    bea, nobody = world.client("bea@Orchard"), world.client("nobody@Nowhere")

    assert bea.post(way(world, what), {}).status_code == 403
    assert nobody.post(way(world, what), {}).status_code in (302, 404)
    assert world.client("bo@Orchard").post(way(world, what), {}).status_code == 422


def test_looking_changes_nothing(world):
    agree(world, staged(world, "designing"))
    bo = world.client("bo@Orchard")
    for what in ("charter", "charter/change", "charter/stage", "proposals"):
        assert bo.get(way(world, what), {"verdict": "approve", "purpose": "x"}).status_code == 200

    with unscoped("test"):
        assert (Proposal.objects.count(), CharterVersion.objects.count()) == (1, 0)
