"""Founding, seats and parts: what is sent wrongly comes back with the sentence where it belongs."""

import json

import pytest

from consortio import access
from consortio.access.models import Circle

NEW = "/partnerships/new"


def where(world, what):
    with access.reading(ada := world.actor("ada@Harbour")):
        return f"/partnerships/{access.get(ada, Circle, world.ids['coast']).partnership_id}/{what}"


def test_a_partnership_is_founded(world):
    answer = world.client("ada@Harbour").post(NEW, {"name": " Pier ", "letters": "hrb"})
    assert answer.status_code == 302
    page = world.client("ada@Harbour").get(answer["Location"])
    assert page.status_code == 200 and "Pier" in page.content.decode()
    assert world.client("bo@Orchard").get(answer["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "a\tb"}, "A character that is not seen"),
        ({"name": "Coast"}, "You take part in a partnership called Coast already"),
        ({"letters": "H"}, "Two to four letters"),
        ({"letters": "HÄR"}, "Two to four letters"),
        ({"letters": "HARBO"}, "Two to four letters"),
    ],
)
def test_what_is_sent_wrongly_is_named(world, said, sentence):
    answer = world.client("ada@Harbour").post(NEW, {"name": "Pier", "letters": "HAR"} | said)
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_a_name_that_others_use_elsewhere_is_free(world):
    quin = world.client("bo@Orchard")
    world.client("ada@Harbour").post(NEW, {"name": "Pier", "letters": "HAR"})
    assert quin.post(NEW, {"name": "Pier", "letters": "ORC"}).status_code == 302


def test_founding_is_for_those_who_may(world):
    abe = world.client("abe@Harbour")
    assert abe.post(NEW, {"name": "Pier", "letters": "HAR"}).status_code == 403
    assert abe.post(NEW).status_code == abe.get(NEW).status_code == 403
    assert world.client("ada@Harbour").get(NEW).status_code == 200
    assert world.client("quin@Nowhere").get(NEW).status_code == 404


def seat(world, who="ada@Harbour", person="ada", role="contributor", what="members/seating"):
    asked = {"person_id": str(world.ids.get(person, person)), "role_id": str(world.role("coast", role))}
    return world.client(who).post(where(world, what), asked)


def test_the_last_lead_is_told_on_the_page_that_somebody_must_stay(world):
    answer = seat(world)
    assert answer.status_code == 409 and "Somebody must stay who may seat your people" in answer.content.decode()
    assert seat(world, what="members/unseating").status_code == 409

    assert seat(world, person="abe", role="lead").status_code == 302
    assert seat(world).status_code == 302


def test_each_organisation_seats_its_own(world):
    assert seat(world, person="bea").status_code == 404
    assert seat(world, person="bea", what="members/unseating").status_code == 404
    assert seat(world, who="abe@Harbour", person="abe", role="lead").status_code == 403
    assert seat(world, person="abe", role="observer").status_code == 302


def test_a_deputy_is_offered_the_seats_that_a_deputy_may_change(world):
    assert seat(world, person="abe", role="deputy").status_code == 302
    assert seat(world, who="abe@Harbour", person="ada").status_code == 403
    assert seat(world, who="abe@Harbour", person="ada", what="members/unseating").status_code == 403

    of_the_lead, of_the_deputy = f'value="{world.ids["ada"]}"', f'value="{world.ids["abe"]}"'
    page = world.client("abe@Harbour").get(where(world, "members")).content.decode()
    assert of_the_lead not in page and of_the_deputy in page
    page = world.client("ada@Harbour").get(where(world, "members")).content.decode()
    assert of_the_lead not in page and of_the_deputy in page  # the last lead stays one


@pytest.mark.parametrize("what", ["members/seating", "members/unseating"])
def test_ids_that_are_none_are_refused_on_the_page(world, what):
    answer = seat(world, person="abe'--", what=what)
    assert answer.status_code == 422 and "Choose a person" in answer.content.decode()


@pytest.mark.parametrize("what", ["members/part", "members/seating", "members/unseating"])
def test_whoever_may_not_is_told_so_before_what_they_sent_is_read(world, what):
    for who, status in [("abe@Harbour", 403), ("quin@Nowhere", 404), ("ada@Harbour", 422)]:
        assert world.client(who).post(where(world, what), {"part": "x" * 61}).status_code == status


def test_a_seat_ends_once_and_nothing_is_told_of_a_person_who_has_none(world):
    assert seat(world, person="abe", what="members/unseating").status_code == 302
    assert seat(world, person="abe", what="members/unseating").status_code == 404
    assert seat(world, person="coast", what="members/unseating").status_code == 404


def test_our_part_is_ours_to_say(world):
    said = {"version": 1, "part": "x" * 61}
    assert world.client("ada@Harbour").post(where(world, "members/part"), said).status_code == 422
    assert world.client("ada@Harbour").post(where(world, "members/part"), said | {"part": "owner"}).status_code == 302
    assert world.client("ada@Harbour").post(where(world, "members/part"), said | {"part": "boss"}).status_code == 409
    assert "owner" in world.client("bo@Orchard").get(where(world, "members")).content.decode()


def test_a_stale_part_shows_both_and_can_be_saved_over(world):
    ada, address = world.client("ada@Harbour"), where(world, "members/part")
    said = {"version": 1, "part": "owner"}

    assert ada.post(address, said).status_code == 302
    stale = ada.post(address, said | {"part": "boss"})

    shown = stale.content.decode()
    assert stale.status_code == 409 and "there stands: owner" in shown and 'value="boss"' in shown
    assert "you saw" not in shown
    assert ada.post(address, said | {"part": "boss", "version": 2}).status_code == 302


def api(world, who, method, what, **body):
    address = "/api/v1" + where(world, what)
    return world.client(who).generic(method, address, json.dumps(body) if body else b"", "application/json")


def test_members_and_seats_are_in_the_api(world):
    members = api(world, "ada@Harbour", "GET", "members").json()
    own = next(each for each in members["people"] if each["organisation_id"] == str(world.ids["Harbour"]))
    assert [(person["name"], person["role"]) for person in own["people"]] == [("abe", "contributor"), ("ada", "lead")]
    assert members["may_seat"] and not api(world, "bea@Orchard", "GET", "members").json()["may_seat"]

    role = str(world.role("coast", "deputy"))
    given = api(world, "ada@Harbour", "POST", "seats", person_id=str(world.ids["abe"]), role_id=role)
    assert given.status_code == 201
    assert api(world, "ada@Harbour", "DELETE", f"seats/{world.ids['abe']}").status_code == 204
    assert api(world, "ada@Harbour", "DELETE", f"seats/{world.ids['abe']}").status_code == 404
    assert api(world, "ada@Harbour", "DELETE", f"seats/{world.ids['ada']}").status_code == 409


def test_our_part_wants_the_version_that_was_seen(world):
    first = api(world, "ada@Harbour", "PUT", "part", version=1, part=" owner ")
    assert first.status_code == 200
    assert [each["part"] for each in first.json()["members"] if each["is_you"]] == ["owner"]
    assert api(world, "ada@Harbour", "PUT", "part", version=1, part="boss").status_code == 412
    assert api(world, "ada@Harbour", "PUT", "part", part="boss").status_code == 428
    seen = api(world, "ada@Harbour", "GET", "part")
    assert (seen.json()["part"], seen["ETag"]) == ("owner", '"2"')
    assert api(world, "quin@Quay", "GET", "part").status_code == 401  # nobody of this world
    assert api(world, "abe@Harbour", "PUT", "part", version=2, part="boss").status_code == 403
