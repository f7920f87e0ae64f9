"""Two worlds in one database, one after the other: each begins where the shared beginning ended, and is undone."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os.path import commonprefix
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
from consortio.overview.finding import find
from consortio.plans.aimed import items_to_aim_at
from consortio.record.reads import history, stream
from tests.retelling import Tale
from tests.world import NOON

from . import (  # noqa: F401  -- they write the chapters
    acts,
    agreeing_acts,
    costing_acts,
    expecting_acts,
    foreseeing_acts,
    inviting_acts,
    measuring_acts,
    overview_acts,
    plan_acts,
    promising_acts,
    results_acts,
    ruling_acts,
    talking_acts,
    timing_acts,
    wanting_acts,
)
from .canaries import STEM
from .chapters import AFTER, ALONE, BEFORE, BESIDE_ISLAND, PRIVATE, Act
from .hearing import Folder
from .mails import seen_mails
from .observe import IN_BOTH_WORLDS, Answer, Observer, Remembering, Request, explore, repeat, undone
from .routes import Route, part, routes
from .story import HARBOURS, ISLANDS, Story

Told = Callable[[Act], bool]
EVERYTHING = (BESIDE_ISLAND, ALONE)
SOUGHT = (STEM, "I-1", "P-1", "G-1", "K-1", "D-1", "C-1", "R-1")
OTHERS = {  # who looks, and in which private acts they took part
    "bo@Orchard": (),
    "bea@Orchard": (),
    "nobody@Nowhere": (),
    "cy@Island": (BESIDE_ISLAND,),
}
assert tuple(OTHERS) == IN_BOTH_WORLDS


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

    def differences(self, other: "Seen") -> list[str]:
        """Return what differs, each with its two answers from shortly before the place where they part."""
        return [f"{one}: {_parting(self._said(one), other._said(one))}" for one in self.differs(other)]

    def _said(self, one: Request | str) -> str:
        if isinstance(one, str):
            return repr(self.beyond[one])
        answer = self.answers[one]
        return f"{answer.status} {answer.text.decode(errors='replace')}"


def _parting(one: str, other: str) -> str:
    at = len(commonprefix((one, other)))
    return " | ".join(text[max(at - 150, 0) : at + 150] for text in (one, other))


@contextmanager
def beginning(folder: Path, called: dict[str, str] | None = None, seed: str = "") -> Iterator["Twins"]:
    """Let the story begin, and undo all of it at the end. `called` and `seed` are the story's."""
    files = folder / "beginning"
    files.mkdir()
    with pytest.MonkeyPatch.context() as patch, undone():
        with time_machine.travel(NOON, tick=False), override_settings(FILES=Folder(files)):
            story = Story(patch, called, seed)
            part_of(story, "beginning").tell(story, files, BEFORE)
        yield Twins(story, files)


class Part:
    """A part of the story, told once in a run and written again whenever it is wanted once more."""

    def __init__(self) -> None:
        self.tale = Tale()
        self.story: Story | None = None  # as it stood at the end
        self.mails: list[Any] = []
        self.mailed: set[str] = set()  # names of mails that were written, whether they were sent or not
        self.counted: tuple[dict[Any, Any], dict[Any, Any]] = {}, {}  # in the cache
        self.folder = tempfile.TemporaryDirectory(prefix="consortio-told-")

    def tell(self, story: Story, files: Path, its: Iterable[Act]) -> None:
        """Let the story go on by its acts; their files come to lie in the folder."""
        with seen_mails() as mailed:
            self.tale.tell(lambda: play(story, its))
        self.mailed |= mailed
        if self.story is None:
            self.story, self.mails = story.branch(), list(mail.outbox)
            self.counted = dict(cache._cache), dict(cache._expire_info)
            shutil.copytree(files, self.folder.name, dirs_exist_ok=True)
            return
        story.ids |= self.story.ids
        story.where |= self.story.where
        story.sessions[:] = self.story.sessions
        mail.outbox = list(self.mails)
        cache._cache.update(self.counted[0]), cache._expire_info.update(self.counted[1])
        shutil.copytree(self.folder.name, files, dirs_exist_ok=True)


_parts: dict[Any, Part] = defaultdict(Part)


def part_of(story: Story, name: Any) -> Part:
    """Return a part of this story; the same acts make another one where it is told with other names or ids."""
    return _parts[story.seed, frozenset(story.names.items()), name]


def mails_told() -> set[str]:
    """Return the names of the mails that were written while stories were told."""
    return {name for part in _parts.values() for name in part.mailed}


def play(story: Story, its: Iterable[Act]) -> None:
    for act in its:
        act(story)


class Twins:
    """
    The shared beginning, from which both worlds go on.

    Args:
        files: where the beginning keeps its files; each world works on a copy.
    """

    def __init__(self, story: Story, files: Path):
        self.story, self.files, self.lived = story, files, 0

    @contextmanager
    def world(self, private: Collection[str] = EVERYTHING, told: Told | None = None) -> Iterator[Story]:
        """
        Let the story go on, with the private acts of which these know, and undo it.

        Args:
            told: whether an act belongs to it; then it is acted anew, for the code may be another's by now.
        """
        self.lived += 1
        files = self.files.with_name(f"world {self.lived}")
        shutil.copytree(self.files, files)
        cache.clear()
        with undone(), time_machine.travel(NOON, tick=False), override_settings(FILES=Folder(files)):
            story = self.story.branch()
            mail.outbox = []
            its = [*(act for knowing in private for act in PRIVATE[knowing]), *AFTER]
            if told:
                play(story, filter(told, its))
            else:
                part_of(story, tuple(private)).tell(story, files, its)
            story.mails = list(mail.outbox)
            yield story

    def twice(
        self,
        who: str,
        among: Collection[Route],
        *,
        thorough: Collection[Route] = (),
        told: Told | None = None,
    ) -> tuple[Seen, Seen]:
        """
        Return what somebody sees where Harbour acted in private, and where it did not.

        Args:
            thorough: as of `explore`.
            told: as of `world`; whoever lets a mutant in says it.
        """
        knowing = OTHERS[who]
        with self.world(told=told) as story:
            ids, sessions = story.ids, story.sessions
            observer = Observer(story, who, is_heard=True) if told else Remembering(story, who)
            answers = explore(observer, among, thorough=thorough)
            first = Seen(answers, beyond(story, who), story, frozenset() if told else rows_of_all())
        with self.world(knowing, told) as story:
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
        on_sqlite = connection.vendor == "sqlite"
        asked = (routes(), part(0, 4)) if on_sqlite else (part(1, 6), ())
        _both.append(twins.twice("bo@Orchard", asked[0], thorough=asked[1]))
    return _both[0]


def beyond(story: Story, who: str) -> dict[str, Any]:
    """Return what reaches somebody on other ways than by asking: mails, each table as the gate shows it, streams."""
    actor = story.actor(who)
    knowing = HARBOURS if BESIDE_ISLAND in OTHERS[who] else HARBOURS | ISLANDS
    told = [(mail.to, mail.subject, mail.body) for mail in story.mails if not knowing & set(mail.to)]
    found: dict[str, Any] = {"mails": told}
    with access.reading(actor):
        for model in guarded_models():
            found[f"rows of {model._meta.label}"] = list(access.visible(actor, model).order_by("pk").values())
        found["stream"] = stream(actor=actor, cursor="")
        found["history"] = history(actor=actor, subject_ids=[pk for pk in story.ids.values() if isinstance(pk, UUID)])
        found["found by words"] = [find(actor=actor, text=text) for text in SOUGHT]
        coast = {"actor": actor, "circle_id": story.ids["coast"]}
        found["items offered"] = items_to_aim_at(**coast, text=STEM, most=50)
    return found
