from datetime import datetime
from uuid import UUID

from consortio.access import Actor
from consortio.attachments.bringing import brought

from . import actions


def bring_plan(
    *,
    actor: Actor,
    home_id: UUID,
    target_id: UUID,
    name: str,
    content: bytes,
    at: datetime,
    plan_id: UUID | None = None,
) -> UUID:
    """Keep a plan file in our house (of a body: in the body) and begin to read it."""
    with brought(home_id, content) as file:
        return actions.upload_plan(actor=actor, file=file, target_id=target_id, plan_id=plan_id, name=name, at=at)
