"""
Faults that systems like ours had, each a test of ours: CVE-2026-104966 and those that follow it in our list.

Those that ask every address at once are in `test_forged_ids`.
"""

import ast
import re
from itertools import product
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consortio import access
from consortio.access import NotPermitted
from consortio.access.actor import ROLES, Permission
from consortio.access.models import Seat
from consortio.access.seating import LastLead
from consortio.accounts.models import User
from consortio.accounts.tokens import make_token
from consortio.api import description
from consortio.interchange.reading import read_bytes
from consortio.partnerships.actions import seat_person, unseat_person
from consortio.plans.importing import import_plan, prepare_import
from consortio.plans.models import Item
from consortio.record.reads import history

from .isolation import samples
from .isolation.observe import Observer, Request, undone
from .isolation.routes import IS_WHOLE, routes
from .world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SOURCES = Path(__file__).parents[1] / "consortio"
UUIDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def story(twins):
    with twins.world() as story:
        yield story


@pytest.fixture(scope="module")
def bo(story):
    return Observer(story, "bo@Orchard")


def test_1_ids_of_two_worlds_in_one_address_are_not_there(story, bo):
    """Plane, CVE-2026-104966: a nested id that is not bound to the one before it."""
    nested = [route for route in routes() if sum(bool(samples.kind_of(name)) for name, _ in route.slots) > 1]
    for route in nested:
        values = {name: some_of(samples.slot_values(story, name)) for name, _ in route.slots}
        for chosen, address in route.filled(values):
            if set(chosen) & set(map(str, hidden_ids(story))):
                for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                    assert bo.ask(Request(method, route.template, address)).status in (404, 405), address


def some_of(values):
    """Return the first row of those that one sees, the last two of those that one does not, and the one of nothing."""
    return values if IS_WHOLE else [*values[:1], *values[-3:]]


def hidden_ids(story):
    return [story.ids[name] for kind in samples.KINDS.values() for name in kind.private]


def test_2_the_history_of_a_row_is_seen_by_those_who_see_the_row(story):
    """Plane, CVE-2026-102980: versions and bulk addresses without the rule of the row itself."""
    rows = [story.ids[name] for name in ("lease", "permit", "drawing", "berths")]

    assert len(history(actor=story.actor("ada@Harbour"), subject_ids=rows)) > 4
    for who in ("bo@Orchard", "cy@Island", "quin@Quay"):
        assert history(actor=story.actor(who), subject_ids=rows) == ()


def test_3_a_download_asks_again_who_may_see_the_row(story):
    """Vikunja, CVE-2026-56765: a file stays open after the right to see its row has ended."""
    browsers = {who: Observer(story, who) for who in ("ada@Harbour", "abe@Harbour", "bo@Orchard", "nobody@Nowhere")}
    file = Request("GET", "", f"/files/{story.ids['drawing']}")
    statuses = {who: browser.ask(file).status for who, browser in browsers.items()}
    assert statuses == {"ada@Harbour": 200, "abe@Harbour": 200, "bo@Orchard": 404, "nobody@Nowhere": 404}

    with undone():
        out = {"joint_id": story.ids["coast"], "person_id": story.ids["abe"], "at": NOON}
        unseat_person(actor=story.actor("ada@Harbour"), **out)
        assert browsers["abe@Harbour"].ask(file).status == 404
    assert browsers["ada@Harbour"].ask(Request("GET", "", f"/files/{story.ids['wrong']}")).status == 404  # withdrawn


def test_6_a_right_in_one_partnership_is_none_in_another(story):
    """OpenProject, CVE-2026-23721: a permission held in any project sufficed."""
    with undone():
        role, house = story.ids["lead in Orchard's house"], story.ids["Orchard's house"]
        seat = {"joint_id": house, "person_id": story.ids["bea"], "role_id": role, "at": NOON}
        seat_person(actor=story.actor("bo@Orchard"), **seat)
        bea = Observer(story, "bea@Orchard")

        def answers(circle, partnership, plan):
            yield bea.ask(Request("POST", "", f"/circles/{story.ids[circle]}/notes/new")).status
            yield bea.ask(Request("POST", "", f"/partnerships/{story.ids[partnership]}/members/part")).status
            yield bea.ask(Request("POST", "", f"/plans/{story.ids[plan]}/baselines")).status

        assert list(answers("coast", "Coast", "works")) == [403, 403, 403]
        assert bea.ask(Request("POST", "", f"/circles/{house}/notes/new")).status == 404  # about a note of the coast
        plain = (("about_id", ""),)
        assert bea.ask(Request("POST", "", f"/circles/{house}/notes/new", fields=plain)).status == 302


def named_by_data(source):
    """Yield each place where an attribute's name is not written in the source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr", "delattr", "hasattr"):
            if not isinstance(node.args[1], ast.Constant):
                yield ast.unparse(node)
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "__dict__"
            or isinstance(node, ast.Name)
            and node.id == "vars"
        ):
            yield ast.unparse(node)


def test_8_no_attribute_is_called_what_a_request_says():
    """OpenProject, GHSA-9c69-v342-vqr7: a method that the sender named was called."""
    doors = ("views.py", "api.py", "forms.py", "address.py", "middleware.py", "choices.py")
    found = {path.relative_to(SOURCES).as_posix(): list(named_by_data(path.read_text()))
             for path in SOURCES.rglob("*.py") if path.name in doors}  # fmt: skip

    assert len(found) > 20
    # Their names come from tuples and dataclasses of ours, beside the call.
    assert {path for path, uses in found.items() if uses} <= {
        "approvals/api.py",
        "commitments/address.py",
        "commitments/api.py",
        "costs/api.py",
        "costs/views.py",
        "decisions/forms.py",
        "forecasts/api.py",
        "forecasts/views.py",
        "goals/api.py",
        "goals/forms.py",
        "imports/api.py",
        "kpis/api.py",
        "kpis/forms.py",
        "kpis/views.py",
        "levelling/address.py",
        "levelling/api.py",
        "plans/address.py",
        "plans/api.py",
        "results/api.py",
        "risks/api.py",
        "simulations/api.py",
        "ui/views.py",
    }
    assert list(named_by_data("getattr(row, request.GET['sort'])")) and not list(named_by_data("getattr(row, 'name')"))


@pytest.mark.parametrize(
    "word", ["owner__password", "x__startswith", "__class__", "pk", "objects", "delete", "person__name"]
)
@pytest.mark.parametrize("page", ["/plans/{}", "/plans/{}/table", "/api/v1/plans/{}/items"])
def test_9_sorting_by_a_word_that_is_none_of_ours_asks_the_database_nothing_new(story, bo, page, word):
    """Strapi, CVE-2026-27886: columns of other tables were read through the sort order."""
    address = page.format(story.ids["works"])

    def asked_for(sort):
        with CaptureQueriesContext(connection) as queries:
            answer = bo.ask(Request("GET", "", address, (("sort", sort),)))
        return answer.status, [query["sql"] for query in queries if "FROM" in query["sql"]]

    status, sql = asked_for(word)
    assert status in (200, 422) and sql == asked_for("nonsense")[1]
    assert not any("password" in statement and "plans_" in statement for statement in sql)


def test_10_an_import_makes_rows_and_takes_none(story):
    """GitLab 37286: an archive named rows of others, which the import then owned."""
    theirs = {name: str(story.ids[name]) for name in ("removal", "permit", "works", "coast", "Harbour")}
    heads = "Id;Name;pk;uuid;plan_id;circle_id;parent_id;organisation_id;item_ids;Start;Finish"
    lines = [f"{pk};{name};{pk};{pk};{theirs['works']};{theirs['coast']};{theirs['permit']};{theirs['Harbour']};{pk};2031-05-05;2031-05-09"
             for name, pk in theirs.items()]  # fmt: skip
    file = "\n".join([heads, *lines]).encode()
    with access.unscoped("test"):
        before = list(Item.objects.order_by("pk").values())

    with undone():
        prepared = prepare_import(plan=read_bytes(file, "theft.csv"), circle_id=story.ids["Orchard only"])
        plan_id = import_plan(actor=story.actor("bo@Orchard"), circle_id=story.ids["Orchard only"], prepared=prepared,
                              file_name="theft.csv", file=file, at=NOON)  # fmt: skip
        with access.unscoped("test"):
            assert list(Item.objects.exclude(plan=plan_id).order_by("pk").values()) == before
            made = Item.objects.filter(plan=plan_id)
            assert {str(item.circle_id) for item in made} == {str(story.ids["Orchard only"])}
            assert made.count() == len(theirs) and not {str(item.pk) for item in made} & set(theirs.values())


FIVE = ["lead", "deputy", "project manager", "contributor", "observer"]


@pytest.mark.parametrize("requester", FIVE)
def test_11_nobody_gives_or_takes_a_role_above_their_own(story, requester):
    """Plane, GHSA-x63v-p7wc-47x4: the check looked at the role of whoever was to be changed, and at no other."""
    ada, joint = story.actor("ada@Harbour"), story.ids["coast"]

    def seat(actor, person, role):
        given = {"joint_id": joint, "person_id": story.ids[person], "role_id": story.role("coast", role)}
        seat_person(actor=actor, **given, at=NOON)

    with undone():
        seat(ada, "abe", requester)
        may_seat = Permission.CIRCLE_SEAT in ROLES[requester]
        for target, role, person in product(FIVE, FIVE, ("ava", "abe")):
            with undone():
                if person == "ava":
                    seat(ada, "ava", target)
                elif target != requester:
                    continue  # of oneself, one has the role that one has
                touched = {*ROLES[role], *(() if person == "abe" else ROLES[target])}
                allowed = may_seat and touched <= set(ROLES[requester])
                assert is_let(seat, story.actor("abe@Harbour"), person, role) is allowed, (target, role, person)


def is_let(act, *arguments):
    try:
        act(*arguments)
    except NotPermitted:
        return False
    return True


def test_11_the_last_lead_of_an_organisation_stays(story):
    with pytest.raises(LastLead):
        role = story.role("coast", "observer")
        lead = {"joint_id": story.ids["coast"], "person_id": story.ids["ada"], "role_id": role, "at": NOON}
        seat_person(actor=story.actor("ada@Harbour"), **lead)


def test_12_whom_one_may_choose_one_shares_a_circle_with(story, bo):
    with access.unscoped("test"):
        strangers = {str(story.ids[name]) for name in ("zoe", "quin", "fern")}
        assert Seat.objects.filter(person__in=strangers).count() >= 3
    for address in (
        "/partnerships/{Coast}/members",
        "/circles/{panel}",
        "/plans/{works}/table",
        "/imports/{catch draft}",
    ):
        page = address.format(**{name.replace("'", ""): pk for name, pk in story.ids.items()})
        answer = bo.ask(Request("GET", "", page))
        assert answer.status == 200 and str(story.ids["bea"]).encode() in answer.text or "table" in page
        assert not any(pk.encode() in answer.text for pk in strangers)


SCOPES = [("read",), ("write:plans",), ("write:members",), ("read", "write:plans", "write:members"), ("write",)]


def program(story, *scopes):
    """Return bo's program: an observer who shows a token and no cookie."""
    made, own = Observer(story, "bo@Orchard"), User.objects.get(email="bo@example.org")
    with story.step(f"a token for {scopes}"):
        secret = make_token(
            user=own, organisation_id=story.ids["Orchard"], name="x", scopes=scopes, days=1, at=timezone.now()
        )
    made.client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    made.cookies = made.client.cookies.copy()
    return made


def some_address(route):
    """Return an address of a route; what it names need not be there, for a token is looked at before."""
    known = {"int": ["1"], "regex": ["x"], "str": ["x"]}
    values = {name: samples.SLOTS.get(name) or known.get(kind, [samples.NOT_THERE]) for name, kind in route.slots}
    return next(address for _, address in route.filled(values))


def documented():
    """Yield each operation: its route, its method, and the scope with which a token may call it; None: with none."""
    known = {str(route): route for route in routes()}
    for path, methods in description()["paths"].items():
        route = known[path.replace("{", "<").replace("}", ">")]
        for method, operation in methods.items():
            wanted = [way["Token"][0] for way in operation["security"] if "Token" in way]
            yield route, method.upper(), wanted[0] if wanted else None


@pytest.mark.once
@pytest.mark.parametrize("scopes", SCOPES, ids=" ".join)
def test_27_each_scope_does_what_it_says_at_each_operation(story, scopes):
    """Vikunja, CVE-2026-123506: a scope held on one route and not on another one that does the same."""
    bos, found = program(story, *scopes), set()
    for route, method, wanted in documented():
        answer = bos.ask(Request(method, route.template, some_address(route)))
        is_let = wanted is not None and bool({wanted, "write"} & set(scopes) or wanted == "read")
        assert (answer.status != 401 and b"insufficient_scope" not in answer.text) is (is_let or wanted is None)
        assert is_let or answer.status == 403, f"{scopes}: {method} {route}"
        found.add((method == "GET", is_let))
    assert found >= {(True, True), (False, False)} and ((False, True) in found) == (scopes != ("read",))


@pytest.mark.once
def test_27_no_token_reaches_tokens_sessions_or_accounts(story):
    """Sentry, CVE-2023-39349: a token with little power lists those with more. Pages know no tokens at all."""
    bos, nobody = program(story, "write"), Observer(story, "nobody@Nowhere")
    bos.who = nobody.who  # so that chance is the same for both
    pages = [route for route in routes() if not str(route).startswith("/api/")]
    for route, method in product(pages, ("GET", "POST")):
        request = Request(method, route.template, some_address(route))
        assert bos.ask(request) == nobody.ask(request), f"{method} {route}"
    assert len(pages) > 60 and {"/account/tokens", "/account/tokens/new", "/account/sessions"} <= set(map(str, pages))
    taking_none = {f"{method} {route}" for route, method, wanted in documented() if wanted is None}
    by_link = {"POST /api/v1/invitations/acceptance", "POST /api/v1/invitations/refusal"}
    assert taking_none == {"POST /api/v1/me/acting-for", *by_link}
