"""The cast: three organisations, one partnership of two and one of all three, made by the product's own actions."""

import random
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from consortio import access, ids
from consortio.access.gate import as_system
from consortio.access.models import Circle, Kind, Role
from consortio.circles.actions import open_body, open_side_circle
from consortio.invitations.accepting import accept_invitation
from consortio.invitations.actions import invite_organisation
from consortio.invitations.rules import hash_of
from consortio.invitations.sending import fresh_secret
from consortio.organisations.actions import hire_person
from consortio.partnerships.actions import found_partnership, register_organisation, seat_person
from tests.notes.actions import write_note

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
LETTERS = {"Harbour": "HAR", "Orchard": "ORC", "Island": "ISL"}


class World:
    """Ids, salts and times come from the name of the step, so a step that is left out changes no other."""

    seed = ""  # another one makes other ids

    def __init__(self, monkeypatch):
        self.patch = monkeypatch
        self.ids: dict[str, UUID] = {}

    @contextmanager
    def step(self, name: str):
        source = random.Random(self.seed + name)
        with self.patch.context() as patch:
            patch.setattr(ids, "_random_bits", source.getrandbits)
            patch.setattr(ids, "_milliseconds", lambda: int(NOON.timestamp() * 1000))
            patch.setattr(ids, "_random_bytes", source.randbytes)
            yield

    def do(self, name: str, function, who: str, /, **arguments) -> UUID:
        with self.step(name):
            self.ids[name] = function(actor=self.actor(who), at=NOON, **arguments)
        return self.ids[name]

    def actor(self, who: str, door="web") -> access.Actor:
        person, _, organisation = who.partition("@")
        return access.actor_for(self.ids.get(person), self.ids.get(organisation), door)

    def client(self, who: str, **options) -> Client:
        """Return a browser in which this person is signed in, acting for that organisation; or nobody."""
        person, _, organisation = who.partition("@")
        client = Client(**options)
        if person in self.ids:
            users, email = get_user_model().objects, f"{person}@example.org"
            with self.step(f"{person}'s account"):
                user = users.filter(email=email).first() or users.create_user(email, person_id=self.ids[person])
            client.force_login(user)
            session = client.session
            session["organisation"] = str(self.ids[organisation])
            session.save()
        return client

    def write(self, title: str, who: str, circle: str, **more) -> UUID:
        words = {"title": self.said(title, circle), "text": self.said(f"All of {title}", circle)}
        return self.do(title, write_note, who, circle_id=self.ids[circle], **words, **more)

    def said(self, text: str, circle: str) -> str:
        """Return what a row of a circle says; other worlds mark it."""
        return text

    def called(self, organisation: str) -> tuple[str, str]:
        """Return what an organisation is called, and its letters; other worlds call it otherwise."""
        return organisation, LETTERS[organisation]

    def hire(self, person: str, lead: str, role: str, joint: str | None = "coast") -> None:
        """Add somebody to the lead's house, and let them take part in the same role."""
        house = f"{lead.partition('@')[2]}'s house"
        own = {"house_id": self.ids[house], "name": person, "role_id": self.role(house, role)}
        self.do(person, hire_person, lead, **own)
        if joint:
            seat = {"joint_id": self.ids[joint], "person_id": self.ids[person], "role_id": self.role(joint, role)}
            self.do(f"{person} in", seat_person, lead, **seat)

    def role(self, circle: str, name: str) -> UUID:
        with access.unscoped("test"):
            return Role.objects.get(circle=self.ids[circle], name=name).pk

    def circle(self, joint: str, kind: Kind, organisation: str | None = None) -> UUID:
        with access.unscoped("test"):
            here = Circle.objects.filter(partnership=Circle.objects.get(pk=self.ids[joint]).partnership_id, kind=kind)
            return here.get(organisation=organisation and self.ids[organisation]).pk

    def register(self, organisation: str, person: str) -> None:
        name, letters = self.called(organisation)
        with self.step(organisation):
            made, lead, house = register_organisation(name=name, letters=letters, lead=person, at=NOON)
        self.ids |= {organisation: made, person: lead, f"{organisation}'s house": house}

    def invite(self, joint: str, inviter: str, invited: str) -> None:
        person, _, organisation = invited.partition("@")
        whom = {"name": self.called(organisation)[0], "email": f"{person}@example.org"}
        self.do(f"invite {organisation} to {joint}", invite_organisation, inviter, joint_id=self.ids[joint], **whom)

    def accept(self, joint: str, invited: str) -> None:
        """Join by the link that would be in the mail."""
        person, _, organisation = invited.partition("@")
        with self.step(f"mail to {organisation} for {joint}"):
            invitation_id = self.ids[f"invite {organisation} to {joint}"]
            _, secret = fresh_secret(invitation_id=invitation_id, asked_at=NOON, at=NOON)
        own = {"house_id": self.ids[f"{organisation}'s house"], "letters": self.called(organisation)[1]}
        link = {"secret_hash": hash_of(secret), "email": f"{person}@example.org"}
        self.do(f"join {organisation} to {joint}", accept_invitation, invited, **own, **link)

    def join(self, joint: str, inviter: str, invited: str) -> None:
        self.invite(joint, inviter, invited)
        self.accept(joint, invited)


def system():
    return as_system("test")


def build(monkeypatch, a_private: bool = True) -> World:
    """Return the world; without `a_private`, the one that differs only in what Harbour did in private."""
    world = begin(World(monkeypatch))
    if a_private:
        act_in_private(world)
    act_together(world)
    return world


def begin(world: World) -> World:
    """Three organisations take part in one partnership, and one note lies on the table."""
    for organisation, person in [("Harbour", "ada"), ("Orchard", "bo"), ("Island", "cy")]:
        world.register(organisation, person)
    own = {"house_id": world.ids["Harbour's house"], "name": "Coast", "letters": world.called("Harbour")[1]}
    world.do("coast", found_partnership, "ada@Harbour", **own)
    for invited in ("bo@Orchard", "cy@Island"):  # while she is alone; later the others would have to agree
        world.invite("coast", "ada@Harbour", invited)
    for invited in ("bo@Orchard", "cy@Island"):
        world.accept("coast", invited)
    world.hire("abe", "ada@Harbour", "contributor")
    world.hire("bea", "bo@Orchard", "observer")
    for house in ("Harbour", "Orchard", "Island"):
        world.ids[f"{house} only"] = world.circle("coast", Kind.HOUSE, house)
    world.ids["public"] = world.circle("coast", Kind.PUBLIC)
    world.write("dredger", "ada@Harbour", "coast")
    return world


def act_in_private(world: World) -> None:
    act_beside_island(world)
    act_alone(world)


def act_beside_island(world: World) -> None:
    """Harbour and Island prepare an offer that Orchard does not hear of."""
    pair = [world.ids["Harbour"], world.ids["Island"]]
    side = {"name": world.said("Offer", "offer"), "letters": "OFF", "organisation_ids": pair}
    world.do("offer", open_side_circle, "ada@Harbour", joint_id=world.ids["coast"], **side)
    world.write("price", "ada@Harbour", "offer")


def act_alone(world: World) -> None:
    """Harbour writes in its house, and in a body to which nobody else was named yet."""
    everyone, lead = [world.ids[name] for name in LETTERS], world.role("coast", "lead")
    body = {"name": world.said("Board", "board"), "letters": "BRD", "organisation_ids": everyone, "role_id": lead}
    world.do("board", open_body, "ada@Harbour", joint_id=world.ids["coast"], **body)
    world.write("lease", "ada@Harbour", "Harbour only")
    world.write("doubt", "abe@Harbour", "Harbour only", about_id=world.ids["dredger"])
    world.write("sponsor", "ada@Harbour", "board")


def act_together(world: World) -> None:
    """What the others do after that must come out the same."""
    world.write("harvest", "bo@Orchard", "coast")
    world.write("frost", "bo@Orchard", "Orchard only", about_id=world.ids["dredger"])
