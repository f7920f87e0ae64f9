"""
Two languages nobody speaks, made while the server runs: they show what a translation would break.

"en-xa" is longer and accented: what stays plain was never given to a translator, what overflows has no room.
"ar-xb" runs from right to left. Both are served only where the setting PSEUDO_LOCALES is on.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from gettext import NullTranslations

from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

ACCENTED = str.maketrans("aceilnorsuyACDEILNORSUYZ", "áçéîļñöřšûýÅÇĐÉÎĻÑÖŘŠÛÝŽ")
# What a translator leaves alone: placeholders of either kind, tags, entities.
KEPT = re.compile(r"(%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_0-9]*(?::,|:\.1f)?\}|<[^>]*>|&[a-z#0-9]+;)", re.IGNORECASE)
RIGHT_TO_LEFT, BACK = "\u202e", "\u202c"
GROWTH = 3  # one syllable more for each three words: a third longer, as German is


def longer(text: str) -> str:
    """Return the text accented, bracketed and about a third longer, placeholders untouched."""
    said = _outside(text, lambda piece: piece.translate(ACCENTED))
    return f"[{said}{' ööö' * max(1, len(text.split()) // GROWTH)}]" if text.strip() else text


def mirrored(text: str) -> str:
    """Return the text with every word set from right to left, placeholders untouched."""
    return _outside(text, lambda piece: re.sub(r"\w[\w’'-]*", rf"{RIGHT_TO_LEFT}\g<0>{BACK}", piece))


def _outside(text: str, change: Callable[[str], str]) -> str:
    return "".join(piece if KEPT.fullmatch(piece) else change(piece) for piece in KEPT.split(text))


class PseudoTranslation(NullTranslations):
    """A catalogue without entries, in the shape that Django expects: every message is changed as it is asked for."""

    def __init__(self, language: str, change: Callable[[str], str]) -> None:
        super().__init__()
        self._language, self._change = language, lru_cache(maxsize=4096)(change)

    def gettext(self, message: str) -> str:
        return self._change(message.rpartition(CONTEXT_SEPARATOR)[2])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def to_language(self) -> str:
        return self._language

    def language(self) -> str:
        return self._language


CHANGES = {"en-xa": longer, "ar-xb": mirrored}


def install() -> None:
    """
    Give Django the pseudo languages, in the place where it keeps the catalogues it has loaded.

    There is no file behind them, so nothing can fall out of step with the templates.
    """
    for language, change in CHANGES.items():
        trans_real._translations[language] = PseudoTranslation(language, change)  # type: ignore[attr-defined]
