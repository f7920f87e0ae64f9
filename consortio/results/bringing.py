from datetime import datetime
from uuid import UUID

from consortio.access import Actor
from consortio.attachments.bringing import brought

from . import actions


def bring_results(*, actor: Actor, house_id: UUID, name: str, content: bytes, at: datetime) -> UUID:
    """Keep a results file in our own house and begin to read it."""
    with brought(house_id, content) as file:
        return actions.upload_results(actor=actor, file=file, name=name, at=at)
