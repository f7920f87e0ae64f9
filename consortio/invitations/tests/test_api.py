"""The API of inviting, of people and organisations, and of leaving: the same acts, and never a link."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from consortio import access
from consortio.access.models import Circle
from consortio.accounts.users import create_account
from consortio.invitations.rules import hash_of
from consortio.invitations.sending import fresh_secret
from tests.world import NOON

from .builders import found, invite, letter_of, state_of

EVE = "eve@harbour.example"


def call(client, method, path, body=None):
    answer = client.generic(method, f"/api/v1{path}", json.dumps(body) if body is not None else "", "application/json")
    return answer.status_code, answer.json() if answer.content else None


def partnership(world, joint="coast") -> str:
    with access.unscoped("test"):
        return str(Circle.objects.get(pk=world.ids[joint]).partnership_id)


def colleague(world, **more):
    return {"email": EVE, "house_role_id": str(world.role("Harbour's house", "observer"))} | more


def there(world, role="observer"):
    return {"partnership_id": partnership(world), "role_id": str(world.role("coast", role))}


def test_a_person_is_invited_listed_sent_again_and_withdrawn(world):
    ada = world.client("ada@Harbour")
    status, made = call(ada, "POST", "/invitations/people", colleague(world, **there(world)))
    assert (status, made["state"]) == (201, "open")

    status, listed = call(ada, "GET", f"/invitations?partnership_id={partnership(world)}")
    assert [(row["email"], row["role_there"]) for row in listed["rows"]] == [(EVE, "observer")]
    assert call(ada, "POST", f"/invitations/{made['id']}/resending")[0] == 429  # a minute apart
    assert call(ada, "DELETE", f"/invitations/{made['id']}") == (204, None)
    assert call(ada, "DELETE", f"/invitations/{made['id']}")[0] == 409
    assert call(ada, "GET", f"/invitations?partnership_id={partnership(world)}")[1]["rows"] == []


def test_it_is_sent_again_after_a_while(world):
    invitation = invite(world, at=timezone.now() - timedelta(minutes=5))
    assert call(world.client("ada@Harbour"), "POST", f"/invitations/{invitation}/resending") == (204, None)


@pytest.mark.parametrize(("who", "status"), [("abe@Harbour", 403), ("bo@Orchard", 404), ("quin@Nowhere", 401)])
def test_inviting_is_for_those_who_may(world, who, status):
    invitation, client = invite(world), world.client(who)
    if who != "bo@Orchard":
        assert call(client, "POST", "/invitations/people", colleague(world))[0] == status
    assert call(client, "POST", f"/invitations/{invitation}/resending")[0] == status
    assert call(client, "DELETE", f"/invitations/{invitation}")[0] == status
    house = partnership(world, "Harbour's house")
    status, listed = call(client, "GET", f"/invitations?partnership_id={house}")
    assert (status, listed.get("rows")) in [(200, []), (404, None), (401, None)]


def test_a_role_of_another_house_is_not_there(world):
    strange = {"house_role_id": str(world.role("Orchard's house", "observer"))}
    ada = world.client("ada@Harbour")
    assert call(ada, "POST", "/invitations/people", colleague(world, **strange))[0] == 404
    assert call(ada, "POST", "/invitations/people", colleague(world, partnership_id=partnership(world)))[0] == 422
    assert call(ada, "POST", "/invitations/people", colleague(world, email="eve"))[0] == 422


def test_an_organisation_is_proposed_or_invited(world):
    asked = {"name": "Ferry", "email": "fern@ferry.example"}
    ada = world.client("ada@Harbour")
    status, made = call(ada, "POST", "/invitations/organisations", asked | {"partnership_id": partnership(world)})
    assert (status, made["state"], made["expires_at"]) == (201, "proposed", None)
    found(world)
    status, made = call(
        ada, "POST", "/invitations/organisations", asked | {"partnership_id": partnership(world, "quay")}
    )
    assert (status, made["state"]) == (201, "open")


def test_no_answer_holds_a_secret(world):
    ada = world.client("ada@Harbour")
    _, made = call(ada, "POST", "/invitations/people", colleague(world))
    _, secret = fresh_secret(invitation_id=made["id"], asked_at=letter_of(made["id"]).asked_at, at=timezone.now())
    house = partnership(world, "Harbour's house")
    listed = json.dumps(call(ada, "GET", f"/invitations?partnership_id={house}")[1])
    for hidden in (secret, hash_of(secret)):
        assert hidden not in listed + json.dumps(made)
    assert EVE in listed


def by_link(world, person, email, invitation):
    create_account(email=email, person_id=world.ids[person], password=None, at=NOON)
    client = world.client("nobody@Nowhere")
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(email=email))
    asked_at = letter_of(invitation).asked_at
    _, secret = fresh_secret(invitation_id=invitation, asked_at=asked_at, at=timezone.now())
    return client, {"secret": secret}


def test_whoever_is_signed_in_with_the_address_takes_the_seat(world):
    invitation = invite(world, joint="coast", there="observer")
    client, said = by_link(world, "bo", EVE, invitation)

    status, made = call(client, "POST", "/invitations/acceptance", said)

    assert (status, made) == (
        200,
        {"organisation_id": str(world.ids["Harbour"]), "partnership_id": partnership(world)},
    )
    assert call(client, "POST", "/invitations/acceptance", said)[0] == 404


def test_for_another_address_the_link_is_not_there(world):
    invitation = invite(world)
    client, said = by_link(world, "bo", "bo@orchard.example", invitation)
    false = call(client, "POST", "/invitations/acceptance", {"secret": "0" * 64})
    assert call(client, "POST", "/invitations/acceptance", said) == false
    assert (false[0], state_of(invitation)) == (404, "open")


def test_whoever_is_signed_in_with_the_address_declines(world):
    invitation = invite(world)
    client, said = by_link(world, "bo", EVE, invitation)

    declined = call(client, "POST", "/invitations/refusal", said)

    assert (declined[0], state_of(invitation)) == (204, "declined")
    assert call(client, "POST", "/invitations/acceptance", said)[0] == 404


def test_nobody_declines_for_another_address(world):
    invitation = invite(world)
    client, said = by_link(world, "bo", "bo@orchard.example", invitation)

    declined = call(client, "POST", "/invitations/refusal", said)

    assert declined == call(client, "POST", "/invitations/refusal", {"secret": "0" * 64})
    assert (declined[0], state_of(invitation)) == (404, "open")


def test_an_organisation_joins_by_who_leads_it(world):
    found(world)
    world.invite("quay", "ada@Harbour", "bo@Orchard")
    invitation = world.ids["invite Orchard to quay"]
    client, said = by_link(world, "bo", "bo@example.org", invitation)
    for house in (None, str(world.ids["Harbour"]), str(world.ids["Island"])):
        assert call(client, "POST", "/invitations/acceptance", said | {"organisation_id": house})[0] == 404
    taken = said | {"organisation_id": str(world.ids["Orchard"]), "letters": "HAR"}
    assert call(client, "POST", "/invitations/acceptance", taken)[0] == 409

    status, made = call(client, "POST", "/invitations/acceptance", taken | {"letters": None})

    assert (status, made["partnership_id"]) == (200, partnership(world, "quay"))


def test_a_program_accepts_nothing(world):
    from consortio.accounts.tokens import make_token

    invitation = invite(world)
    client, said = by_link(world, "bo", EVE, invitation)
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(email=EVE)
    own = {"user": user, "organisation_id": world.ids["Orchard"], "name": "x", "scopes": ["write"], "days": 3}
    secret = make_token(**own, at=timezone.now())
    client.logout()
    answer = client.post(
        "/api/v1/invitations/acceptance",
        json.dumps(said),
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code in (401, 403) and state_of(invitation) == "open"


def test_organisations_and_people_are_shown_as_far_as_they_are_shared(world):
    bo, ada = world.client("bo@Orchard"), world.client("ada@Harbour")
    status, theirs = call(bo, "GET", f"/organisations/{world.ids['Harbour']}")
    assert (status, theirs["is_ours"], theirs["people"]) == (200, False, [])
    assert [(one["partnership"], one["letters"]) for one in theirs["shared"]] == [("Coast", "HAR")]
    ours = call(ada, "GET", f"/organisations/{world.ids['Harbour']}")[1]
    assert {one["name"] for one in ours["people"]} == {"ada", "abe"}

    status, seen = call(bo, "GET", f"/people/{world.ids['ada']}")
    assert (status, [(seat["partnership"], seat["role"]) for seat in seen["seats"]]) == (200, [("Coast", "lead")])
    by_abe = call(world.client("abe@Harbour"), "GET", f"/people/{world.ids['ada']}")[1]
    assert {seat["partnership"] for seat in by_abe["seats"]} == {"Coast", "Harbour"}
    world.hire("zoe", "ada@Harbour", "observer", joint=None)
    assert call(bo, "GET", f"/people/{world.ids['zoe']}")[0] == 404


def test_names_are_changed_by_those_they_belong_to(world):
    ada, bo = world.client("ada@Harbour"), world.client("bo@Orchard")
    for client, status in [(bo, 404), (world.client("abe@Harbour"), 403), (ada, 200)]:
        assert call(client, "PUT", f"/organisations/{world.ids['Harbour']}/name", {"name": "Haven"})[0] == status
    assert call(bo, "PUT", f"/people/{world.ids['ada']}/name", {"name": "x"})[0] == 404
    assert call(ada, "PUT", f"/people/{world.ids['ada']}/name", {"name": "Ada Lund"})[1]["name"] == "Ada Lund"


def test_the_fiscal_year_is_said_by_the_leads_of_its_organisation_and_seen_by_its_people(world):
    way = f"/organisations/{world.ids['Harbour']}"
    for who, status in [("bo@Orchard", 404), ("abe@Harbour", 403), ("ada@Harbour", 200)]:
        assert call(world.client(who), "PUT", f"{way}/fiscal-year", {"fiscal_start": 4})[0] == status

    for who, seen in [("ada@Harbour", 4), ("abe@Harbour", 4), ("bo@Orchard", None)]:
        assert call(world.client(who), "GET", way)[1]["fiscal_start"] == seen
    for wrong in (0, 13, "April"):
        status, said = call(world.client("ada@Harbour"), "PUT", f"{way}/fiscal-year", {"fiscal_start": wrong})
        assert status == 422 and "fiscal_start" in str(said)


def test_one_organisation_is_proposed_once(world):
    ada, bo = world.client("ada@Harbour"), world.client("bo@Orchard")
    body = {"partnership_id": partnership(world), "name": "Ferry", "email": "fern@example.org"}
    assert call(ada, "POST", "/invitations/organisations", body)[0] == 201
    status, said = call(bo, "POST", "/invitations/organisations", body | {"name": "FERRY"})
    assert status == 409 and "asks for the same and is open" in said["detail"]
    assert call(bo, "GET", f"/proposals/{said['in_the_way']['id']}")[1]["proposal"]["headline"] == "Admission of Ferry"
    page = bo.post(
        f"/partnerships/{partnership(world)}/members/organisation", {"name": "FERRY", "email": body["email"]}
    )
    assert f'<a href="{said["in_the_way"]["url"]}">Open A-1</a>' in page.content.decode()
    assert call(bo, "POST", "/invitations/organisations", body | {"name": "Rail"})[0] == 201


def test_a_second_invitation_to_one_address_leads_to_the_first(world):
    ada = world.client("ada@Harbour")
    body = {"email": "eve@example.org", "house_role_id": str(world.role("Harbour's house", "observer"))}
    first = call(ada, "POST", "/invitations/people", body)[1]

    status, said = call(ada, "POST", "/invitations/people", body)

    assert (status, said["in_the_way"]["id"]) == (409, first["id"])
    house = partnership(world, "Harbour's house")
    way = f"/partnerships/{house}/members"
    page = ada.post(f"{way}/person", {"email": body["email"], "house_role_id": body["house_role_id"]})
    assert page.status_code == 409
    assert f'<a href="{way}#invitation-{first["id"]}">See it</a>' in page.content.decode()
    assert f'id="invitation-{first["id"]}"' in ada.get(way).content.decode()


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "body"), ({"last_day": None}, "body"), ({"lastDay": "2099-06-01"}, "lastDay"), ({"at_once": False}, "body")],
)
def test_nobody_leaves_at_once_by_a_slip(world, body, field):
    cy, way = world.client("cy@Island"), f"/partnerships/{partnership(world)}/leaving"
    status, said = call(cy, "POST", way, body)
    assert (status, [fault["field"] for fault in said["errors"]]) == (422, [field])
    assert call(cy, "POST", way, {"last_day": "2099-06-01", "at_once": True})[0] == 422
    seen = call(cy, "GET", f"/partnerships/{partnership(world)}")[1]
    assert {one["state"] for one in seen["members"] if one["is_you"]} == {"active"}


def test_an_organisation_leaves_and_stays(world):
    cy, way = world.client("cy@Island"), f"/partnerships/{partnership(world)}/leaving"
    tomorrow = str((timezone.now() + timedelta(days=1)).date())
    assert call(world.client("abe@Harbour"), "POST", way, {"at_once": True})[0] == 403
    assert call(cy, "POST", way, {"last_day": "2001-01-01"})[0] == 409
    assert call(cy, "POST", way, {"last_day": tomorrow})[0] == 204
    seen = call(world.client("bo@Orchard"), "GET", f"/partnerships/{partnership(world)}")[1]
    assert {(one["name"], one["state"], one["last_day"]) for one in seen["members"]} >= {
        ("Island", "withdrawing", tomorrow)
    }
    assert call(cy, "DELETE", way)[0] == 204
    assert call(cy, "POST", way, {"at_once": True})[0] == 204
    assert call(cy, "GET", f"/partnerships/{partnership(world)}")[0] == 404
