"""What a file may be called."""

from pathlib import PurePath


def safe_name(name: str) -> str:
    """Return the last part of a name, without what a header or a shell could read as more than a name."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?/\\')
    return kept.strip(". ")[:200] or "file"
