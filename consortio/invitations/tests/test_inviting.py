"""Who invites whom, what goes out, and what is kept of it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings

from consortio import access
from consortio.access import NotPermitted, NotVisible
from consortio.access.actor import ROLES
from consortio.access.gate import as_system
from consortio.access.models import Circle, Role
from consortio.approvals.actions import AlreadyProposed, answer_proposal
from consortio.approvals.models import Proposal
from consortio.approvals.reads import proposal_page
from consortio.invitations import mail as mails
from consortio.invitations.actions import (
    IN_AN_HOUR_MAX,
    AlreadyExpected,
    AlreadyInvited,
    LinkByMailOnly,
    NotOpen,
    TooMany,
    resend_invitation,
    take_link,
    withdraw_invitation,
)
from consortio.invitations.reads import asked, invitations_to
from consortio.invitations.rules import LIVES, hash_of
from consortio.organisations.actions import rename_organisation
from consortio.partnerships.actions import leave_partnership, seat_person, unseat_person
from consortio.record.models import Entry, Text

from .builders import AT, DAY, ask_in, change, events, found, invite, letter_of, mailed, secret_in, serve, state_of

MINUTE = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("abe@Harbour", NotPermitted), ("bo@Orchard", NotVisible), ("nobody@Nowhere", NotVisible)],
)
def test_people_are_invited_by_those_who_seat_them(world, who, refusal):
    own = {"house_id": world.ids["Harbour's house"], "house_role_id": world.role("Harbour's house", "observer")}
    with pytest.raises(refusal):
        from consortio.invitations.actions import invite_person

        invite_person(actor=world.actor(who), email="x@example.org", at=AT, **own)
    assert state_of(invite(world)) == "open"


def test_nobody_invites_above_their_own_rights(world):
    world.hire("dee", "ada@Harbour", "deputy")

    with pytest.raises(NotPermitted):
        invite(world, "dee@Harbour", role="lead")
    with pytest.raises(NotPermitted):
        invite(world, "dee@Harbour", role="deputy", joint="coast", there="lead")
    assert invite(world, "dee@Harbour", role="deputy", joint="coast", there="deputy")
    assert invite(world, "ada@Harbour", "lee@harbour.example", role="lead")


@pytest.mark.parametrize("giver", ROLES)
def test_each_role_gives_what_is_within_its_own(world, giver):
    """Six by six: whoever may seat people invites into roles that grant no more than theirs, and nobody else invites."""
    if giver != "lead":
        world.hire("dee", "ada@Harbour", giver)
    who = "ada@Harbour" if giver == "lead" else "dee@Harbour"

    given = set()
    for role in ROLES:
        with suppress(NotPermitted):
            invite(world, who, f"{role.replace(' ', '-')}@harbour.example", role, joint="coast", there=role)
            given.add(role)

    may = {role for role, rights in ROLES.items() if {*rights} <= {*ROLES[giver]}}
    assert given == (may if "circle:seat" in ROLES[giver] else set())
    assert given in ({*ROLES}, {*ROLES} - {"lead"} - {"sponsor"}, set())


def test_one_address_has_one_open_invitation_to_one_place(world):
    first = invite(world)
    with pytest.raises(AlreadyInvited, match="eve@harbour.example is invited already") as again:
        invite(
            world, email="Eve@harbour.example", role="observer", at=AT + LIVES + DAY
        )  # past its days, and sent again
    assert again.value.in_the_way.id == first

    assert state_of(invite(world, email="zoe@harbour.example")) == "open"
    assert state_of(invite(world, "bo@Orchard")) == "open"  # another house knows nothing of it
    there = invite(world, joint="coast", there="observer")  # brings more than the first
    with pytest.raises(AlreadyInvited) as again:
        invite(world, joint="coast", there="observer")
    assert again.value.in_the_way.id == there

    for invitation in (first, there):
        withdraw_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)
    assert state_of(invite(world)) == state_of(invite(world, joint="coast", there="observer")) == "open"


def test_two_organisations_are_not_asked_in_at_one_address(world):
    found(world)
    first = ask_in(world)

    with pytest.raises(AlreadyInvited) as again:
        ask_in(world, name="Rail", email="FERN@ferry.example")
    assert again.value.in_the_way.id == first

    assert state_of(ask_in(world, name="Rail", email="rae@rail.example")) == "open"
    assert state_of(ask_in(world, name="Rail", joint="coast")) == "proposed"  # another place


def test_a_role_of_another_place_is_not_there(world):
    from consortio.invitations.actions import invite_person

    own = {"house_id": world.ids["Harbour's house"], "email": "x@example.org", "at": AT}
    for strange in (
        {"house_role_id": world.role("coast", "observer")},
        {"house_role_id": world.role("Orchard's house", "observer")},
    ):
        with pytest.raises(NotVisible):
            invite_person(actor=world.actor("ada@Harbour"), **own, **strange)
    there = {"joint_id": world.ids["coast"], "role_id": world.role("Harbour's house", "observer")}
    with pytest.raises(NotVisible):
        invite_person(
            actor=world.actor("ada@Harbour"), house_role_id=world.role("Harbour's house", "observer"), **own, **there
        )


def test_a_founder_alone_invites_at_once(world, monkeypatch):
    found(world)

    invitation = ask_in(world)

    (message,) = serve(monkeypatch)
    assert (message.to, state_of(invitation)) == (["fern@ferry.example"], "open")
    assert letter_of(invitation).invitation.expires_at == AT + LIVES


def test_a_house_and_a_side_circle_invite_no_organisation(world):
    for circle in ("Harbour's house", "Harbour only"):
        with pytest.raises((NotVisible, NotPermitted)):
            ask_in(world, joint=circle)


def agree(world, *members):
    with access.unscoped("test"):
        proposal = Proposal.objects.get(circle=world.ids["coast"], kind="admission", state="open")
    yes = {"proposal_id": proposal.pk, "version": proposal.version, "verdict": "approve"}
    for member in members:
        answer_proposal(actor=world.actor(member), at=AT + DAY, **yes)


def test_where_others_take_part_they_all_agree_first(world, monkeypatch):
    invitation = ask_in(world, joint="coast")
    assert (serve(monkeypatch), state_of(invitation)) == ([], "proposed")

    agree(world, "bo@Orchard")
    assert (serve(monkeypatch, AT + DAY), state_of(invitation)) == ([], "proposed")
    agree(world, "cy@Island")

    (message,) = serve(monkeypatch, AT + DAY)
    assert (message.to, state_of(invitation)) == (["fern@ferry.example"], "open")
    assert letter_of(invitation).invitation.expires_at == AT + DAY + LIVES


def test_where_one_objects_nothing_goes_out(world, monkeypatch):
    invitation = ask_in(world, joint="coast")
    with access.unscoped("test"):
        proposal = Proposal.objects.get(circle=world.ids["coast"], kind="admission")

    no = {"proposal_id": proposal.pk, "version": proposal.version, "verdict": "object", "reason": "too soon"}
    assert answer_proposal(actor=world.actor("bo@Orchard"), at=AT + DAY, **no) == "refused"

    assert (serve(monkeypatch, AT + DAY), state_of(invitation)) == ([], "proposed")
    assert invitations_to(actor=world.actor("ada@Harbour"), partnership_id=partnership(world, "coast"), at=AT) == ()


def proposal_of(invitation):
    with access.unscoped("test"):
        return Proposal.objects.get(kind="admission", content__invitation=str(invitation))


def say_yes(world, invitation, who, at):
    proposal = proposal_of(invitation)
    yes = {"proposal_id": proposal.pk, "version": proposal.version, "verdict": "approve"}
    return answer_proposal(actor=world.actor(who), at=at, **yes)


def test_an_admission_is_outdated_once_its_organisation_is_invited_by_another_way(world, monkeypatch):
    first = ask_in(world, joint="coast")
    agree(world, "bo@Orchard", "cy@Island")
    later = AT + LIVES + 2 * DAY
    again = ask_in(world, "bo@Orchard", joint="coast", at=later)  # the first invitation is past its days
    shown = {"actor": world.actor("cy@Island"), "proposal_id": proposal_of(again).pk, "at": later}
    assert not proposal_page(**shown).has_moved_on
    resend_invitation(actor=world.actor("ada@Harbour"), invitation_id=first, at=later)

    assert proposal_page(**shown).has_moved_on
    assert say_yes(world, again, "cy@Island", later + DAY) == "outdated"
    assert (state_of(first), state_of(again)) == ("open", "proposed")


def test_an_admission_is_outdated_once_a_member_is_called_so(world):
    invitation = ask_in(world, joint="coast")
    assert say_yes(world, invitation, "bo@Orchard", AT) == "open"
    rename_organisation(actor=world.actor("cy@Island"), house_id=world.ids["Island's house"], name="FERRY", at=AT)

    assert say_yes(world, invitation, "cy@Island", AT) == "outdated"


def test_whoever_takes_part_or_is_invited_is_not_proposed(world):
    with pytest.raises(AlreadyExpected):
        ask_in(world, name="island", joint="coast")
    with pytest.raises(AlreadyExpected):
        ask_in(world, name="Harbour\u2003 ", joint="coast")
    ask_in(world, joint="coast")
    agree(world, "bo@Orchard", "cy@Island")

    with pytest.raises(AlreadyExpected):
        ask_in(world, "bo@Orchard", name="FERRY", email="other@ferry.example", joint="coast", at=AT + 2 * DAY)
    leave_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], last_day=None, at=AT + 2 * DAY)
    again = ask_in(world, name="Island", email="cy@island.example", joint="coast", at=AT + 3 * DAY)
    assert state_of(again) == "proposed"


def test_one_address_is_proposed_once_by_one_member_and_tells_the_others_nothing(world):
    ask_in(world, joint="coast")

    with pytest.raises(AlreadyProposed, match="A-1 asks for the same"):
        ask_in(world, name="Ferry Ltd", email="FERN@ferry.example", joint="coast")
    assert state_of(ask_in(world, name="Ferry Ltd", email="frank@ferry.example", joint="coast")) == "proposed"
    assert state_of(ask_in(world, "bo@Orchard", name="Rail", joint="coast")) == "proposed"


def test_the_proposal_names_no_address(world):
    ask_in(world, joint="coast")
    with access.unscoped("test"):
        proposal = Proposal.objects.get(circle=world.ids["coast"], kind="admission")

    assert "ferry.example" not in repr(vars(proposal))
    assert proposal.content["name"] == "Ferry"


def test_the_secret_is_in_the_mail_only_and_kept_as_a_hash(world, monkeypatch):
    invitation = invite(world)
    secret = mailed(monkeypatch)

    letter = letter_of(invitation)
    with access.unscoped("test"):
        written = [*Entry.objects.values_list("body", flat=True), *Text.objects.values_list("text", flat=True)]
    kept = repr(vars(letter)) + repr(vars(letter.invitation)) + "".join(written)
    assert (letter.secret_hash, len(secret)) == (hash_of(secret), 64)
    assert secret not in kept and "eve@harbour.example" not in "".join(written)


def test_the_mail_says_who_asks_and_what_and_begins_with_our_address(world, monkeypatch):
    invite(world, joint="coast", there="observer")
    (message,) = serve(monkeypatch)
    link = f"{settings.BASE_URL}/invitations/{secret_in(message)}"

    assert message.subject == "ada invites you to Harbour"
    assert "ada invites you to work for Harbour" in message.body and link in message.body
    assert f'href="{link}"' in message.alternatives[0][0]
    assert "Coast" not in message.subject + message.body


def test_names_with_signs_stand_in_the_text_as_they_are(world, monkeypatch):
    found(world, name="Pier & Quay")
    ask_in(world, name="Tarn & Loom", joint="Pier & Quay")

    (message,) = serve(monkeypatch)

    assert message.subject == "Harbour invites you to “Pier & Quay”"
    assert "Tarn & Loom" in message.body and "Tarn &amp; Loom" in message.alternatives[0][0]


def test_a_mail_tried_again_carries_another_link_and_is_no_copy(world, monkeypatch):
    invite(world)
    made = []
    send = mails.send

    def sends_and_dies(*given, **more):
        send(*given, **more)
        made.append(1)
        if len(made) == 1:
            raise OSError("the line went dead after the mail")

    monkeypatch.setattr(mails, "send", sends_and_dies)
    (first,) = serve(monkeypatch)
    (second,) = serve(monkeypatch, AT + MINUTE)

    assert serve(monkeypatch, AT + DAY) == []
    assert asked(secret_hash=hash_of(secret_in(first)), at=AT) is None
    assert asked(secret_hash=hash_of(secret_in(second)), at=AT).email == "eve@harbour.example"
    ids = [message.extra_headers["Message-ID"] for message in (first, second)]
    assert ids[0] != ids[1] and ids[1].startswith(ids[0].partition("@")[0] + ".2@")


@pytest.mark.parametrize("why", ["withdrawn", "expired", "the inviter has left", "the inviter may no more"])
def test_no_mail_goes_out_for_what_holds_no_more(world, monkeypatch, why):
    world.hire("dee", "ada@Harbour", "deputy")
    invitation, at = invite(world, "dee@Harbour"), AT
    if why == "withdrawn":
        withdraw_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)
    elif why == "expired":
        at = AT + LIVES
    else:
        own = {"joint_id": world.ids["Harbour's house"], "person_id": world.ids["dee"], "at": AT}
        if why == "the inviter has left":
            unseat_person(actor=world.actor("ada@Harbour"), **own)
        else:
            role = world.role("Harbour's house", "contributor")
            seat_person(actor=world.actor("ada@Harbour"), role_id=role, **own)

    assert serve(monkeypatch, at) == []


def test_the_mail_goes_out_while_the_invitation_holds(world, monkeypatch):
    world.hire("dee", "ada@Harbour", "deputy")
    invite(world, "dee@Harbour")
    assert [message.to for message in serve(monkeypatch)] == [["eve@harbour.example"]]


def test_sent_again_the_old_link_is_dead_and_the_days_begin_anew(world, monkeypatch):
    invitation = invite(world)
    old = mailed(monkeypatch)

    resend_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT + DAY)
    assert asked(secret_hash=hash_of(old), at=AT + DAY) is None
    new = mailed(monkeypatch, AT + DAY)

    assert asked(secret_hash=hash_of(new), at=AT + DAY).expires_at == AT + DAY + LIVES
    assert asked(secret_hash=hash_of(old), at=AT + DAY) is None


def test_two_mails_to_one_address_are_a_minute_apart(world):
    invitation, ada = invite(world), world.actor("ada@Harbour")
    with pytest.raises(TooMany):
        resend_invitation(actor=ada, invitation_id=invitation, at=AT)
    resend_invitation(actor=ada, invitation_id=invitation, at=AT + MINUTE)


def test_an_organisation_invites_a_few_people_an_hour_and_not_for_another(world):
    for number in range(IN_AN_HOUR_MAX):
        invite(world, email=f"{number}@example.org")

    with pytest.raises(TooMany):
        invite(world)
    invite(world, "bo@Orchard")
    invite(world, at=AT + timedelta(hours=1))


def test_a_deputy_does_not_send_again_what_only_a_lead_gives(world):
    world.hire("dee", "ada@Harbour", "deputy")
    invitation = invite(world, role="lead")
    with pytest.raises(NotPermitted):
        resend_invitation(actor=world.actor("dee@Harbour"), invitation_id=invitation, at=AT + DAY)
    resend_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT + DAY)


def test_withdrawn_it_is_neither_open_nor_sent_nor_withdrawn_again(world, monkeypatch):
    invitation, ada = invite(world), world.actor("ada@Harbour")
    secret = mailed(monkeypatch)

    withdraw_invitation(actor=ada, invitation_id=invitation, at=AT + DAY)

    assert asked(secret_hash=hash_of(secret), at=AT + DAY) is None
    for again in (resend_invitation, withdraw_invitation):
        with pytest.raises(NotOpen):
            again(actor=ada, invitation_id=invitation, at=AT + DAY)


@pytest.mark.parametrize("act", [resend_invitation, withdraw_invitation, take_link])
def test_another_member_lays_no_hand_on_our_invitations(world, act):
    found(world)
    ours = ask_in(world)
    world.invite("quay", "ada@Harbour", "bo@Orchard")
    world.accept("quay", "bo@Orchard")
    own = invite(world)

    with pytest.raises(NotPermitted):  # Orchard sees that Ferry is invited
        act(actor=world.actor("bo@Orchard"), invitation_id=ours, at=AT + DAY)
    with pytest.raises(NotVisible):  # and nothing of Harbour's house
        act(actor=world.actor("bo@Orchard"), invitation_id=own, at=AT + DAY)
    with pytest.raises(NotPermitted):
        act(actor=world.actor("abe@Harbour"), invitation_id=own, at=AT + DAY)
    act(actor=world.actor("ada@Harbour"), invitation_id=ours, at=AT + DAY)


def test_a_link_is_shown_once_where_no_server_takes_mails_and_the_record_says_so(world, monkeypatch):
    invitation, ada = invite(world), world.actor("ada@Harbour")

    secret = take_link(actor=ada, invitation_id=invitation, at=AT)

    assert asked(secret_hash=hash_of(secret), at=AT).email == "eve@harbour.example"
    assert events(world.ids["Harbour's house"])[-1] == "invitation.shown"
    assert serve(monkeypatch) == []  # its link would be another
    with pytest.raises(LinkByMailOnly):
        take_link(actor=ada, invitation_id=invitation, at=AT)
    resend_invitation(actor=ada, invitation_id=invitation, at=AT + DAY)
    assert take_link(actor=ada, invitation_id=invitation, at=AT + DAY) != secret


def test_where_mails_go_to_a_server_no_link_is_shown(world, settings):
    invitation = invite(world)
    settings.EMAIL_HOST = "mail.example.org"
    with pytest.raises(LinkByMailOnly):
        take_link(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)
    settings.EMAIL_HOST = ""
    assert take_link(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)


def partnership(world, joint):
    with access.unscoped("test"):
        return Circle.objects.get(pk=world.ids[joint]).partnership_id


def listed(world, who, joint="Harbour's house"):
    rows = invitations_to(actor=world.actor(who), partnership_id=partnership(world, joint), at=AT)
    return [(row.name or row.email, row.may_withdraw) for row in rows]


def test_open_invitations_are_listed_to_those_who_may_invite(world):
    invite(world, joint="coast", there="observer")

    assert listed(world, "ada@Harbour") == [("eve@harbour.example", True)]
    assert listed(world, "abe@Harbour") == []
    assert listed(world, "ada@Harbour", "coast") == [("eve@harbour.example", True)]
    for who in ("abe@Harbour", "bo@Orchard", "cy@Island"):
        assert listed(world, who, "coast") == []
    with pytest.raises(NotVisible):
        listed(world, "bo@Orchard")


def test_members_see_which_organisation_is_invited_and_not_its_address(world):
    found(world)
    ask_in(world)
    world.invite("quay", "ada@Harbour", "bo@Orchard")
    world.accept("quay", "bo@Orchard")

    rows = invitations_to(actor=world.actor("bo@Orchard"), partnership_id=partnership(world, "quay"), at=AT)

    assert [(row.name, row.email, row.organisation, row.may_resend) for row in rows] == [
        ("Ferry", "", "Harbour", False)
    ]
    assert listed(world, "ada@Harbour", "quay") == [("Ferry", True)]


def test_a_colleague_who_takes_no_part_learns_of_no_seat_there(world):
    """Somebody who may invite into the house, and does not sit in the partnership, sees the house's invitation only."""
    world.hire("dee", "ada@Harbour", "deputy", joint=None)
    invite(world, joint="coast", there="observer")

    assert listed(world, "dee@Harbour") == [("eve@harbour.example", True)]
    with access.reading(dee := world.actor("dee@Harbour")):
        from consortio.invitations.models import PromisedSeat

        assert not access.visible(dee, PromisedSeat).exists()
    with access.reading(abe := world.actor("abe@Harbour")):
        assert access.visible(abe, PromisedSeat).count() == 1


def test_what_has_passed_its_day_is_listed_as_such(world):
    invitation = invite(world)
    change(invitation, expires_at=AT)
    (row,) = invitations_to(
        actor=world.actor("ada@Harbour"), partnership_id=partnership(world, "Harbour's house"), at=AT
    )
    assert (row.is_over, row.may_show, row.may_resend) == (True, False, True)


def test_rights_that_a_role_lost_end_its_invitations(world, monkeypatch):
    invite(world)
    with as_system("test"):
        Role.objects.filter(circle=world.ids["Harbour's house"], name="lead").update(permissions=["export"])
    assert serve(monkeypatch) == []
