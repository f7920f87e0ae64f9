"""Texts that people say in fields of rows, as they are kept; what a field does not take is refused by its name."""

from django.utils.translation import gettext as _

from consortio.lines import NotALine, line

from .errors import Invalid


def said_line(field: str, text: str, most: int) -> str:
    """Return one line as it is kept. Raises: Invalid."""
    try:
        return said_text(field, line(text), most)
    except NotALine as refusal:
        raise Invalid(field, str(refusal)) from None


def said_text(field: str, text: str, most: int) -> str:
    """Return a text as it is kept, its lines ended by one sign, without empty edges. Raises: Invalid."""
    kept = text.replace("\r\n", "\n").strip()
    if len(kept) > most:
        raise Invalid(field, _("At most %(most)s signs; this has %(size)s.") % {"most": most, "size": len(kept)})
    return kept
