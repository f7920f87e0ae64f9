"""A house that lost its leads gets one from the operator, before everybody's eyes."""

import pytest
from click.testing import CliRunner

from consortio import access
from consortio.access import NotPermitted
from consortio.access.models import Circle, Role, Seat
from consortio.invitations.accepting import Newcomer, accept_as_newcomer, accept_seat
from consortio.invitations.actions import (
    NoSuchOrganisation,
    recover_lead,
    resend_invitation,
    take_link,
    withdraw_invitation,
)
from consortio.invitations.reads import asked, invitations_to
from consortio.invitations.rules import LIVES, hash_of
from consortio.partnerships.actions import unseat_person
from tests.world import system

from .builders import AT, DAY, NEWCOMER, events, mailed, serve, state_of

EVE = "eve@harbour.example"


def recover(world, organisation="Harbour", email=EVE, at=AT):
    return recover_lead(organisation=organisation, email=email, at=at)


def link(secret):
    return {"secret_hash": hash_of(secret), "email": EVE, "at": AT}


def test_the_newcomer_leads_the_house_and_wherever_it_takes_part(world, monkeypatch):
    recover(world)

    user = accept_as_newcomer(newcomer=Newcomer(**NEWCOMER), **link(mailed(monkeypatch)))

    with access.unscoped("test"):
        own = Seat.objects.filter(person=user.person_id, circle__kind="joint").select_related("role")
        assert {(seat.circle_id, seat.role.name) for seat in own} == {
            (world.ids["Harbour's house"], "lead"),
            (world.ids["coast"], "lead"),
        }
        assert not Seat.objects.filter(person=user.person_id, circle=world.ids["board"]).exists()
    assert events(world.ids["coast"])[-1] == "person.seated"
    eve = access.actor_for(user.person_id, world.ids["Harbour"])
    unseat_person(actor=eve, joint_id=world.ids["Harbour's house"], person_id=world.ids["ada"], at=AT)


def test_somebody_of_the_house_becomes_its_lead(world, monkeypatch):
    recover(world)
    accept_seat(actor=world.actor("abe@Harbour"), **link(mailed(monkeypatch)))
    with access.unscoped("test"):
        seat = Seat.objects.get(person=world.ids["abe"], circle=world.ids["Harbour's house"], ended_at=None)
        assert Role.objects.get(pk=seat.role_id).name == "lead"


def test_the_house_sees_it_and_no_other(world, monkeypatch):
    recover(world)
    with access.unscoped("test"):
        house = Circle.objects.get(pk=world.ids["Harbour's house"]).partnership_id

    assert events(world.ids["Harbour's house"])[-1] == "lead.recovery"
    for who, address, may in [("ada@Harbour", EVE, True), ("abe@Harbour", "", False)]:
        (row,) = invitations_to(actor=world.actor(who), partnership_id=house, at=AT)
        assert (row.kind, row.email, row.may_withdraw, row.may_resend) == ("recovery", address, may, False)
    with pytest.raises(access.NotVisible):
        invitations_to(actor=world.actor("bo@Orchard"), partnership_id=house, at=AT)


def test_the_house_can_stop_it_and_nobody_gets_at_its_link(world, monkeypatch):
    invitation, ada = recover(world), world.actor("ada@Harbour")
    for act in (resend_invitation, take_link):
        with pytest.raises((NotPermitted, access.Refused)):
            act(actor=ada, invitation_id=invitation, at=AT + DAY)
    with pytest.raises(NotPermitted):
        withdraw_invitation(actor=world.actor("abe@Harbour"), invitation_id=invitation, at=AT)

    withdraw_invitation(actor=ada, invitation_id=invitation, at=AT)

    assert (serve(monkeypatch), state_of(invitation)) == ([], "withdrawn")


def test_it_gives_no_right_to_read_before_somebody_accepts(world):
    with access.unscoped("test"):
        before = Seat.objects.count()
    recover(world)
    with access.unscoped("test"):
        assert Seat.objects.count() == before


def test_another_one_takes_the_place_of_the_last(world, monkeypatch):
    first = recover(world)
    old = mailed(monkeypatch)
    recover(world, at=AT + DAY)
    assert state_of(first) == "withdrawn"
    assert asked(secret_hash=hash_of(old), at=AT + DAY) is None
    assert asked(secret_hash=hash_of(mailed(monkeypatch, AT + DAY)), at=AT + DAY).organisation == "Harbour"
    assert LIVES.days == 14


@pytest.mark.parametrize("name", ["Nowhere", "01c2b8c4-fa00-7000-8000-000000000007"])
def test_an_organisation_that_is_not_there_is_not_helped(world, name):
    with pytest.raises(NoSuchOrganisation):
        recover(world, name)
    assert recover(world, str(world.ids["Harbour"]))


def test_of_two_that_are_called_the_same_the_id_is_wanted(world):
    with system():
        from consortio.organisations.models import Organisation

        Organisation.objects.filter(pk=world.ids["Island"]).update(name="Harbour")
    with pytest.raises(NoSuchOrganisation, match="give the id"):
        recover(world)
    assert recover(world, str(world.ids["Harbour"]))


def command(*words):
    from consortio.cli.main import main

    return CliRunner().invoke(main, ["organisation", "recover-lead", *words])


def test_the_command_invites_and_prints_no_link(world, monkeypatch):
    from contextlib import nullcontext

    monkeypatch.setattr("consortio.cli.organisation.writing", nullcontext)
    done = command("Harbour", EVE)

    assert done.exit_code == 0, done.output
    assert "/invitations/" not in done.output and EVE in done.output
    assert events(world.ids["Harbour's house"])[-1] == "lead.recovery"
    refused = command("Nowhere", EVE)
    assert refused.exit_code == 3 and "No organisation" in refused.output
    assert command("Harbour", "eve").exit_code == 2
