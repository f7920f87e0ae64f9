"""Seats on the page of members: asked before one ends, said afterwards, refused in the row, and not offered in vain."""

import re

import pytest

from consortio import access
from consortio.access.models import Role
from consortio.access.seating import seat_in_partnership

from .test_member_pages import page, read, said

STAYS = "Nobody else leads your people here, or may seat them"


def seat(world, person, role="", what="seating", joint="coast", who="ada@Harbour"):
    asked = {"person_id": str(world.ids[person])} | ({"role_id": str(world.role(joint, role))} if role else {})
    client = world.client(who)
    answer = client.post(page(world, joint=joint, what=f"members/{what}"), asked)
    return answer, answer.content.decode() or client.get(page(world, joint=joint)).content.decode()


def row_of(text, name) -> str:
    head = re.compile(rf'<tr><th scope="row"><a href="[^"]+">{name}</a>')
    return next(row for row in re.findall(r"<tr>.*?</tr>", text, re.DOTALL) if head.match(row))


def test_a_changed_role_is_said_and_so_is_the_end_of_a_seat_and_a_new_one(world):
    assert "abe is observer now." in seat(world, "abe", "observer")[1]
    assert "The seat of abe has ended." in seat(world, "abe", what="unseating")[1]
    assert "abe takes part now, as deputy." in seat(world, "abe", "deputy")[1]
    assert "abe has left the house." in seat(world, "abe", what="unseating", joint="Harbour's house")[1]


def test_the_end_of_a_seat_is_asked_first_without_script(world):
    row = row_of(read(world, "ada@Harbour", page(world)), "abe")

    asked, dialog = row.split('role="dialog"')
    assert "End the seat …" in asked and "<form" not in asked.split('class="number"')[1]
    assert "End the seat of abe?" in dialog and "members/unseating" in dialog and "Leave it" in dialog


def test_a_refusal_stands_in_the_row_of_its_person(world):
    answer, text = seat(world, "ada", "contributor")

    assert answer.status_code == 409
    assert text.count("Somebody must stay who may seat your people") == 1
    assert "Somebody must stay who may seat your people" in row_of(text, "ada")
    assert "Somebody must stay" not in row_of(text, "abe")


def test_whoever_has_to_stay_is_told_so_and_offered_nothing_in_vain(world):
    alone = read(world, "ada@Harbour", page(world))
    circle = f"/circles/{world.ids['coast']}"

    assert STAYS in row_of(alone, "ada") and "Give up your own seat" not in alone
    assert STAYS in read(world, "ada@Harbour", circle) and "Give up your seat" not in read(world, "ada@Harbour", circle)
    assert ">contributor<" not in row_of(alone, "ada") and ">contributor<" in row_of(alone, "abe")

    seat(world, "abe", "deputy")
    beside = read(world, "ada@Harbour", page(world))
    assert STAYS in row_of(beside, "ada") and ">deputy<" not in row_of(beside, "ada")
    assert STAYS in read(world, "ada@Harbour", circle)
    answer, text = seat(world, "ada", "deputy")
    assert answer.status_code == 409 and "Somebody must stay who leads" in row_of(text, "ada")

    seat(world, "abe", "lead")
    both = read(world, "ada@Harbour", page(world))
    assert STAYS not in both and "Give up your own seat" in both
    assert ">contributor<" in row_of(both, "ada")
    assert STAYS not in read(world, "ada@Harbour", circle) and "Give up your seat" in read(world, "ada@Harbour", circle)


def test_the_only_one_in_a_body_is_not_offered_to_leave_it(world):
    board = f"/circles/{world.ids['board']}"

    text = read(world, "ada@Harbour", board)

    assert "Nobody else sits here" in text and "Give up your seat" not in text


def test_somebody_of_two_organisations_is_counted_once(world):
    before = read(world, "bo@Orchard", page(world))
    people = int(re.search(r"with (\d+) people", before)[1])
    with access.gate.as_system("test"):
        coast = Role.objects.get(circle=world.ids["coast"], name="observer")
        circle = access.models.Circle.objects.get(pk=world.ids["coast"])
        seat_in_partnership(
            partnership_id=circle.partnership_id,
            person_id=world.ids["bo"],
            organisation_id=world.ids["Island"],
            role=coast,
        )

    after = read(world, "bo@Orchard", page(world))

    assert f"with {people} people" in after
    assert after.count(">bo</a>") > before.count(">bo</a>")


@pytest.mark.parametrize(
    ("host", "says"),
    [("", "The invitation is made. No mail server is set up"), ("mail.example", "The invitation is on its way.")],
)
def test_an_invitation_is_on_its_way_where_a_server_takes_mails(world, settings, host, says):
    settings.EMAIL_HOST = host
    ada = world.client("ada@Harbour")

    ada.post(page(world, what="members/person"), said(world))

    assert says in ada.get(page(world)).content.decode()
