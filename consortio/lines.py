"""Names and other single lines that people give: what is taken, and in which form it is kept."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from consortio.unseen import NOT_IN_LINES

REFUSED = {"Cc", "Cs", "Cn", "Zl", "Zp"}  # controls, halves of pairs, line ends
UNSEEN = {"Cf", "Zs", "Mn"}  # joiners, spaces, marks: part of names, and no name by themselves


class NotALine(ValueError):
    """The text holds a character that is in no name."""


def line(text: str) -> str:
    """
    Return the text as it is kept: composed (NFC), without spaces around it.

    Raises:
        NotALine: it holds a line break or another character that is not seen.
    """
    kept = unicodedata.normalize("NFC", text).strip()
    if kept and all(unicodedata.category(letter) in UNSEEN for letter in kept):
        raise NotALine(_("Write something that can be seen."))
    for letter in kept:
        if letter in NOT_IN_LINES or unicodedata.category(letter) in REFUSED:
            raise NotALine(
                _("A character that is not seen (U+%(code)04X) is in it; write it in one line.") % {"code": ord(letter)}
            )
    return kept


class LineField(forms.CharField):
    """A form's field of one line."""

    def to_python(self, value: Any) -> str:
        try:
            return line(super().to_python(value) or "")
        except NotALine as fault:
            raise forms.ValidationError(str(fault)) from None
