"""
What observers put into addresses, forms and bodies.

A kind of row has ids that the observer may know of, and ids that only Harbour knows (or Harbour and Island). A slot or
field that refers to a kind must be listed here: an unknown one fails the sweep, so that a new feature teaches it.
"""

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from consortio.access import unscoped

from .story import PASSWORD, Story

NOT_THERE = str(UUID("01c2b8c4-fa00-7000-8000-000000000007"))


@dataclass(frozen=True)
class Kind:
    """Names of ids in the story: the first shared one is what an observer of Orchard would choose in a form."""

    shared: Sequence[str]
    private: Sequence[str] = ()


KINDS: Mapping[str, Kind] = {
    "attachment": Kind(["catch", "chart", "scales"], ["drawing", "wrong", "bid", "scales of the offer"]),
    "circle": Kind(
        ["coast", "Orchard only", "Orchard's house", "public", "fish", "panel"],
        ["Harbour only", "board", "Harbour's house", "offer", "pier"],
    ),
    "baseline": Kind(["second baseline"], ["own baseline"]),
    "calendar": Kind(["office hours"], ["abe's nights"]),
    "capacity": Kind(["joint time", "Orchard's time"], ["own time", "all our time", "time beside"]),
    "commitment": Kind(
        ["joint promise", "running promise", "asked promise"],
        ["promise beside in offer", "open beside", "promise beside in pier"],
    ),
    "decision": Kind(
        ["first decision", "draft decision", "open decision", "Orchard's decision"],
        ["own decision", "own draft", "board decision", "offer decision", "pier decision"],
    ),
    "demand": Kind(["joint need"], ["own need", "ava's need", "need beside"]),
    "draft": Kind(["catch draft"], ["draft", "refused draft", "dropped draft", "chosen draft"]),
    "governed": Kind(["first decision on removal"], ["own decision on permit"]),
    "goal": Kind(
        ["dredged goal", "drafted goal", "Orchard's goal"],
        ["Harbour's goal", "Harbour's own goal", "offer goal"],
    ),
    "invitation": Kind(
        ["Orchard's invitation", "Ferry's invitation"],
        ["ivy's invitation", "ira's invitation", "ike's invitation", "the third's invitation", "operator's invitation"],
    ),
    "house_role": Kind(["observer in Orchard's house"], ["lead in Harbour's house"]),
    "item": Kind(["removal", "dredging"], ["permit", "quay wall", "barge", "dropped"]),
    "job": Kind(
        ["own count", "job of catch draft", "dates of cleaning"],
        ["count in private", "stopped in private", "dates of under permit"],
    ),
    "kpi": Kind(
        ["joint kpi", "computed kpi", "tonnes"],
        [
            "own kpi",
            "Harbour's tonnes",
            "own computed kpi",
            "kpi beside in offer",
            "kpi beside in pier",
            "kpi beside in offer, computed",
        ],
    ),
    "levelling": Kind(["first levelling", "later levelling", "Orchard's levelling"], ["own levelling"]),
    "link": Kind(["removal → cleaning", "survey → removal"], ["survey → permit", "barge → handover"]),
    "nomination": Kind(["ada for cleaning", "cy for removal"], ["cy for barge"]),
    "note": Kind(["dredger", "frost", "harvest"], ["lease", "sponsor", "price", "piles"]),
    "organisation": Kind(["Orchard", "Harbour"], ["Quay"]),
    "partner": Kind(["Harbour", "Orchard"], ["Quay"]),
    "partnership": Kind(["Coast", "Orchard's own"], ["Harbour's own", "Pier"]),
    "plan": Kind(["works", "brought", "fitting"], ["berths", "secret programme", "yard at home", "tender"]),
    "proposal": Kind(
        ["open charter", "own open charter", "refused stage", "first charter"],
        ["open at the pier", "pier charter", "slip charter 2"],
    ),
    "person": Kind(["bea", "ada", "fin", "bo"], ["zoe", "quin", "ida"]),
    "round": Kind(["open round", "revealed round"], ["round of the offer", "open round of the offer"]),
    "their_person": Kind(["ada", "bea", "fin"], ["zoe", "quin", "ida"]),
    "personal token": Kind(["bo's token"], ["ada's token"]),
    "reading": Kind(
        ["joint kpi in 3", "joint kpi in 2", "first tonnes"],
        [
            "own kpi in 1",
            "Harbour's reading",
            "kpi beside in offer in 1",
            "kpi beside in offer in 2",
            "kpi beside in pier in 2",
        ],
    ),
    "reader": Kind(["bo must know first decision"], ["ava must know own decision"]),
    "remark": Kind(
        ["joint words", "words on removal", "Orchard's words"],
        ["own words", "own words on removal", "hasty words", "words on the board", "words beside"],
    ),
    "results": Kind(
        ["Orchard's results"],
        ["results", "refused results", "dropped results", "chosen results", "applied results"],
    ),
    "risk": Kind(["gale", "few divers"], ["lawsuit", "old crane", "shallow berth", "lost bid"]),
    "simulation": Kind(["first simulation"], ["our simulation", "simulation of berths", "simulation beside"]),
    "subject": Kind(
        ["works", "removal", "first decision"], ["quay wall", "berths", "barge", "open beside", "own decision"]
    ),
    "role": Kind(["observer in coast", "observer in Orchard's house"], ["lead in Harbour's house", "lead in pier"]),
}
REFERS = {  # fields and slots that are not called after the kind
    "about_id": "note",
    "circle": "circle",
    "organisation": "organisation",
    "organisation_ids": "organisation",
    "open": "item",
    "shut": "item",
    "after": "item",
    "after_id": "item",
    "instead_of": "goal",
    "parent": "goal",
    "parent_id": "item",
    "part_of_id": "goal",
    "peek": "item",
    "predecessor_id": "item",
    "successor_id": "item",
    "supersedes": "decision",
    "supersedes_id": "decision",
    "decider": "organisation",
    "into": "partnership",
    "decider_id": "organisation",
    "first": "baseline",
    "first_id": "baseline",
    "second": "baseline",
    "second_id": "baseline",
    "before": "remark",
    "needed": "organisation",
    "our_person": "person",
    "earner": "organisation",
    "payer": "organisation",
    "payer_id": "organisation",
    "promiser": "organisation",
    "promiser_id": "organisation",
    "promiser_person_id": "person",
    "receiver": "partner",
    "receiver_id": "partner",
    "receiver_person_id": "their_person",
    "goes_id": "kpi",
    "owner": "organisation",
    "owner_id": "organisation",
    "which_goes": "kpi",
    "token_id": "personal token",
    "wider_id": "circle",
}
SLOTS: Mapping[str, Sequence[str]] = {  # what is no row of a circle
    "since": ["0", "1", "2"],
    "passkey_id": ["1", "7"],
    "token": ["not-signed"],
    "key": ["abc-0123456789abcdef"],
    "format": ["csv", "xml", "xlsx"],
    "number": ["1", "2", "3"],
    "kind": ["stage", "rule"],
}
TAKES_FILE = {  # addresses whose forms have one; all else is posted as most forms are, which is quicker
    "/gallery",
    "/partnerships/<partnership_id>/import",
    "/partnerships/<partnership_id>/readings/new",
    "/plans/<plan_id>/import",
    "/kpis/<kpi_id>/readings",
    "/readings/<reading_id>/evidence",
    "/commitments/<commitment_id>/evidence",
    "/commitments/<commitment_id>/steps",
    "/api/v1/readings/<reading_id>/evidence",
    "/api/v1/commitments/<commitment_id>/evidence",
    "/api/v1/imports",
    "/results-imports/new",
    "/api/v1/results-imports",
}
UNSAID = {
    "at_once",
    "goal_id",
    "decision_id",
}  # properties of bodies that another one excludes, or of which no row is there
ANY_WORD = "x"
SAMPLES: Mapping[str, Any] = {  # what a field takes, where its type does not say
    "about_item": "",
    "actual": "50",
    "budget": "100",
    "currency": "EUR",
    "earning": "percent",
    "missing": "1",
    "place": "joint",
    "act": "accept",
    "alarm_at": "1",
    "amount": "1",
    "band_high": "9",
    "band_low": "1",
    "begins_on": "2031-01-01",
    "begins_with": "1",
    "answer": "yes",
    "as_of": "2031-05-05",
    "began_on": "2031-05-05",
    "holds": "other",
    "constraint": "",
    "constraint_on": "",
    "data_at_back": "",
    "data_back": "",
    "data_on": "2031-05-06",
    "date_order": "dmy",
    "deadline_on": "2031-06-09",
    "decimal_sign": ".",
    "decision": "",
    "do": "up",
    "due_on": "2031-05-20",
    "duration": "2 d",
    "duration_unit": "d",
    "ended_on": "",
    "field": "duration",
    "figure": "38",
    "finish_on": "",
    "formula": "",
    "from_on": "2031-05-05",
    "goes_on": "",
    "goal": "",
    "governs": "D-1",
    "high": "3 d",
    "is_manual": "",
    "kept": "not-sealed",
    "items": "survey",
    "lag": "1 d",
    "layout": "long",
    "left_out": "",
    "link_key": "",
    "likely": "2 d",
    "lines": "x",
    "low": "1 d",
    "note": "x",
    "option_1": "x",
    "option_2": "y",
    "option_3": "",
    "option_4": "",
    "option_5": "",
    "option_6": "",
    "other": "survey",
    "other_figure": "38",
    "per_kind": "",
    "percent": "20",
    "picked": [],
    "about_on": "2031-11-11",
    "p10": "10",
    "p50": "20",
    "p90": "30",
    "period": "2031-03",
    "reason": "x",
    "send": "1",
    "quorum": "50",
    "remaining": "1 d",
    "review_on": "2031-06-06",
    "rest": "new",
    "risk_kind": "event",
    "risk_state": "open",
    "rule": "majority",
    "seed": "1",
    "sheet": "",
    "silence": "nothing",
    "start_on": "",
    "target": "9",
    "tree": "",
    "trials": "1000",
    "type": "FS",
    "until_on": "2032-05-05",
    "unit": "number",
    "unit_name": "",
    "value": "2",
    "warn_at": "1",
    "whose": "all",
    "words": "canary",  # as every private word does
    "words_3": "",
    "words_4": "",
    "words_5": "",
    "words_6": "",
    "word": "contest",
    "back": "/gallery",
    "begins": "canary",  # as every private word does
    "chance": "30",
    "choice": 0,
    "chosen": "1",
    "code": "ABCD-EFGH",
    "credential": '{"id": "x"}',
    "days": "30",
    "density": "calm",
    "effective_on": "2031-05-06",
    "email": "bo@example.org",
    "keys": "on",
    "kind_of_work": "",
    "kind": "side",
    "language": "en",
    "last_day": "2031-05-20",
    "letters": "XYZ",
    "login": "bo@example.org",
    "next": "/gallery",
    "password": PASSWORD + " long",
    "phase": "winding-down",
    "side": "page",
    "tell": "",
    "theme": "dark",
    "time_percent": "100",
    "token": "not-signed",  # of a step back
    "upto": "",
    "version": "1",
    "work": "",
    "zone": "Europe/Berlin",
}


def kind_of(name: str) -> str | None:
    """Return which rows a slot or field refers to; None for what refers to none."""
    stem = name.removesuffix("_id").removesuffix("_ids")
    return REFERS.get(name) or (stem if stem in KINDS else None)


def named(story: Story, kind: str) -> list[str]:
    """Return the ids of a kind that the observers know or may guess, the shared ones first."""
    return [*shared(story, kind), *hidden(story, kind)]


def shared(story: Story, kind: str) -> list[str]:
    return [str(story.ids[name]) for name in KINDS[kind].shared]


def hidden(story: Story, kind: str) -> list[str]:
    return [*(str(story.ids[name]) for name in KINDS[kind].private), NOT_THERE]


def slot_values(story: Story, name: str) -> list[str]:
    if name == "key_hash":
        return [*map(_hash_of_key, story.sessions), "0" * 64]
    if name == "uidb36":
        return [UUID(str(story.ids["ada"])).hex, UUID(NOT_THERE).hex]
    if name in TOKENS:
        return [*_ways_of_mails(story, name), "not-signed"]
    if name in SLOTS:
        return list(SLOTS[name])
    kind = kind_of(name)
    assert kind, f"<{name}>: say in samples.py which rows it refers to"
    return named(story, kind)


TOKENS = {"answer_token": "proposal", "stance_token": "reading", "step_token": "commitment"}


def _ways_of_mails(story: Story, name: str) -> list[str]:
    """Return what stands in mails to bo: one that waits for them, and what would open the rows of others."""
    from consortio.accounts.models import User
    from consortio.approvals.by_mail import ANSWER
    from consortio.commitments.by_mail import STEP
    from consortio.kpis.by_mail import STANCE

    bo, kind = User.objects.get(email="bo@example.org").pk, TOKENS[name]
    way = {"proposal": ANSWER, "reading": STANCE, "commitment": STEP}[kind]
    asked = [story.ids["open charter"]] if kind == "proposal" else shared(story, kind)
    return [way.sign(bo, story.ids["Orchard"], UUID(str(pk)), _seen(kind, pk)) for pk in (*asked, *hidden(story, kind))]


def _seen(kind: str, pk: object) -> str:
    """Return how a row was when the mail was written: as it is now. Of a proposal that is bo's answer: none."""
    from consortio.commitments.models import Commitment
    from consortio.kpis.models import Reading

    if kind == "proposal":
        return ""
    with unscoped("samples"):
        rows = {"reading": Reading, "commitment": Commitment}[kind].objects
        return str(rows.filter(pk=pk).values_list("version", flat=True).first() or 1)


def _hash_of_key(key: str) -> str:
    from consortio.accounts.sessions import key_hash

    return key_hash(key)


@cache
def form_fields() -> Mapping[str, forms.Field]:
    """Return every field of every form of the hub by its name."""
    return {name: field for form in form_classes() for name, field in _fields(form)}


@cache
def form_classes() -> tuple[type[forms.BaseForm], ...]:
    found = []
    for app in settings.INSTALLED_APPS:
        package = importlib.import_module(app)
        if app.startswith(("consortio", "tests")) and module_has_submodule(package, "forms"):
            module = importlib.import_module(f"{app}.forms")
            for _, form in inspect.getmembers(module, inspect.isclass):
                if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                    found.append(form)
    return tuple(found)


def _fields(form: Any) -> Iterator[tuple[str, forms.Field]]:
    yield from form.base_fields.items()


def body(story: Story) -> dict[str, Any]:
    """Return what can be posted to any form: a good value for each field of each form."""
    return _plain() | {name: referred(story, name, field) for name, field in form_fields().items() if kind_of(name)}


def referred(story: Story, name: str, field: forms.Field) -> Any:
    kind = kind_of(name)
    assert kind
    first = shared(story, kind)[0]
    return [first] if isinstance(field, forms.MultipleChoiceField) else first


@cache
def _plain() -> Mapping[str, Any]:
    """Return values for what refers to no row."""
    return SAMPLES | {name: sample(name, field) for name, field in form_fields().items() if not kind_of(name)}


def sample(name: str, field: forms.Field) -> Any:
    assert not isinstance(field, forms.UUIDField), f"{name}: say in samples.py which rows it refers to"
    if name in SAMPLES:
        return SAMPLES[name]
    if isinstance(field, forms.IntegerField):
        return "1"
    if isinstance(field, forms.ChoiceField):
        return next((str(key) for key, _ in field.choices if key), ANY_WORD)
    return ANY_WORD


NO_PARAMETERS = {"next"}  # where to go afterwards: an address, tried as SAMPLES says
NO_FIELDS = {"csrfmiddlewaretoken", "observed", "acting_for"}  # the last: see test_changed_hat.py of accounts


def alike(story: Story, text: str) -> str:
    """Return a text with each id that is hidden from the observers in place of the one that is not there."""
    known = _in_text(tuple(map(story.ids.get, _PRIVATE)))
    return _HEX.sub(lambda found: known.get(found[0]) or _replaced(found[0], known), text)


_PRIVATE = tuple({name for kind in KINDS.values() for name in kind.private})
_HEX = re.compile(r"[0-9a-f-]{32,}")  # an id, or what it may stand in


@lru_cache
def _in_text(ids: Sequence[UUID | None]) -> Mapping[str, str]:
    there = [str(pk) for pk in ids if pk]  # acts may be left out
    return dict.fromkeys(there, NOT_THERE) | {pk.replace("-", ""): NOT_THERE.replace("-", "") for pk in there}


def _replaced(text: str, known: Mapping[str, str]) -> str:
    for pk, instead in known.items():
        text = text.replace(pk, instead)
    return text
