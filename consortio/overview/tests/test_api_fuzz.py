"""
Hundreds of calls that the API's own description allows, and as many that it does not, by three actors: no fault of
ours, no answer that the description does not tell of. A run asks a third of the operations.

`API_EXAMPLES=50` makes thousands of them, for a night: so many for each operation and mode, by each actor.
"""

import os
import random
import zlib
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

import pytest
import requests
import schemathesis
from django.db.transaction import atomic
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from consortio.accounts.models import User
from consortio.accounts.tokens import make_token
from consortio.api import description
from consortio.attachments.bringing import bring_file
from consortio.partnerships.actions import register_organisation
from consortio.plans.actions import NewItem, add_item, create_plan
from tests.agreed import baseline_of_all
from tests.isolation.routes import IS_WHOLE
from tests.world import NOON

EXAMPLES = int(os.environ.get("API_EXAMPLES", "1"))
NOT_SENT = {"content-length", "content-type", "cookie", "authorization"}  # by the client itself
HOST = "http://testserver"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
GENTLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Undone(Exception):
    pass


@contextmanager
def undone():
    with suppress(Undone), atomic():
        yield
        raise Undone


@pytest.fixture
def story(world):
    """The world with a plan in it, so that calls about known ids reach something."""
    plan = {"circle_id": world.ids["coast"], "name": "Works", "start_at": datetime(2031, 5, 6, 8)}
    world.do("plan", create_plan, "ada@Harbour", **plan)
    own = {"plan_id": world.ids["plan"], "circle_id": world.ids["coast"]}
    world.do("item", add_item, "ada@Harbour", item=NewItem("Dredge", duration_minutes=480), **own)
    world.do("baseline", baseline_of_all, "ada@Harbour", plan_id=world.ids["plan"], name="First")
    world.do("file", bring_file, "ada@Harbour", circle_id=world.ids["coast"], name="a.txt", content=b"a")
    return world


@pytest.fixture
def clients(story, monkeypatch):
    """A lead's program with a token for everything, an observer in a browser, and a stranger who takes part in nothing."""
    monkeypatch.setattr("consortio.accounts.bearer.CALLS_A_MINUTE", 10**9)
    story.client("ada@Harbour")
    own = {"user": User.objects.get(person=story.ids["ada"]), "organisation_id": story.ids["Harbour"]}
    secret = make_token(**own, name="fuzz", scopes=["write"], days=1, at=timezone.now())
    organisation, person, _ = register_organisation(name="Quay", letters="QUA", lead="quin", at=NOON)
    story.ids |= {"Quay": organisation, "quin": person}
    return {
        "lead": Client(headers={"Authorization": f"Bearer {secret}"}),
        "observer": story.client("bea@Orchard"),
        "stranger": story.client("quin@Quay"),
    }


@pytest.mark.slow
@pytest.mark.once
def test_no_call_is_a_fault_of_ours(story, clients):
    schema = schemathesis.openapi.from_dict(description())
    ids = [str(value) for value in story.ids.values() if isinstance(value, UUID)]
    answers = {who: [] for who in clients}
    for result in filter(is_asked, schema.get_all_operations()):
        for mode in GenerationMode:
            for who, statuses in call(result.ok(), mode, ids, clients).items():
                answers[who] += statuses

    for statuses in answers.values():
        assert len(statuses) > 100 * EXAMPLES and {200, 404, 422} <= set(statuses)


def is_asked(result):
    return IS_WHOLE or EXAMPLES > 1 or zlib.crc32(result.ok().label.encode()) % 3 == 0


def call(operation, mode, ids, clients):
    """Let everybody make some calls of one operation, and return how each was answered: to draw a call takes longest."""
    found = {who: [] for who in clients}

    @seed(7)
    @GENTLY
    @given(case=operation.as_strategy(generation_mode=mode), source=st.integers(0, 2**32))
    def one(case, source):
        know(case, ids, random.Random(source))
        for who, client in clients.items():
            with undone():
                response = sent(case, client)
                case.validate_response(response, checks=CHECKS)
            found[who].append(response.status_code)

    with suppress(Unsatisfiable):  # an operation without anything to get wrong
        one()
    return found


def know(case, ids, source):
    """Let half of the ids be ones that there are, of whatever kind."""
    for values in (case.path_parameters, case.query, case.body):
        for name, value in list(values.items()) if isinstance(values, dict) else ():
            if name.endswith("_id") and isinstance(value, str) and source.random() < 0.5:
                values[name] = source.choice(ids)


def sent(case, client):
    """Send a call through Django's own client, in the transaction of the test."""
    asked = case.as_transport_kwargs(base_url=HOST)
    prepared = requests.Request(**{name: value for name, value in asked.items() if name != "timeout"}).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body or b""
    kind = prepared.headers.pop("Content-Type", "application/octet-stream")
    cookies = client.cookies.copy()
    headers = {name: value for name, value in prepared.headers.items() if name.lower() not in NOT_SENT}
    answer = client.generic(prepared.method, prepared.path_url, body, kind, headers=headers)
    client.cookies = cookies
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.items()},
        content=b"".join(answer) if answer.streaming else answer.content,
        request=prepared,
        elapsed=0.0,
        verify=False,
    )
