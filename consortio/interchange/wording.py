"""Words about a file, kept as a text and what is filled in, so that they can be said in other languages too."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Self

PLACEHOLDER = re.compile(r"\{(\w+)(:,|:\.1f)?\}")


class Wording(str):
    """
    English words that remember their text and its values: a string like any other until somebody translates it.

    The text is written where the wording is made, because translators' tools find it there. Its placeholders are
    `{name}`, `{name:,}` for a count and `{name:.1f}` for a measure. A value may be a wording itself.
    """

    text: str
    values: Mapping[str, Any]

    def __new__(cls, text: str, /, **values: Any) -> Self:
        return cls._made(text, values, text.format(**values) if values else text)

    @classmethod
    def _made(cls, text: str, values: Mapping[str, Any], english: str) -> Self:
        made = super().__new__(cls, english)
        made.text, made.values = text, values
        return made

    def to_json(self) -> Any:
        """Return what `from_json` takes."""
        values = {name: one.to_json() if isinstance(one, Wording) else one for name, one in self.values.items()}
        return {"text": self.text, "values": values}

    @classmethod
    def from_json(cls, kept: Any) -> Self:
        """Return the wording that was kept, or one that is only its English sentence. Braces in it do no harm."""
        if not isinstance(kept, Mapping):
            return cls._made(str(kept), {}, str(kept))
        values = {name: cls.from_json(one) if isinstance(one, Mapping) else one for name, one in kept["values"].items()}
        return cls._made(kept["text"], values, filled(kept["text"], values))


def filled(text: str, values: Mapping[str, Any], number: Callable[[float, str], str] = format) -> str:
    """
    Return the text with its values; what names none of them stays as it stands.

    Args:
        number: writes a number by "," or ".1f".
    """

    def value(found: re.Match[str]) -> str:
        name, form = found[1], (found[2] or ":")[1:]
        one = values.get(name, found[0])
        return number(one, form) if form and isinstance(one, int | float) else str(one)

    return PLACEHOLDER.sub(value, text)
