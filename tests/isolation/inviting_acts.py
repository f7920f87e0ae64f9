"""The story of invitations: organisations and people are asked in, links go out, are spent and withdrawn, and some leave."""

from datetime import datetime, timedelta

from consortio import access
from consortio.approvals.actions import answer_proposal
from consortio.approvals.models import Proposal
from consortio.invitations.accepting import Newcomer, accept_as_newcomer
from consortio.invitations.actions import (
    decline_invitation,
    invite_organisation,
    invite_person,
    recover_lead,
    resend_invitation,
    take_link,
    withdraw_invitation,
)
from consortio.invitations.rules import hash_of
from consortio.invitations.sending import fresh_secret
from consortio.organisations.actions import rename_person
from consortio.partnerships.actions import (
    found_partnership,
    leave_partnership,
    stay_in_partnership,
    unseat_person,
)
from consortio.record import outbox
from tests.world import NOON

from .canaries import STEM
from .chapters import BESIDE_ISLAND, after, before, private
from .story import HARBOURS, PASSWORD, Story

EARLIER, SOON = NOON - timedelta(minutes=5), NOON + timedelta(minutes=5)


@before
def asked_in(story: Story) -> None:
    """Ferry is asked in by all members, and Orchard has asked somebody into its house."""
    _invite_organisation(story, "Ferry", "coast", "Ferry", "fern@example.org", ["bo@Orchard", "cy@Island"])
    _invite_person(story, "Orchard", "bo@Orchard", "ned@example.org", seat=("coast", "observer in coast"), at=EARLIER)
    _serve(story)


@private("invitations", knowing=BESIDE_ISLAND)
def asked_to_the_pier(story: Story) -> None:
    """Harbour and Island ask a third to the pier; at the jetty Island thinks better of leaving, and then leaves."""
    name, email = story.said("a third", "pier"), _address(story, "third", "Harbour in Pier only")
    _invite_organisation(story, "the third", "pier", name, email, ["cy@Island"])
    own = {"name": story.said("Jetty", "jetty"), "letters": story.called("Harbour")[1]}
    story.do("jetty", found_partnership, "ada@Harbour", house_id=story.ids["Harbour's house"], **own)
    story.join("jetty", "ada@Harbour", "cy@Island")
    joint = {"joint_id": story.ids["jetty"]}
    story.act("Island leaves soon", leave_partnership, "cy@Island", last_day=NOON.date(), **joint)
    story.act("Island stays", stay_in_partnership, "cy@Island", **joint)
    story.act("Island leaves", leave_partnership, "cy@Island", last_day=None, **joint)


@private("invitations", "organisations")
def asked_into_our_house(story: Story) -> None:
    """Harbour asks people into its house and straight into partnerships, sends again, withdraws and shows links."""
    for name, seat in [
        ("ivy", ("coast", "observer in coast")),
        ("ike", ("pier", "lead in pier") if "pier" in story.ids else ("coast", "observer in coast")),
        ("ira", None),
        ("ina", None),
        ("ida", None),
    ]:
        email = _address(story, name, "Harbour's house")
        _invite_person(story, name, "ada@Harbour", email, seat=seat)
    ada = story.actor("ada@Harbour")
    with story.step("ivy is asked again"):
        resend_invitation(actor=ada, invitation_id=story.ids["ivy's invitation"], at=SOON)
    story.act("ike's is withdrawn", withdraw_invitation, "ada@Harbour", invitation_id=story.ids["ike's invitation"])
    story.act("ira's link", take_link, "ada@Harbour", invitation_id=story.ids["ira's invitation"])
    with story.step("ina declines"):
        decline_invitation(secret_hash=hash_of(_secret(story, "ina")), at=NOON)
    with story.step("ida comes"):
        link = {"secret_hash": hash_of(_secret(story, "ida")), "email": _address(story, "ida", "Harbour's house")}
        name = story.said("ida", "Harbour's house")
        story.ids["ida"] = accept_as_newcomer(newcomer=Newcomer(name, PASSWORD), at=NOON, **link).person_id
    gone = {"joint_id": story.ids["Harbour's house"], "person_id": story.ids["ida"]}
    story.act("ida goes", unseat_person, "ada@Harbour", **gone)
    with story.step("the operator helps"):
        email = _address(story, "new lead", "Harbour's house")
        story.ids["operator's invitation"] = recover_lead(organisation=story.called("Harbour")[0], email=email, at=NOON)


@after
def asked_in_later(story: Story) -> None:
    """What must come out the same; the mails of everybody go out."""
    _invite_person(story, "Orchard later", "bo@Orchard", "nell@example.org", seat=("coast", "observer in coast"))
    own = {"house_id": story.ids["Harbour's house"], "name": "Ada"}
    story.act("ada has a longer name", rename_person, "ada@Harbour", **own)
    _serve(story)


def _invite_organisation(story: Story, whose: str, joint: str, name: str, email: str, others: list[str]) -> None:
    asked = {"joint_id": story.ids[joint], "name": name, "email": email}
    story.do(f"{whose}'s invitation", invite_organisation, "ada@Harbour", **asked)
    with access.unscoped("test"):
        proposal = Proposal.objects.get(circle=story.ids[joint], kind="admission", state="open")
    yes = {"proposal_id": proposal.pk, "version": proposal.version, "verdict": "approve"}
    for who in others:
        story.act(f"{who} agrees to {whose}", answer_proposal, who, **yes)


def _invite_person(
    story: Story, whose: str, who: str, email: str, seat: tuple[str, str] | None, at: datetime = NOON
) -> None:
    house = f"{who.partition('@')[2]}'s house"
    asked = {"house_id": story.ids[house], "house_role_id": story.role(house, "observer"), "email": email}
    if seat:
        asked |= {"joint_id": story.ids[seat[0]], "role_id": story.ids[seat[1]]}
    with story.step(f"{whose}'s invitation"):
        story.ids[f"{whose}'s invitation"] = invite_person(actor=story.actor(who), at=at, **asked)


def _secret(story: Story, whose: str) -> str:
    made = fresh_secret(invitation_id=story.ids[f"{whose}'s invitation"], asked_at=NOON, at=NOON)
    return made[1]


def _address(story: Story, name: str, circle: str) -> str:
    """Return an address that only Harbour knows; mails to it are read by nobody who observes."""
    said = story.said(name, circle)
    email = f"{said[said.index(STEM) :]}@example.org"
    HARBOURS.add(email)
    return email


def _serve(story: Story) -> None:
    """Do what follows from what was done, each effect by its own chance."""
    while taken := outbox._take(SOON):
        with story.step(f"effect {taken[0].effect_id}"):
            outbox._do(*taken, lambda: SOON)
