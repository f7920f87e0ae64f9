"""
Thousands of calls that the API's own description allows, and as many that it does not, by two actors: no fault of
ours, no answer that the description does not tell of.
"""

import random
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

import pytest
import requests
import schemathesis
from django.db.transaction import atomic
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

from consortio.api import description
from consortio.attachments.bringing import bring_file
from consortio.plans.actions import NewItem, add_item, create_plan
from tests.agreed import baseline_of_all

EXAMPLES = 8  # for each operation, actor and mode
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


@pytest.mark.slow
@pytest.mark.parametrize("who", ["ada@Harbour", "bea@Orchard"])
def test_no_call_is_a_fault_of_ours(story, who):
    client = story.client(who)
    schema = schemathesis.openapi.from_dict(description())
    ids = [str(value) for value in story.ids.values() if isinstance(value, UUID)]
    answers = [
        status
        for result in schema.get_all_operations()
        for mode in GenerationMode
        for status in statuses(result.ok(), mode, ids, client)
    ]
    assert len(answers) > 2 * EXAMPLES * 10 and {200, 404, 422} <= set(answers)


def statuses(operation, mode, ids, client):
    """Make some calls of one operation, and return how they were answered."""
    found = []

    @seed(7)
    @GENTLY
    @given(case=operation.as_strategy(generation_mode=mode), source=st.integers(0, 2**32))
    def one(case, source):
        know(case, ids, random.Random(source))
        with undone():
            response = sent(case, client)
            case.validate_response(response, checks=CHECKS)
        found.append(response.status_code)

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
    answer = client.generic(prepared.method, prepared.path_url, body, kind)
    client.cookies = cookies
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.items()},
        content=b"".join(answer) if answer.streaming else answer.content,
        request=prepared,
        elapsed=0.0,
        verify=False,
    )
