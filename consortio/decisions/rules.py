"""What a decision says, what is wrong with it, and what may be done to it in which state. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from .models import DecisionState

SERIES = "D"
QUESTION_MAX, TEXT_MAX, OPTION_MAX, OPTIONS_MAX, KEYS_MAX = 300, 10_000, 200, 6, 60
REVIEW_MAX = 1_000  # signs of what is said at a review
WITHDRAWN = "withdrawn"  # of a draft: said by a time and not by a state
STATES = (*DecisionState.values, WITHDRAWN)
LIVE = (DecisionState.DRAFT, DecisionState.PROPOSED, DecisionState.AGREED)  # what else it governs can be said
RULED = (DecisionState.AGREED, DecisionState.SUPERSEDED)  # it rules, or did


class Option(NamedTuple):
    """One of those there are to choose from: what it is called, and what is to be said of it."""

    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a decision says. `choice` counts into the options from 0."""

    question: str
    context: str = ""
    options: tuple[Option, ...] = ()
    choice: int | None = None
    reasons: str = ""
    effective_on: date | None = None
    review_on: date | None = None

    @property
    def chosen(self) -> str:
        """Return the name of the option that is chosen; "" for none."""
        return name_of_choice(self.options, self.choice)


def name_of_choice(options: Sequence[Sequence[str]], choice: int | None) -> str:
    return options[choice][0] if choice is not None and 0 <= choice < len(options) else ""


def tidied(draft: Draft) -> Draft:
    """Return a draft as it is kept: without empty edges, with one sign for the end of a line, no option without a name."""
    kept = [(nth, Option(one.name.strip(), _text(one.words))) for nth, one in enumerate(draft.options)]
    named = [(nth, one) for nth, one in kept if one.name or one.words]
    places = [nth for nth, _one in named]
    choice = places.index(draft.choice) if draft.choice in places else draft.choice
    return Draft(
        question=" ".join(draft.question.split()),
        context=_text(draft.context),
        options=tuple(one for _nth, one in named),
        choice=choice,
        reasons=_text(draft.reasons),
        effective_on=draft.effective_on,
        review_on=draft.review_on,
    )


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def plain(draft: Draft) -> dict[str, Any]:
    """Return a draft as plain values, as proposals and the record keep it."""
    return {
        "question": draft.question,
        "context": draft.context,
        "options": [{"name": one.name, "words": one.words} for one in draft.options],
        "choice": draft.choice,
        "reasons": draft.reasons,
        "effective_on": draft.effective_on and draft.effective_on.isoformat(),
        "review_on": draft.review_on and draft.review_on.isoformat(),
    }


def draft_in(kept: Mapping[str, Any]) -> Draft:
    """Return the draft that plain values keep."""
    days: dict[str, Any] = {
        name: date.fromisoformat(kept[name]) if kept[name] else None for name in ("effective_on", "review_on")
    }
    texts = {name: kept[name] for name in ("question", "context", "choice", "reasons")}
    return Draft(options=options_in(kept["options"]), **texts, **days)


def options_in(kept: Sequence[Mapping[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(one["name"], one.get("words", "")) for one in kept)


def options_text(options: Sequence[Option]) -> str:
    """Return all options as one text, numbered as people count."""
    lines = (f"{nth}. {one.name}" + (f": {one.words}" if one.words else "") for nth, one in enumerate(options, 1))
    return "\n".join(lines)


def is_open_draft(state: str, withdrawn: object) -> bool:
    return state == DecisionState.DRAFT and withdrawn is None


def is_review_due(review_on: date | None, today: date) -> bool:
    return review_on is not None and review_on <= today
