"""The pages of members, of an organisation and of a person: what stands there for whom, and what its buttons do."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consortio import access
from consortio.access.models import Circle
from consortio.approvals.models import Proposal
from consortio.invitations.models import Invitation
from consortio.partnerships.actions import found_partnership, leave_partnership, unseat_person
from tests.world import NOON

from .builders import invite


def partnership(world, joint="coast"):
    with access.unscoped("test"):
        return Circle.objects.get(pk=world.ids[joint]).partnership_id


def page(world, who="ada@Harbour", joint="coast", what="members"):
    return f"/partnerships/{partnership(world, joint)}/{what}"


def read(world, who, address) -> str:
    return world.client(who).get(address).content.decode()


def newest() -> Invitation:
    with access.unscoped("test"):
        return Invitation.objects.get(kind="person")


def said(world, **more):
    house = world.role("Harbour's house", "observer")
    return {"email": "eve@harbour.example", "house_role_id": house, "role_id": world.role("coast", "observer")} | more


def test_a_colleague_is_invited_from_the_page_and_listed_to_those_who_may(world):
    ada = world.client("ada@Harbour")
    assert ada.post(page(world, what="members/person"), said(world)).status_code == 302

    assert "eve@harbour.example" in read(world, "ada@Harbour", page(world))
    for who in ("abe@Harbour", "bo@Orchard", "cy@Island"):
        assert "eve@harbour.example" not in read(world, who, page(world))
    assert "eve@harbour.example" in read(world, "ada@Harbour", page(world, joint="Harbour's house"))
    assert "eve@harbour.example" not in read(world, "abe@Harbour", page(world, joint="Harbour's house"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"email": "eve"}, "valid email"), ({"email": ""}, "required"), ({"house_role_id": "x"}, "Select a valid choice")],
)
def test_what_is_written_wrongly_is_named(world, wrong, says):
    answer = world.client("ada@Harbour").post(page(world, what="members/person"), said(world, **wrong))
    assert answer.status_code == 422 and says in answer.content.decode()


@pytest.mark.parametrize("what", ["members/person", "members/organisation"])
def test_inviting_is_for_those_who_may(world, what):
    asked = said(world, name="Ferry")
    for who, status in [("abe@Harbour", 403), ("quin@Nowhere", 404), ("ada@Harbour", 302)]:
        assert world.client(who).post(page(world, what=what), asked).status_code == status


def test_a_role_above_ones_own_is_not_offered(world):
    world.hire("dee", "ada@Harbour", "deputy")
    lead = str(world.role("coast", "lead"))
    answer = world.client("dee@Harbour").post(page(world, what="members/person"), said(world, role_id=lead))
    assert answer.status_code == 422
    answer = world.client("ada@Harbour").post(page(world, what="members/person"), said(world, role_id=lead))
    assert answer.status_code == 302


def test_a_further_organisation_is_proposed_to_the_members(world):
    asked = {"name": "Ferry", "email": "fern@ferry.example"}
    answer = world.client("ada@Harbour").post(page(world, what="members/organisation"), asked, follow=True)

    assert "it waits for Island and Orchard" in answer.content.decode()
    with access.unscoped("test"):
        assert Proposal.objects.get(circle=world.ids["coast"]).content["name"] == "Ferry"


def test_a_founder_who_is_alone_invites_and_sees_it_waiting(world):
    ada = world.client("ada@Harbour")
    ada.post("/partnerships/new", {"name": "Quay", "letters": "HAR"})
    with access.unscoped("test"):
        world.ids["quay"] = Circle.objects.get(partnership__name="Quay", kind="joint").pk
    asked = {"name": "Ferry", "email": "fern@ferry.example"}
    assert ada.post(page(world, joint="quay", what="members/organisation"), asked).status_code == 302
    seen = read(world, "ada@Harbour", page(world, joint="quay"))
    assert "Ferry" in seen and "fern@ferry.example" in seen and "was invited and has not answered" in seen


def of(world, invitation_id, act, joint="Harbour's house"):
    return f"/partnerships/{partnership(world, joint)}/invitations/{invitation_id}/{act}"


def test_the_link_is_shown_on_the_page_once(world):
    invitation, ada = invite(world, at=NOON), world.client("ada@Harbour")

    first = ada.post(of(world, invitation, "link")).content.decode()
    second = ada.post(of(world, invitation, "link"))

    assert re.search(r"/invitations/[0-9a-f]{64}", first)
    assert second.status_code == 409 and not re.search(r"/invitations/[0-9a-f]{64}", second.content.decode())
    assert not re.search(r"[0-9a-f]{64}", read(world, "ada@Harbour", page(world, joint="Harbour's house")))


def test_the_page_with_the_link_lies_among_the_members(world):
    ada, invitation = world.client("ada@Harbour"), invite(world, at=NOON)

    shown = ada.post(of(world, invitation, "link")).content.decode()

    members = page(world, joint="Harbour's house")
    assert set(re.findall(r'<a href="([^"]*)" aria-current="page"', shown)) == {members}


def test_where_nobody_acts_there_is_no_place_to_act(world):
    heads = {who: re.findall(r'<th scope="col" class="number">(Act)<', read(world, who, page(world)))
             for who in ("ada@Harbour", "abe@Harbour")}  # fmt: skip

    assert heads == {"ada@Harbour": ["Act"], "abe@Harbour": []}


def test_where_a_server_takes_mails_no_page_offers_the_link(world, settings):
    invitation = invite(world, at=NOON)
    assert "Show the link, once" in read(world, "ada@Harbour", page(world, joint="Harbour's house"))
    settings.EMAIL_HOST = "mail.example.org"
    assert "Show the link, once" not in read(world, "ada@Harbour", page(world, joint="Harbour's house"))
    assert world.client("ada@Harbour").post(of(world, invitation, "link")).status_code == 409


@pytest.mark.parametrize("act", ["resending", "withdrawal", "link"])
def test_an_invitation_is_touched_by_those_who_may(world, act):
    invitation = invite(world, at=timezone.now() - timedelta(minutes=2))
    for who, status in [("abe@Harbour", 403), ("bo@Orchard", 404), ("ada@Harbour", 302 if act != "link" else 200)]:
        assert world.client(who).post(of(world, invitation, act)).status_code == status
    assert world.client("ada@Harbour").get(of(world, invitation, act)).status_code == 405


def test_withdrawn_it_is_gone_from_the_page(world):
    invitation = invite(world)
    world.client("ada@Harbour").post(of(world, invitation, "withdrawal"))
    assert "eve@harbour.example" not in read(world, "ada@Harbour", page(world, joint="Harbour's house"))
    assert world.client("ada@Harbour").post(of(world, invitation, "withdrawal")).status_code == 409


def test_leaving_is_asked_of_the_lead_and_done_by_the_second_page(world):
    cy = world.client("cy@Island")
    assert "leaves Coast" in read(world, "cy@Island", page(world))
    assert cy.get(page(world, what="leaving")).status_code == 200
    assert "Leaves" not in read(world, "bo@Orchard", page(world))

    assert cy.post(page(world, what="leaving"), {"when": "day", "last_day": "2999-01-01"}).status_code == 422
    assert cy.post(page(world, what="leaving"), {"when": "day"}).status_code == 422
    assert cy.post(page(world, what="leaving"), {}).status_code == 422
    assert cy.post(page(world, what="leaving"), {"when": "now"}).url == "/"

    assert "Left" in read(world, "bo@Orchard", page(world))
    assert cy.get(page(world)).status_code == 404


def test_leaving_on_a_day_is_seen_by_all_and_taken_back(world, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cy = world.client("cy@Island")
    assert cy.post(page(world, what="leaving"), {"when": "day", "last_day": "2031-05-09"}).status_code == 302
    assert "with the end of" in read(world, "bo@Orchard", page(world))
    assert cy.post(page(world, what="leaving/withdrawal")).status_code == 302
    assert "with the end of" not in read(world, "bo@Orchard", page(world))


@pytest.mark.parametrize("what", ["leaving", "leaving/withdrawal"])
def test_leaving_is_for_those_who_lead(world, what):
    for who, status in [("abe@Harbour", 403), ("quin@Nowhere", 404), ("ada@Harbour", 302)]:
        assert world.client(who).post(page(world, what=what), {"when": "now"}).status_code == status
    assert world.client("ada@Harbour").post(page(world, joint="Harbour's house", what="leaving")).status_code == 404


def person(world, who) -> str:
    return f"/people/{world.ids[who]}"


def test_a_person_is_shown_with_what_is_shared_and_nothing_else(world):
    """Ada sits in her house, in a body and in a side circle with Island; Orchard shares none of them."""
    by_orchard = read(world, "bo@Orchard", person(world, "ada"))
    by_island = read(world, "cy@Island", person(world, "ada"))
    by_abe = read(world, "abe@Harbour", person(world, "ada"))

    assert "Coast" in by_orchard and "Offer" not in by_orchard and "the house" not in by_orchard
    assert "Coast" in by_island and "Offer" in by_island and "the house" not in by_island
    assert "Offer" in by_abe and "the house" in by_abe and "Board" not in by_abe


def test_an_organisation_looks_the_same_all_over_a_page(world):
    """Orchard came second to Coast, and first to its own house."""
    for address in (person(world, "bo"), organisation(world, "Orchard")):
        main = read(world, "bo@Orchard", address).partition("<main")[2].partition("</main>")[0]
        looks = re.findall(r'<svg class="mark (hue-\w+).*?#(shape-\w+)"', main)
        assert len(looks) > 1 and set(looks) == {("hue-ochre", "shape-diamond")}


def test_a_person_whom_one_shares_nothing_with_is_not_there(world):
    world.hire("zoe", "ada@Harbour", "observer", joint=None)
    assert world.client("bo@Orchard").get(person(world, "zoe")).status_code == 404
    assert world.client("nobody@Nowhere").get(person(world, "zoe")).status_code == 404
    assert world.client("ada@Harbour").get(person(world, "zoe")).status_code == 200


def test_whoever_has_left_is_shown_as_a_former_member(world):
    own = {"joint_id": world.ids["Harbour's house"], "person_id": world.ids["abe"]}
    assert "former member" not in read(world, "bo@Orchard", person(world, "abe"))
    unseat_person(actor=world.actor("ada@Harbour"), at=NOON, **own)
    assert "former member" in read(world, "bo@Orchard", person(world, "abe"))
    assert "former member" in read(world, "bo@Orchard", page(world))


def test_a_new_kpi_begins_with_the_fiscal_year_of_one_s_own_organisation(world):
    ada, ours = world.client("ada@Harbour"), f"/organisations/{world.ids['Harbour']}"
    new = page(world, what="kpis/new")
    assert '<option value="1" selected>January' in ada.get(new).content.decode()
    assert ada.post(f"{ours}/fiscal-year", {"fiscal_start": "13"}).status_code == 422
    assert world.client("abe@Harbour").post(f"{ours}/fiscal-year", {"fiscal_start": "4"}).status_code == 403
    assert world.client("bo@Orchard").post(f"{ours}/fiscal-year", {"fiscal_start": "4"}).status_code == 404

    assert ada.post(f"{ours}/fiscal-year", {"fiscal_start": "4"}).status_code == 302

    assert '<option value="4" selected>April' in ada.get(ours).content.decode()
    assert "It begins in April." in read(world, "abe@Harbour", ours)
    assert "iscal year" not in read(world, "bo@Orchard", ours)
    assert '<option value="4" selected>April' in ada.get(new).content.decode()
    assert '<option value="1" selected>January' in read(world, "bo@Orchard", new)


def test_one_changes_ones_own_name_and_no_others(world):
    ada = world.client("ada@Harbour")
    assert ada.post(person(world, "ada") + "/name", {"name": "Ada Lund"}).status_code == 302
    assert "Ada Lund" in read(world, "bo@Orchard", page(world))
    assert world.client("abe@Harbour").post(person(world, "abe") + "/name", {"name": "Abe"}).status_code == 302
    for who in ("abe", "bo"):
        assert ada.post(person(world, who) + "/name", {"name": "x"}).status_code == 404
    assert ada.post(person(world, "ada") + "/name", {"name": ""}).status_code == 422
    assert ada.post(person(world, "ada") + "/name", {"name": "a\tb"}).status_code == 422


def organisation(world, name) -> str:
    return f"/organisations/{world.ids[name]}"


def test_ones_own_house_is_shown_to_its_people_only(world):
    invite(world)
    ours, theirs = (read(world, who, organisation(world, "Harbour")) for who in ("ada@Harbour", "bo@Orchard"))
    assert "Your house" in ours and "eve@harbour.example" in ours and "Letters: HAR" in ours
    assert "Your house" not in theirs and "eve@harbour.example" not in theirs and "Coast" in theirs
    assert "eve@harbour.example" not in read(world, "abe@Harbour", organisation(world, "Harbour"))


def test_an_organisation_is_renamed_on_its_page(world):
    for who, status in [("abe@Harbour", 403), ("bo@Orchard", 404), ("ada@Harbour", 302)]:
        answer = world.client(who).post(organisation(world, "Harbour") + "/name", {"name": "Haven"})
        assert answer.status_code == status
    assert "Haven" in read(world, "bo@Orchard", organisation(world, "Harbour"))
    assert world.client("ada@Harbour").post(organisation(world, "Harbour") + "/name", {"name": ""}).status_code == 422


def test_an_organisation_that_shares_nothing_is_not_there(world):
    from consortio.partnerships.actions import register_organisation

    ferry, _, _ = register_organisation(name="Ferry", letters="FER", lead="fern", at=NOON)
    assert world.client("ada@Harbour").get(f"/organisations/{ferry}").status_code == 404
    assert world.client("ada@Harbour").get(organisation(world, "Orchard")).status_code == 200


def test_an_organisation_that_left_keeps_its_name_there(world):
    leave_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], last_day=None, at=NOON)
    assert "Left" in read(world, "bo@Orchard", organisation(world, "Island"))
    assert world.client("cy@Island").get(organisation(world, "Orchard")).status_code == 404


def test_no_mail_goes_out_of_a_page_itself(world):
    mail.outbox = []
    world.client("ada@Harbour").post(page(world, what="members/person"), said(world))
    assert mail.outbox == []
    assert newest().state == "open"


def queries(world, who, address) -> int:
    client = world.client(who)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(
        [one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET LOCAL", "SELECT set_config"))]
    )


def test_pages_ask_as_often_for_one_as_for_many(world):
    addresses = [
        page(world),
        page(world, joint="Harbour's house"),
        organisation(world, "Harbour"),
        person(world, "ada"),
    ]
    invite(world, joint="coast", there="observer")
    before = [queries(world, "ada@Harbour", address) for address in addresses]
    for name in ("dee", "eli", "flo"):
        world.hire(name, "ada@Harbour", "contributor")
        invite(world, email=f"{name}@harbour.example", joint="coast", there="observer")
    world.do(
        "pier", found_partnership, "ada@Harbour", house_id=world.ids["Harbour's house"], name="Pier", letters="HAR"
    )

    assert [queries(world, "ada@Harbour", address) for address in addresses] == before
    assert max(before) <= 20, before
