"""Names and other single lines that people give: what is taken, and in which form it is kept."""

import unicodedata
from typing import Annotated, Any

from django import forms
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, StringConstraints

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


def composed(value: Any) -> Any:
    return line(value) if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(composed), StringConstraints(min_length=1, max_length=100)]
LongName = Annotated[str, BeforeValidator(composed), StringConstraints(max_length=200)]
Letters = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,4}$"), AfterValidator(str.upper)]
CircleLetters = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,11}$"), AfterValidator(str.upper)]
Part = Annotated[str, BeforeValidator(composed), StringConstraints(max_length=60)]
