"""Accepting: who is let in where, by which link, once."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from consortio import access
from consortio.access import NotPermitted, NotVisible, actor_for
from consortio.access.models import Place, Seat
from consortio.accounts.users import EmailTaken, create_account
from consortio.circles.reads import circle_page
from consortio.invitations.accepting import (
    AlreadyHere,
    Newcomer,
    accept_as_newcomer,
    accept_invitation,
    accept_seat,
)
from consortio.invitations.actions import decline_invitation, resend_invitation, take_link, withdraw_invitation
from consortio.invitations.rules import LIVES, hash_of
from consortio.organisations.models import Organisation, Person
from consortio.partnerships.actions import AlreadyMember, LettersTaken, leave_partnership, seat_person, unseat_person
from tests.world import NOON

from .builders import AT, DAY, NEWCOMER, ask_in, change, events, found, invite, mailed, seats_of, state_of

FERN = "fern@ferry.example"
EVE = "eve@harbour.example"
FERRY = Newcomer(**NEWCOMER, organisation="Ferry", letters="FER")


def link(secret, email=EVE, at=AT):
    return {"secret_hash": hash_of(secret), "email": email, "at": at}


def counts() -> tuple[int, ...]:
    with access.unscoped("test"):
        guarded = [model.objects.count() for model in (Organisation, Person, Place, Seat)]
    return (*guarded, get_user_model().objects.count())


@pytest.fixture
def ferry(world):
    """Ferry has a house here, which fern leads and fay only works in; Quay is a stranger."""
    for organisation, lead in (("Ferry", "fern"), ("Quay", "quin")):
        world.ids[organisation] = None
        with world.step(organisation):
            from consortio.partnerships.actions import register_organisation

            own = {"name": organisation, "letters": organisation[:3].upper(), "lead": lead}
            made = register_organisation(**own, at=NOON)
        world.ids |= dict(zip((organisation, lead, f"{organisation}'s house"), made, strict=True))
    world.hire("fay", "fern@Ferry", "contributor", joint=None)
    found(world)
    return world


def test_only_who_leads_the_invited_house_lets_it_in_by_the_address_and_once(ferry, monkeypatch):
    world, joint = ferry, ferry.ids["quay"]
    ask_in(world)
    secret = mailed(monkeypatch)
    own = {"house_id": world.ids["Ferry's house"], "letters": "FER", **link(secret, FERN)}
    for who, wrong, error in [
        ("ada@Harbour", {}, NotVisible),  # not her house
        ("fay@Ferry", {}, NotPermitted),
        ("fern@Ferry", {"secret_hash": hash_of("no")}, NotVisible),
        ("fern@Ferry", {"secret_hash": ""}, NotVisible),
        ("fern@Ferry", {"email": "fern@elsewhere.example"}, NotVisible),
        ("fern@Ferry", {"at": AT + LIVES}, NotVisible),
        ("fern@Ferry", {"letters": "HAR"}, LettersTaken),
        ("ada@Harbour", {"house_id": world.ids["Harbour's house"]}, AlreadyMember),
    ]:
        with pytest.raises(error):
            accept_invitation(actor=world.actor(who), **own | wrong)
    with access.unscoped("test"):
        assert not Place.objects.filter(organisation=world.ids["Ferry"], circle=joint).exists()

    assert accept_invitation(actor=world.actor("fern@Ferry"), **own) == joint

    people = circle_page(actor=world.actor("ada@Harbour"), circle_id=joint).people
    assert [(mark.name, [one.name for one in sitting]) for mark, sitting in people] == [
        ("Ferry", ["fern"]),
        ("Harbour", ["ada"]),
    ]
    with pytest.raises(NotVisible):  # spent
        accept_invitation(
            actor=world.actor("quin@Quay"), **own | {"house_id": world.ids["Quay's house"], "letters": "QUA"}
        )


def test_a_newcomer_brings_an_organisation_with_a_house(world, monkeypatch):
    found(world)
    ask_in(world)
    secret = mailed(monkeypatch)

    user = accept_as_newcomer(newcomer=FERRY, **link(secret, FERN))

    with access.unscoped("test"):
        ferry = Organisation.objects.get(name="Ferry")
    world.ids["Ferry"] = ferry.pk
    assert (user.email, user.check_password(NEWCOMER["password"])) == (FERN, True)
    assert seats_of(world, user.person_id, "Ferry") == {("joint", "lead"), ("house", "lead"), ("public", "")}
    assert events(world.ids["quay"])[-1] == "organisation.joined"
    page = circle_page(actor=actor_for(user.person_id, ferry.pk), circle_id=world.ids["quay"])
    assert [mark.name for mark, _ in page.people] == ["Ferry", "Harbour"]


def test_a_newcomer_sits_in_the_house_and_where_they_were_promised_a_seat(world, monkeypatch):
    invite(world, joint="coast", there="observer")

    user = accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(mailed(monkeypatch)))

    with access.unscoped("test"):
        own = Seat.objects.filter(person=user.person_id).exclude(circle__kind="public")
        rows = {(str(seat.circle_id), seat.role.name) for seat in own.select_related("role")}
        name = Person.objects.get(pk=user.person_id).name
    house = world.circle("Harbour's house", "house", "Harbour")
    assert name == "Eve Newcomb"
    assert rows == {
        (str(world.ids["Harbour's house"]), "contributor"),
        (str(house), "contributor"),
        (str(world.ids["coast"]), "observer"),
        (str(world.ids["Harbour only"]), "observer"),
        (str(world.ids["offer"]), "observer"),  # where Harbour sits as a whole
    }
    assert events(world.ids["Harbour's house"])[-1] == "person.joined"
    assert events(world.ids["coast"])[-1] == "person.seated"


@pytest.mark.parametrize("password", ["short", "ferry ferry ferry"])
def test_with_a_bad_password_nothing_is_made(world, monkeypatch, password):
    found(world)
    invitation = ask_in(world)
    secret, before = mailed(monkeypatch), counts()
    bad = Newcomer("Eve", password, "Ferry", "FER")

    with pytest.raises(ValidationError):
        accept_as_newcomer(newcomer=bad, **link(secret, FERN))

    assert (counts(), state_of(invitation)) == (before, "open")
    assert accept_as_newcomer(newcomer=FERRY, **link(secret, FERN))


def test_letters_that_are_worn_leave_nothing_behind(world, monkeypatch):
    found(world)
    invitation = ask_in(world)
    secret, before = mailed(monkeypatch), counts()

    with pytest.raises(LettersTaken):
        accept_as_newcomer(newcomer=Newcomer(**NEWCOMER, organisation="Ferry", letters="HAR"), **link(secret, FERN))

    assert (counts(), state_of(invitation)) == (before, "open")


def test_an_address_with_an_account_makes_no_second_one(world, monkeypatch):
    create_account(email=EVE, person_id=world.ids["bo"], password=None, at=NOON)
    invitation = invite(world)
    secret, before = mailed(monkeypatch), counts()

    with pytest.raises(EmailTaken):
        accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(secret))

    assert (counts(), state_of(invitation)) == (before, "open")
    accept_seat(actor=actor_for(world.ids["bo"], world.ids["Harbour"]), **link(secret))
    assert seats_of(world, world.ids["bo"], "Harbour") == {
        ("joint", "contributor"),
        ("house", "contributor"),
        ("public", ""),
    }


def test_a_seat_is_taken_for_the_house_that_invited_and_by_its_address(world, monkeypatch):
    invite(world)
    secret = mailed(monkeypatch)
    bo = world.ids["bo"]
    for organisation, wrong in [("Orchard", {}), ("Island", {}), ("Harbour", {"email": "bo@example.org"})]:
        with pytest.raises(NotVisible):
            accept_seat(actor=actor_for(bo, world.ids[organisation]), **link(secret) | wrong)

    accept_seat(actor=actor_for(bo, world.ids["Harbour"]), **link(secret))

    with pytest.raises(NotVisible):
        accept_seat(actor=actor_for(world.ids["cy"], world.ids["Harbour"]), **link(secret))
    assert seats_of(world, world.ids["cy"], "Harbour") == set()


def test_a_link_into_a_house_joins_no_partnership_and_the_other_way_round(ferry, monkeypatch):
    world = ferry
    invite(world, email=FERN)
    into_house = mailed(monkeypatch)
    ask_in(world)
    into_partnership = mailed(monkeypatch)

    with pytest.raises(NotVisible):
        own = {"house_id": world.ids["Ferry's house"], "letters": "FER"}
        accept_invitation(actor=world.actor("fern@Ferry"), **own, **link(into_house, FERN))
    with pytest.raises(NotVisible):
        accept_seat(actor=actor_for(world.ids["fern"], world.ids["Harbour"]), **link(into_partnership, FERN))


def test_a_link_changes_nobodys_role(world, monkeypatch):
    invite(world, email="abe@harbour.example", role="lead")
    link_of_abe = link(mailed(monkeypatch), "abe@harbour.example")

    with pytest.raises(AlreadyHere):
        accept_seat(actor=world.actor("abe@Harbour"), **link_of_abe)
    assert ("joint", "lead") not in seats_of(world, world.ids["abe"], "Harbour")

    invite(world, email="abe@harbour.example", joint="coast", there="lead")
    with pytest.raises(AlreadyHere):
        accept_seat(actor=world.actor("abe@Harbour"), **link(mailed(monkeypatch), "abe@harbour.example"))


@pytest.mark.parametrize("why", ["left the house", "is none any more", "left the partnership"])
def test_what_the_inviter_may_no_longer_give_is_not_given(world, monkeypatch, why):
    world.hire("dee", "ada@Harbour", "lead")
    invite(world, "dee@Harbour", joint="coast", there="lead")
    secret, ada = mailed(monkeypatch), world.actor("ada@Harbour")
    dee = {"person_id": world.ids["dee"], "at": AT}
    if why == "left the house":
        unseat_person(actor=ada, joint_id=world.ids["Harbour's house"], **dee)
    elif why == "is none any more":
        role = world.role("Harbour's house", "observer")
        seat_person(actor=ada, joint_id=world.ids["Harbour's house"], role_id=role, **dee)
    else:
        unseat_person(actor=ada, joint_id=world.ids["coast"], **dee)

    if why != "left the partnership":
        with pytest.raises(NotVisible):
            accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(secret))
        return
    user = accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(secret))
    with access.unscoped("test"):
        assert not Seat.objects.filter(person=user.person_id, circle=world.ids["coast"]).exists()


def test_what_the_inviter_may_give_is_given(world, monkeypatch):
    world.hire("dee", "ada@Harbour", "lead")
    invite(world, "dee@Harbour", joint="coast", there="lead")
    user = accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(mailed(monkeypatch)))
    with access.unscoped("test"):
        assert Seat.objects.filter(person=user.person_id, circle=world.ids["coast"], role__name="lead").exists()


def test_whoever_declines_spends_the_link(world, monkeypatch):
    invitation = invite(world)
    secret = mailed(monkeypatch)

    decline_invitation(secret_hash=hash_of(secret), at=AT)

    assert state_of(invitation) == "declined"
    assert events(world.ids["Harbour's house"])[-1] == "invitation.declined"
    with pytest.raises(NotVisible):
        accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(secret))
    with pytest.raises(NotVisible):
        decline_invitation(secret_hash=hash_of(secret), at=AT)
    with pytest.raises(NotVisible):
        decline_invitation(secret_hash="", at=AT)


def _expire(world, invitation):
    change(invitation, expires_at=AT)


def _withdraw(world, invitation):
    withdraw_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)


def _send_again(world, invitation):
    resend_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT + DAY)


def _show(world, invitation):
    take_link(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)


@pytest.mark.parametrize("end", [_expire, _withdraw, _send_again, _show])
def test_a_dead_link_lets_nobody_in(world, monkeypatch, end):
    invitation = invite(world)
    secret = mailed(monkeypatch)

    end(world, invitation)

    before = counts()
    with pytest.raises(NotVisible):
        accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(secret))
    assert counts() == before


def test_an_organisation_that_left_comes_back_as_it_was(world, monkeypatch):
    leave_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], last_day=None, at=AT)
    with access.unscoped("test"):
        from consortio.partnerships.models import Membership

        before = Membership.objects.get(circle=world.ids["coast"], organisation=world.ids["Island"])
    assert before.state == "left"

    from .test_inviting import agree

    invitation = ask_in(world, name="Island", email="cy@island.example", joint="coast")
    agree(world, "bo@Orchard")
    own = {"house_id": world.ids["Island's house"], "letters": "XYZ"}
    secret = mailed(monkeypatch, AT + DAY)
    accept_invitation(actor=world.actor("cy@Island"), **own, **link(secret, "cy@island.example", AT + DAY))

    with access.unscoped("test"):
        now = Membership.objects.get(circle=world.ids["coast"], organisation=world.ids["Island"])
    assert (now.state, now.letters, now.number) == ("active", before.letters, before.number)
    assert state_of(invitation) == "accepted"
    assert ("joint", "lead") in seats_of(world, world.ids["cy"], "Island")
