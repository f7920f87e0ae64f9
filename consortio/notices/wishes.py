"""Of what somebody is told by mail, and how: at once, with the day's digest, or not at all."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from .models import Wish

AT_ONCE, DAILY, OFF = "at once", "daily", "off"
HOWS: Mapping[str, Any] = {
    AT_ONCE: _lazy("at once"),
    DAILY: _lazy("in the morning, with all else"),
    OFF: _lazy("not at all"),
}
IN_THE_MORNING = ("readings", "changes")  # many come together
USUAL: Mapping[str, str] = {
    "proposals": AT_ONCE,
    "promises": AT_ONCE,
    "readings": DAILY,
    "nominations": AT_ONCE,
    "decisions": AT_ONCE,
    "mentions": AT_ONCE,
    "changes": DAILY,
}
TOPICS: Mapping[str, Any] = {
    "proposals": _lazy("A proposal waits for your organisation’s answer"),
    "promises": _lazy("A promise waits for your organisation’s answer"),
    "readings": _lazy("A reading is due from your organisation, or wants its word"),
    "nominations": _lazy("You are asked to answer for an item"),
    "decisions": _lazy("You must know of a decision"),
    "mentions": _lazy("A remark names you"),
    "changes": _lazy("What others changed in your circles, your own items first"),
}
POSSIBLE: Mapping[str, tuple[str, ...]] = {
    topic: (DAILY, OFF) if topic in IN_THE_MORNING else (AT_ONCE, DAILY, OFF) for topic in USUAL
}


def wishes_of(user_id: UUID) -> dict[str, str]:
    """Return of each topic how somebody wants to be told."""
    said = dict(Wish.objects.filter(user=user_id).values_list("topic", "how"))
    return {topic: said.get(topic, usual) for topic, usual in USUAL.items()}


def keep_wishes(user_id: UUID, wishes: Mapping[str, str]) -> None:
    """Raises: ValueError, for a topic that is none or cannot be told so."""
    for topic, how in wishes.items():
        if how not in POSSIBLE.get(topic, ()):
            raise ValueError(topic)
    for topic, how in wishes.items():
        Wish.objects.update_or_create(user_id=user_id, topic=topic, defaults={"how": how})
