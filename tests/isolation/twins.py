"""Two worlds in one database, one after the other: each begins where the shared beginning ended, and is undone."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import override_settings

from consortio import access
from consortio.access.wall_text import guarded_models
from consortio.record.reads import history, stream
from tests.world import NOON

from . import (  # noqa: F401  -- they write the chapters
    acts,
    agreeing_acts,
    inviting_acts,
    overview_acts,
    plan_acts,
    talking_acts,
)
from .chapters import AFTER, ALONE, BEFORE, BESIDE_ISLAND, PRIVATE
from .observe import Answer, Observer, Request, explore, repeat, undone
from .routes import Route, routes
from .story import HARBOURS, ISLANDS, Story

EVERYTHING = (BESIDE_ISLAND, ALONE)
OTHERS = {  # who looks, whether with forged fields and parameters too, and in which private acts they took part
    "bo@Orchard": (True, ()),
    "bea@Orchard": (False, ()),
    "nobody@Nowhere": (False, ()),
    "cy@Island": (False, (BESIDE_ISLAND,)),
}


@dataclass(frozen=True)
class Seen:
    """What somebody is answered, address by address, what they obtain past all addresses, and what there was to see."""

    answers: dict[Request, Answer]
    beyond: dict[str, Any]
    story: Story | None = None
    rows: frozenset[Any] = frozenset()  # the ids of all rows, whoever sees them

    def differs(self, other: "Seen") -> list[Request | str]:
        assert self.answers.keys() == other.answers.keys() and self.beyond.keys() == other.beyond.keys()
        pages = [request for request in self.answers if self.answers[request] != other.answers[request]]
        return [*pages, *(name for name in self.beyond if self.beyond[name] != other.beyond[name])]


@contextmanager
def beginning(folder: Path, called: dict[str, str] | None = None, seed: str = "") -> Iterator["Twins"]:
    """Let the story begin, and undo all of it at the end. `called` and `seed` are the story's."""
    files = folder / "beginning"
    files.mkdir()
    with pytest.MonkeyPatch.context() as patch, undone():
        with time_machine.travel(NOON, tick=False), override_settings(FILES=files):
            story = Story(patch, called, seed)
            for act in BEFORE:
                act(story)
        yield Twins(story, files)


class Twins:
    """
    The shared beginning, from which both worlds go on.

    Args:
        files: where the beginning keeps its files; each world works on a copy.
    """

    def __init__(self, story: Story, files: Path):
        self.story, self.files, self.lived = story, files, 0

    @contextmanager
    def world(self, private: Collection[str] = EVERYTHING) -> Iterator[Story]:
        """Let the story go on, with the private acts of which these know, and undo it."""
        self.lived += 1
        files = self.files.with_name(f"world {self.lived}")
        shutil.copytree(self.files, files)
        cache.clear()
        with undone(), time_machine.travel(NOON, tick=False), override_settings(FILES=files):
            story = self.story.branch()
            mail.outbox = []
            for act in [*(act for knowing in private for act in PRIVATE[knowing]), *AFTER]:
                act(story)
            story.mails = list(mail.outbox)
            yield story

    def twice(self, who: str, among: Collection[Route], *, thorough: bool | None = None) -> tuple[Seen, Seen]:
        """Return what somebody sees where Harbour acted in private, and where it did not."""
        usual, knowing = OTHERS[who]
        thorough = usual if thorough is None else thorough
        with self.world() as story:
            ids, sessions = story.ids, story.sessions
            answers = explore(Observer(story, who), among, thorough=thorough)
            first = Seen(answers, beyond(story, who), story, rows_of_all())
        with self.world(knowing) as story:
            story.ids, story.sessions = ids | story.ids, sessions  # what cannot be known is asked for all the same
            second = Seen(repeat(Observer(story, who), answers), beyond(story, who))
        return first, second


def rows_of_all() -> frozenset[Any]:
    with access.unscoped("test"):
        return frozenset(pk for model in guarded_models() for pk in model._default_manager.values_list("pk", flat=True))


_both: list[tuple[Seen, Seen]] = []


def bo_in_both_worlds(twins: Twins) -> tuple[Seen, Seen]:
    """Return what bo sees of both worlds, forged ids and all; asked once, for it takes minutes and is always the same."""
    if not _both:
        _both.append(twins.twice("bo@Orchard", routes(), thorough=connection.vendor == "sqlite"))
    return _both[0]


def beyond(story: Story, who: str) -> dict[str, Any]:
    """Return what reaches somebody on other ways than by asking: mails, each table as the gate shows it, streams."""
    actor = story.actor(who)
    knowing = HARBOURS if BESIDE_ISLAND in OTHERS[who][1] else HARBOURS | ISLANDS
    told = [(mail.to, mail.subject, mail.body) for mail in story.mails if not knowing & set(mail.to)]
    found: dict[str, Any] = {"mails": told}
    with access.reading(actor):
        for model in guarded_models():
            found[f"rows of {model._meta.label}"] = list(access.visible(actor, model).order_by("pk").values())
        found["stream"] = stream(actor=actor, cursor="")
        found["history"] = history(actor=actor, subject_ids=[pk for pk in story.ids.values() if isinstance(pk, UUID)])
    return found
