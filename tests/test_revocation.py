"""
What ends when a right ends: each way in which somebody could go on, against each way of taking the right away.

Everything is prepared while it is permitted: the page is open, the link is copied, the mail is queued, the job runs. Then
the right ends, and the next use finds out. The first row of the table is the twin: nothing ended, and all of it works.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from consortio.access import ANY, unscoped
from consortio.access.models import Seat
from consortio.accounts.models import Token
from consortio.accounts.tokens import make_token, revoke_token
from consortio.accounts.users import end_sessions
from consortio.approvals.actions import answer_proposal
from consortio.approvals.models import Proposal
from consortio.attachments.bringing import bring_file
from consortio.commitments.tests.builders import offer
from consortio.decisions.actions import draft_decision, name_readers, propose_decision
from consortio.decisions.rules import Draft, Option
from consortio.imports.bringing import bring_plan
from consortio.invitations.actions import invite_organisation, invite_person, withdraw_invitation
from consortio.invitations.tests.builders import NEWCOMER
from consortio.jobs import worker
from consortio.jobs.models import Job
from consortio.kpis.actions import claim_readings, define_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.terms import KpiTerms
from consortio.notices.digest import sweep
from consortio.partnerships.actions import leave_partnership, seat_person, unseat_person
from consortio.plans.actions import edit_item, propose_baseline, set_accountable, withdraw_item
from consortio.plans.models import Item
from consortio.plans.tests.builders import bring_in, quay
from consortio.plans.undoing import undo_token
from consortio.plans.window import Look, tree_window
from consortio.record import outbox
from consortio.record.reads import stream
from consortio.remarks.actions import write_remark

from .agreed import agree
from .isolation.observe import undone
from .world import NOON

pytestmark = pytest.mark.slow
WHO, EMAIL = "ben@Orchard", "ben@example.org"
MORNING = datetime(2031, 5, 7, 7, 15, tzinfo=UTC)
FILE = b"Name;Start\nDredge;2031-05-06\n"

# What still works afterwards: yes or no. Roles are lowered from lead to observer.
TABLE = """
                      | nothing | seat | role | organisation | session | token | account | item | invitation
page                  | yes     | no   | yes  | no           | no      | yes   | no      | yes  | yes
API by session        | yes     | no   | yes  | no           | no      | yes   | no      | no   | yes
API by token          | yes     | no   | yes  | no           | yes     | no    | no      | no   | yes
write by session      | yes     | no   | no   | no           | no      | yes   | no      | no   | yes
write by token        | yes     | no   | no   | no           | yes     | no    | no      | no   | yes
running job           | yes     | no   | no   | no           | yes     | yes   | yes     | yes  | yes
queued mention        | yes     | no   | yes  | no           | yes     | yes   | no      | no   | yes
queued nomination     | yes     | no   | yes  | no           | yes     | yes   | no      | no   | yes
queued proposal       | yes     | no   | no   | no           | yes     | yes   | no      | yes  | yes
queued promise        | yes     | no   | no   | no           | yes     | yes   | no      | yes  | yes
queued decision       | yes     | no   | yes  | no           | yes     | yes   | no      | yes  | yes
queued digest         | yes     | no   | yes  | no           | yes     | yes   | no      | yes  | yes
queued invitation     | yes     | no   | no   | no           | yes     | yes   | yes     | yes  | no
export                | yes     | no   | yes  | no           | no      | yes   | no      | no   | yes
download              | yes     | no   | yes  | no           | no      | yes   | no      | yes  | yes
live refresh          | yes     | no   | yes  | no           | no      | yes   | no      | yes  | yes
undo                  | yes     | no   | no   | no           | no      | yes   | no      | no   | yes
link of an invitation | yes     | no   | no   | no           | yes     | yes   | yes     | yes  | no
answer by mail        | yes     | no   | no   | no           | yes     | yes   | no      | yes  | yes
reading by mail       | yes     | no   | no   | no           | yes     | yes   | no      | yes  | yes
promise by mail       | yes     | no   | no   | no           | yes     | yes   | no      | yes  | yes
"""
ABSENT = {  # ways that other systems have and this one has not: whoever adds one adds its row
    "webhook": "nothing is sent to other servers",
    "events": "pages ask; no stream stays open",
    "share": "rows are shared by copies in a wider circle, which has seats of its own",
    "search": "nothing is indexed beside the tables",
    "calendar": "there are no feeds",
    "mcp": "there is no such door yet",
}


class Scene:
    """Ben leads Orchard beside bo, works in a joint plan, and has a browser and a token."""

    def __init__(self, world) -> None:
        self.world, self.ids = world, world.ids
        world.hire("ben", "bo@Orchard", "lead")
        self.plan = bring_in(world, quay(), organisations={}, name="Quay")
        rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=self.plan, look=Look()).rows
        self.item = next(row.id for row in rows if row.name == "Task t1")
        for who in ("ada@Harbour", "bo@Orchard"):
            world.client(who)
        self.browser = world.client(WHO)
        get_user_model().objects.update(made_at=NOON - timedelta(days=30))
        self.user = get_user_model().objects.get(email=EMAIL)
        own = {"organisation_id": self.ids["Orchard"], "name": "nightly", "scopes": ["write"], "days": 30}
        self.token = make_token(user=self.user, at=NOON, **own)
        held = {"circle_id": self.ids["coast"], "name": "piers.txt", "content": b"piers"}
        self.file = bring_file(actor=world.actor("ada@Harbour"), at=NOON, **held)
        self.serve()
        self.invitation: UUID | None = None

    def serve(self) -> None:
        outbox.serve_due(clock=lambda: NOON)

    def get(self, address: str) -> str | None:
        """Return what ben's browser is shown; nothing where it is refused."""
        answer = self.browser.get(address)
        return answer.getvalue().decode("utf-8", "replace") if answer.status_code == 200 else None

    def call(self, method: str = "GET", body: object = None, *, by_token: bool) -> int:
        headers = {"Authorization": f"Bearer {self.token}"} if by_token else {}
        browser = Client() if by_token else self.browser
        address, text = f"/api/v1/plans/items/{self.item}", "" if body is None else json.dumps(body)
        return browser.generic(method, address, text, "application/json", headers=headers).status_code

    @property
    def version(self) -> int:
        with unscoped("test"):
            return Item.objects.get(pk=self.item).version

    @property
    def note(self) -> str:
        with unscoped("test"):
            return Item.objects.get(pk=self.item).note

    def told(self, words: str, email: str = EMAIL) -> bool:
        """Tell whether somebody got a mail with these words."""
        return any(email in message.to and words in message.subject + message.body for message in mail.outbox)

    def invite(self) -> None:
        roles = {"house_role_id": self.world.role("Orchard's house", "observer")}
        roles |= {"joint_id": self.ids["coast"], "role_id": self.world.role("coast", "observer")}
        own = {"house_id": self.ids["Orchard's house"], "email": "eve@example.org", **roles}
        self.invitation = invite_person(actor=self.world.actor(WHO), at=NOON, **own)


Use = Callable[[], bool]


def page(scene: Scene) -> Use:
    return lambda: "Task t1" in (scene.get(f"/items/{scene.item}") or "")


def api_by_session(scene: Scene) -> Use:
    return lambda: scene.call(by_token=False) == 200


def api_by_token(scene: Scene) -> Use:
    return lambda: scene.call(by_token=True) == 200


def write_by_session(scene: Scene) -> Use:
    return _writing(scene, by_token=False)


def write_by_token(scene: Scene) -> Use:
    return _writing(scene, by_token=True)


def _writing(scene: Scene, *, by_token: bool) -> Use:
    def use() -> bool:
        status = scene.call("PATCH", {"version": scene.version, "note": "by ben"}, by_token=by_token)
        assert (status == 200) == (scene.note == "by ben")
        return status == 200

    return use


def running_job(scene: Scene) -> Use:
    """The worker has taken it when the right ends."""
    where = {"home_id": scene.ids["Orchard only"], "target_id": scene.ids["coast"]}
    bring_plan(actor=scene.world.actor(WHO), name="plan.csv", content=FILE, at=NOON, **where)
    job = worker._take()

    def use() -> bool:
        worker.run(job)
        with unscoped("test"):
            return Job.objects.get(pk=job.pk).state == "done"

    return use


def queued_mention(scene: Scene) -> Use:
    about = {"circle_id": scene.ids["coast"], "subject_id": scene.item}
    write_remark(actor=scene.world.actor("ada@Harbour"), text="@ben, cold words", at=NOON, **about)
    return _served(scene, "cold words")


def queued_nomination(scene: Scene) -> Use:
    asked = {"item_id": scene.item, "version": scene.version, "person_id": scene.ids["ben"]}
    set_accountable(actor=scene.world.actor("ada@Harbour"), at=NOON, **asked)
    return _served(scene, "Will you answer for “Task t1”?")


def queued_proposal(scene: Scene) -> Use:
    propose_baseline(actor=scene.world.actor("ada@Harbour"), plan_id=scene.plan, name="as agreed", days=7, at=NOON)
    return _served(scene, "as agreed")


def queued_promise(scene: Scene) -> Use:
    offer(scene.world, who="ada@Harbour", promiser="Harbour", receiver="Orchard", name="A longer pier")
    return _served(scene, "A longer pier")


def queued_decision(scene: Scene) -> Use:
    draft = Draft("Who digs?", options=(Option("cold sand"),), choice=0)
    ada = scene.world.actor("ada@Harbour")
    made = draft_decision(actor=ada, circle_id=scene.ids["coast"], draft=draft, at=NOON)
    asked = propose_decision(actor=ada, decision_id=made, version=1, days=7, at=NOON)
    agree(actor=ada, proposal_id=asked, at=NOON)
    name_readers(actor=ada, decision_id=made, person_ids=[scene.ids["ben"]], at=NOON)
    return _served(scene, "You must know: D-1 Who digs?")


def answer_by_mail(scene: Scene) -> Use:
    """A link in a mail that is there already."""
    propose_baseline(actor=scene.world.actor("ada@Harbour"), plan_id=scene.plan, name="as agreed", days=7, at=NOON)
    scene.serve()
    (way,) = links(r"/answers/\S+")
    return lambda: Client().post(way, {"verdict": "abstain", "version": 1}).status_code == 302


def reading_by_mail(scene: Scene) -> Use:
    """A link in the mail of this morning, to a reading that waits to be confirmed."""
    ada, terms = scene.world.actor("ada@Harbour"), KpiTerms(name="Dredged", is_headline=True)
    kpi = define_kpi(actor=ada, circle_id=scene.ids["coast"], terms=terms, at=NOON)
    said = Claim(date(2031, 3, 1), date(2031, 4, 1), Decimal("38.4"))
    claim_readings(actor=ada, kpi_id=kpi, claims=[said], at=NOON)
    with time_machine.travel(MORNING, tick=False):
        sweep(lambda: MORNING)
    (way,) = links(r"/readings/answers/\S+")
    return lambda: Client().post(way, {"word": "confirm", "version": 1}).status_code == 302


def promise_by_mail(scene: Scene) -> Use:
    offer(scene.world, who="ada@Harbour", promiser="Harbour", receiver="Orchard", name="A longer pier")
    scene.serve()
    (way,) = links(r"/commitments/answers/\S+")
    return lambda: Client().post(way, {"step": "accepted", "version": 1}).status_code == 302


def links(pattern: str) -> list[str]:
    """Return the links of a kind in ben's mails."""
    told = "".join(message.body for message in mail.outbox if EMAIL in message.to)
    return re.findall(f"http://127.0.0.1:8000({pattern})", told)


def queued_invitation(scene: Scene) -> Use:
    """All members agreed to it; it goes out in ben's name."""
    asked = {"joint_id": scene.ids["coast"], "name": "Ferry", "email": "fern@example.org"}
    scene.invitation = invite_organisation(actor=scene.world.actor(WHO), at=NOON, **asked)
    with unscoped("test"):
        proposal = Proposal.objects.get(kind="admission", state="open")
    for who in ("ada@Harbour", "cy@Island"):
        yes = {"proposal_id": proposal.pk, "version": ANY, "verdict": "approve"}
        answer_proposal(actor=scene.world.actor(who), at=NOON, **yes)
    return _served(scene, "Coast", "fern@example.org")


def _served(scene: Scene, *told: str) -> Use:
    def use() -> bool:
        scene.serve()
        return scene.told(*told)

    return use


def queued_digest(scene: Scene) -> Use:
    about = {"circle_id": scene.ids["coast"], "subject_id": scene.plan}
    write_remark(actor=scene.world.actor("ada@Harbour"), text="warm words", at=NOON, **about)

    def use() -> bool:
        with time_machine.travel(MORNING, tick=False):
            sweep(lambda: MORNING)
        return scene.told("warm words")

    return use


def export(scene: Scene) -> Use:
    return lambda: "Task t1" in (scene.get(f"/plans/{scene.plan}/export.csv") or "")


def download(scene: Scene) -> Use:
    return lambda: scene.get(f"/files/{scene.file}") == "piers"


def live_refresh(scene: Scene) -> Use:
    """The cursor of an open page, and what happens after it."""
    cursor = stream(actor=scene.world.actor(WHO), cursor="").cursor

    def use() -> bool:
        about = {"circle_id": scene.ids["coast"], "subject_id": scene.plan}
        write_remark(actor=scene.world.actor("ada@Harbour"), text="later words", at=NOON, **about)
        joint = str(scene.ids["coast"])
        seen = {joint in (scene.get(f"{way}?since={cursor}") or "") for way in ("/changes", "/changes/any")}
        last = scene.get(f"/circles/{joint}/changes/0") or ""
        assert len(seen | {joint in last}) == 1  # all three say the same
        return seen == {True}

    return use


def undo(scene: Scene) -> Use:
    ben = scene.world.actor(WHO)
    said = {"item_id": scene.item, "version": scene.version, "values": {"note": "too much"}}
    token = undo_token(ben, edit_item(actor=ben, at=NOON, **said).undo)

    def use() -> bool:
        scene.browser.post("/undo", {"token": token})
        return scene.note == ""

    return use


def link_of_an_invitation(scene: Scene) -> Use:
    """Eve has ben's word that she may sit in the partnership, too."""
    scene.invite()
    scene.serve()
    (letter,) = [message for message in mail.outbox if "eve@example.org" in message.to]
    link = re.search(r"/invitations/[0-9a-f]{64}", letter.body)[0]

    def use() -> bool:
        Client().post(link, NEWCOMER)
        with unscoped("test"):
            return Seat.objects.filter(circle=scene.ids["coast"], person__name=NEWCOMER["name"]).exists()

    return use


WAYS = {
    function.__name__.replace("_", " ").replace("api", "API"): function
    for function in (
        page, api_by_session, api_by_token, write_by_session, write_by_token, running_job, queued_mention,
        queued_nomination, queued_proposal, queued_promise, queued_decision, queued_digest, queued_invitation, export,
        download, live_refresh, undo,
        link_of_an_invitation, answer_by_mail, reading_by_mail, promise_by_mail,
    )
}  # fmt: skip


def end_seat(scene: Scene) -> None:
    joint = {"joint_id": scene.ids["coast"], "person_id": scene.ids["ben"]}
    unseat_person(actor=scene.world.actor("bo@Orchard"), at=NOON, **joint)


def lower_role(scene: Scene) -> None:
    role = {"joint_id": scene.ids["coast"], "role_id": scene.world.role("coast", "observer")}
    seat_person(actor=scene.world.actor("bo@Orchard"), person_id=scene.ids["ben"], at=NOON, **role)


def leave(scene: Scene) -> None:
    leave_partnership(actor=scene.world.actor("bo@Orchard"), joint_id=scene.ids["coast"], last_day=None, at=NOON)


def revoke_session(scene: Scene) -> None:
    assert end_sessions(scene.user) == 1


def end_token(scene: Scene) -> None:
    assert revoke_token(scene.user, Token.objects.get(user=scene.user).pk, NOON)


def close_account(scene: Scene) -> None:
    """The product has no page for this yet; an operator closes the account in the table."""
    get_user_model().objects.filter(pk=scene.user.pk).update(is_active=False)


def withdraw(scene: Scene) -> None:
    withdraw_item(actor=scene.world.actor("ada@Harbour"), item_id=scene.item, version=scene.version, at=NOON)


def take_invitation_back(scene: Scene) -> None:
    if scene.invitation:
        withdraw_invitation(actor=scene.world.actor("bo@Orchard"), invitation_id=scene.invitation, at=NOON)


REVOCATIONS: dict[str, Callable[[Scene], None]] = {
    "nothing": lambda scene: None,
    "seat": end_seat,
    "role": lower_role,
    "organisation": leave,
    "session": revoke_session,
    "token": end_token,
    "account": close_account,
    "item": withdraw,
    "invitation": take_invitation_back,
}


def table() -> dict[str, dict[str, str]]:
    """Return, by what ended and by way, whether it still works."""
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip("\n").splitlines()]
    return {ended: {row[0]: row[at] for row in rows} for at, ended in enumerate(head) if at}


@contextmanager
def prepared(scene: Scene, way: str) -> Iterator[Use]:
    with undone():
        mail.outbox = []
        yield WAYS[way](scene)


@pytest.fixture
def scene(world, tmp_path, settings) -> Iterator[Scene]:
    settings.FILES = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield Scene(world)


@pytest.mark.parametrize("ended", REVOCATIONS)
def test_what_still_works_when_a_right_has_ended(scene, ended):
    found = {}
    for way in WAYS:
        with prepared(scene, way) as use:
            REVOCATIONS[ended](scene)
            found[way] = "yes" if use() else "no"
            scene.invitation = None
    assert found == table()[ended]


def test_the_table_has_each_cell_and_its_twin():
    assert table().keys() == REVOCATIONS.keys()
    assert all(column.keys() == WAYS.keys() for column in table().values())
    assert {cell for column in table().values() for cell in column.values()} == {"yes", "no"}
    assert set(table()["nothing"].values()) == {"yes"}
    assert all("no" in {column[way] for column in table().values()} for way in WAYS)


def test_ways_that_are_not_there_are_not_there():
    addresses = " ".join(str(pattern.pattern) for pattern in get_resolver().url_patterns)
    routes = json.dumps([str(key) for key in get_resolver().reverse_dict]) + addresses
    assert [way for way in ABSENT if way in routes] == []
