"""
A hub with one plan and a token for each client, made in a process of its own, so that nothing of the tests' database is
in the way.

Run as a program it makes them in the data folder of its environment and prints the tokens, the plan and its items.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
ITEMS, TOKENS = 12, 36  # a token each, because each has a limit of its own


def made(environment: dict[str, str]) -> dict[str, Any]:
    """Make the plan in the data of this environment, and return what a client has to know."""
    command = [sys.executable, "-m", "tests.faults.stage"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortio.settings")
    import django

    django.setup()
    from consortio.access import actor_for
    from consortio.accounts.tokens import make_token
    from consortio.accounts.users import create_account
    from consortio.partnerships.actions import register_organisation
    from consortio.plans.actions import NewLine, add_items, create_plan

    organisation_id, person_id, house_id = register_organisation(name="Harbour", letters="HAR", lead="Ada", at=NOON)
    user = create_account(email="ada@example.org", person_id=person_id, password=None, at=NOON)
    own = {"user": user, "organisation_id": organisation_id, "scopes": ["write"], "days": 30}
    tokens = [make_token(**own, name=f"faults {n}", at=datetime.now(UTC)) for n in range(TOKENS)]
    actor = actor_for(person_id, organisation_id)
    start_at = datetime(2031, 5, 6, 8)
    plan_id = create_plan(actor=actor, circle_id=house_id, name="Quay", start_at=start_at, at=NOON)
    lines = [NewLine(name=f"step {n}", kind="task", depth=0, duration_minutes=480) for n in range(ITEMS)]
    place = {"plan_id": plan_id, "circle_id": house_id, "parent_id": None, "after_id": None}
    ids, _moves = add_items(actor=actor, items=lines, at=NOON, **place)
    print(json.dumps({"tokens": tokens, "plan": str(plan_id), "items": [str(pk) for pk in ids]}))


if __name__ == "__main__":
    main()
