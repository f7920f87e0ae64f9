"""Opening circles and naming people: what is sent wrongly comes back with the sentence at its field."""

import json

import pytest

from consortio import access
from consortio.access.models import Circle, Kind


def where(world, what="circles/new"):
    with access.reading(ada := world.actor("ada@Harbour")):
        return f"/partnerships/{access.get(ada, Circle, world.ids['coast']).partnership_id}/{what}"


def open_one(world, who="ada@Harbour", **said):
    asked = {"kind": "side", "name": "Pier", "letters": "pie", "organisation_ids": [str(world.ids["Orchard"])]}
    return world.client(who).post(where(world), asked | said)


def test_a_side_circle_is_opened_and_its_letters_are_large(world):
    answer = open_one(world)
    assert answer.status_code == 302
    page = world.client("bea@Orchard").get(answer["Location"])
    assert page.status_code == 200 and b"does not exist for Island" in page.content
    assert world.client("cy@Island").get(answer["Location"]).status_code == 404
    assert "PIE/" in world.client("bo@Orchard").get(where(world, "circles")).content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "a\nb"}, "A character that is not seen"),
        ({"name": "  "}, "This field is required"),
        ({"letters": "P1"}, "Two to eleven letters"),
        ({"letters": "OFF"}, "are worn already"),
        ({"letters": "orc"}, "are worn already"),
        ({"organisation_ids": []}, "Choose another organisation"),
        ({"organisation_ids": ["not-an-id"]}, "not one of the available choices"),
        ({"kind": "joint"}, "not one of the available choices"),
        ({"kind": "body", "role_id": "x"}, "Role</a>: Choose one of the roles"),
    ],
)
def test_what_is_sent_wrongly_is_named_and_kept(world, said, sentence):
    answer = open_one(world, **said)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    if "name" not in said:
        assert 'value="Pier"' in answer.content.decode()


def test_letters_of_a_circle_that_one_does_not_see_are_free(world):
    """A refusal would tell that there is such a circle."""
    island = {"letters": "OFF", "organisation_ids": [str(world.ids["Island"])]}
    assert open_one(world, "bo@Orchard", **island).status_code == 302


def test_an_organisation_that_does_not_take_part_is_no_choice(world):
    answer = open_one(world, organisation_ids=[str(world.ids["ada"])])
    assert answer.status_code == 422


def test_a_body_begins_with_its_founder_and_a_circle_of_all_says_what_it_is(world):
    everyone = [str(world.ids[name]) for name in ("Orchard", "Island")]
    body = open_one(world, kind="body", organisation_ids=everyone)["Location"]
    page = world.client("ada@Harbour").get(body).content.decode()
    assert "Every member of today is in it; who joins later is not." in page
    assert world.client("bo@Orchard").get(body).status_code == 404


def test_who_may_not_open_circles_is_refused(world):
    assert open_one(world, "abe@Harbour").status_code == 403
    assert open_one(world, "quin@Nowhere").status_code == 404


def test_whoever_may_not_is_told_so_before_what_they_sent_is_read(world):
    for who, status in [("abe@Harbour", 403), ("quin@Nowhere", 404), ("ada@Harbour", 422)]:
        assert open_one(world, who, letters="?", kind="joint").status_code == status

    assert appoint(world, role_id=str(world.role("coast", "observer"))).status_code == 302
    for who, status in [("abe@Harbour", 403), ("bo@Orchard", 404), ("ada@Harbour", 422)]:
        assert appoint(world, who, person_id="nobody").status_code == status


def appoint(world, who="ada@Harbour", **said):
    asked = {"person_id": str(world.ids["abe"]), "role_id": str(world.role("coast", "contributor"))}
    return world.client(who).post(f"/circles/{world.ids['board']}/appointment", asked | said)


def test_each_organisation_names_its_own_people(world):
    assert appoint(world, person_id=str(world.ids["bea"])).status_code == 404
    assert appoint(world, role_id=str(world.role("Harbour's house", "lead"))).status_code == 404
    assert appoint(world, person_id="abe").status_code == 422
    assert appoint(world, who="bo@Orchard").status_code == 404
    assert world.client("abe@Harbour").get(f"/circles/{world.ids['board']}").status_code == 404

    assert appoint(world).status_code == 302
    assert world.client("abe@Harbour").get(f"/circles/{world.ids['board']}").status_code == 200


def test_every_circle_that_one_sits_in_has_a_page(world):
    with access.reading(ada := world.actor("ada@Harbour")):
        mine = list(access.visible(ada, Circle).values_list("pk", "kind"))
    assert {kind for _, kind in mine} == set(Kind)
    browser = world.client("ada@Harbour")
    assert {browser.get(f"/circles/{pk}").status_code for pk, _ in mine} == {200}


def api(client, method, address, **body):
    return client.generic(method, f"/api/v1/{address}", json.dumps(body), "application/json")


def test_circles_are_opened_listed_and_filled_through_the_api(world):
    ada, partnership = world.client("ada@Harbour"), where(world, "").split("/")[2]
    said = {"partnership_id": partnership, "kind": "body", "name": "Jury", "letters": "jur"}
    made = api(ada, "POST", "circles", **said, organisation_ids=[str(world.ids["Orchard"])])
    assert made.status_code == 201 and made.json()["circle"]["mark"] == "JUR/"
    own = made.json()["circle"]["id"]

    listed = ada.get(f"/api/v1/circles?partnership_id={partnership}").json()
    assert own in [circle["id"] for circle in listed["rows"]]
    assert own not in world.client("bo@Orchard").get(f"/api/v1/circles?partnership_id={partnership}").content.decode()

    seat = {"person_id": str(world.ids["abe"]), "role_id": str(world.role("coast", "contributor"))}
    seats = api(ada, "POST", f"circles/{own}/seats", **seat)
    assert seats.status_code == 201
    assert [person["name"] for person in seats.json()["seats"][0]["people"]] == ["abe", "ada"]


def test_what_the_pages_refuse_the_api_refuses_with_the_sentence(world):
    ada, partnership = world.client("ada@Harbour"), where(world, "").split("/")[2]
    said = {"partnership_id": partnership, "kind": "side", "name": "x", "letters": "OFF"}
    worn = api(ada, "POST", "circles", **said, organisation_ids=[str(world.ids["Orchard"])])
    alone = api(ada, "POST", "circles", **said | {"letters": "NEW"}, organisation_ids=[])
    foreign = api(ada, "POST", "circles", **said | {"letters": "NEW"}, organisation_ids=[str(world.ids["ada"])])
    assert (worn.status_code, alone.status_code, foreign.status_code) == (409, 409, 404)
    assert "worn already" in worn.json()["detail"] and "Choose another" in alone.json()["detail"]
