"""
Texts in comma-separated files that no spreadsheet takes for formulas.

Excel and its like run what begins with =, +, - or @ (also after blanks, and in full width). Such a text gets an
apostrophe in front, the sign for "this is text"; one that has an apostrophe there already gets a second one, so that
taking one away again is always right.
"""

import re

_DANGER = re.compile("[\\s']*[=+\\-@\uff1d\uff0b\uff0d\uff20]")


def safe_text(text: str) -> str:
    """Return the text as a cell that is never run."""
    return f"'{text}" if _DANGER.match(text) else text


def bare_text(text: str) -> str:
    """Return the text that `safe_text` was given."""
    return text[1:] if text.startswith("'") and _DANGER.match(text[1:]) else text
