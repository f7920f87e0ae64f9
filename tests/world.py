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
from tests.notes.actions import write_note
from consortio.organisations.actions import hire_person
from consortio.partnerships.actions import (
    accept_invitation,
    found_partnership,
    invite_organisation,
    register_organisation,
    seat_person,
)

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
LETTERS = {"Harbour": "HAR", "Orchard": "ORC", "Island": "ISL"}


class World:
    """Ids, salts and times come from the name of the step, so a step that is left out changes no other."""

    def __init__(self, monkeypatch):
        self.patch, self.steps = monkeypatch, 0
        self.ids: dict[str, UUID] = {}

    @contextmanager
    def step(self, name: str):
        source = random.Random(name)
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
        return self.do(title, write_note, who, circle_id=self.ids[circle], title=title, text=f"All of {title}", **more)

    def role(self, circle: str, name: str) -> UUID:
        with access.unscoped("test"):
            return Role.objects.get(circle=self.ids[circle], name=name).pk

    def circle(self, joint: str, kind: Kind, organisation: str | None = None) -> UUID:
        with access.unscoped("test"):
            here = Circle.objects.filter(partnership=Circle.objects.get(pk=self.ids[joint]).partnership_id, kind=kind)
            return here.get(organisation=organisation and self.ids[organisation]).pk

    def register(self, organisation: str, person: str) -> None:
        with self.step(organisation):
            letters = LETTERS[organisation]
            made, lead, house = register_organisation(name=organisation, letters=letters, lead=person, at=NOON)
        self.ids |= {organisation: made, person: lead, f"{organisation}'s house": house}

    def join(self, joint: str, inviter: str, invited: str) -> None:
        organisation = invited.partition("@")[2]
        at = {"joint_id": self.ids[joint], "name": organisation}
        secret = self.do(f"invite {organisation}", invite_organisation, inviter, **at)
        house = {"house_id": self.ids[f"{organisation}'s house"], "letters": LETTERS[organisation]}
        self.do(f"join {organisation}", accept_invitation, invited, secret=secret, **house)


def system():
    return as_system("test")


def build(monkeypatch, a_private: bool = True) -> World:
    """Return the world; without `a_private`, the one that differs only in what Harbour did in-house."""
    world = World(monkeypatch)
    for organisation, person in [("Harbour", "ada"), ("Orchard", "bo"), ("Island", "cy")]:
        world.register(organisation, person)
    own = {"house_id": world.ids["Harbour's house"], "name": "Coast", "letters": "HAR"}
    joint = world.do("coast", found_partnership, "ada@Harbour", **own)
    for invited in ("bo@Orchard", "cy@Island"):
        world.join("coast", "ada@Harbour", invited)
    for house, who, role in [("Harbour", "abe", "contributor"), ("Orchard", "bea", "observer")]:
        lead = f"{'ada' if house == 'Harbour' else 'bo'}@{house}"
        home = world.ids[f"{house}'s house"]
        world.do(who, hire_person, lead, house_id=home, name=who, role_id=world.role(f"{house}'s house", role))
        world.do(
            f"{who} in", seat_person, lead, joint_id=joint, person_id=world.ids[who], role_id=world.role("coast", role)
        )
    for house in ("Harbour", "Orchard", "Island"):
        world.ids[f"{house} only"] = world.circle("coast", Kind.HOUSE, house)
    world.ids["public"] = world.circle("coast", Kind.PUBLIC)
    world.write("dredger", "ada@Harbour", "coast")
    if a_private:
        pair = [world.ids["Harbour"], world.ids["Island"]]
        side = {"name": "Offer", "letters": "OFF", "organisation_ids": pair}
        world.do("offer", open_side_circle, "ada@Harbour", joint_id=joint, **side)
        everyone, lead = [*pair, world.ids["Orchard"]], world.role("coast", "lead")
        body = {"name": "Board", "letters": "BRD", "organisation_ids": everyone, "role_id": lead}
        world.do("board", open_body, "ada@Harbour", joint_id=joint, **body)
        world.write("lease", "ada@Harbour", "Harbour only")
        world.write("doubt", "abe@Harbour", "Harbour only", about_id=world.ids["dredger"])
        world.write("price", "ada@Harbour", "offer")
        world.write("sponsor", "ada@Harbour", "board")
    world.write("harvest", "bo@Orchard", "coast")
    world.write("frost", "bo@Orchard", "Orchard only", about_id=world.ids["dredger"])
    return world
