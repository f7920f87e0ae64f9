"""Letters without their case, as PostgreSQL's UPPER writes them; SQLite's own LIKE knows the case of ASCII letters only."""

from collections.abc import Mapping

LOOKUPS = ("iexact", "icontains", "istartswith", "iendswith")


def folded(value: object) -> str | None:
    """Return a text in capitals; a letter that would become several, as ß, stays as it is."""
    if value is None:
        return None
    text = str(value)
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in text)


def folding(words: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """Return what the database is asked by each lookup, with both sides of those that ignore case folded."""
    return {lookup: says.replace(old, new) if lookup in LOOKUPS else says for lookup, says in words.items()}
