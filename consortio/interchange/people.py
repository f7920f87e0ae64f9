"""Names of people and organisations in one cell."""

import re


def split_people(text: str) -> list[tuple[str, float | None]]:
    """
    Return each name with its share of the time: "Ann[50%]; Bo" gives Ann with 0.5 and Bo without.

    Semicolons, line ends and slashes between words divide names, and commas where none of these does.
    """
    pieces = re.split(r"[;\n]|\s/\s", text)
    if len(pieces) == 1:
        pieces = text.split(",")
    found: dict[str, float | None] = {}
    for piece in pieces:
        name, units = _with_units(" ".join(piece.split()))
        if name:
            found.setdefault(name[:200], units)
    return list(found.items())


def _with_units(text: str) -> tuple[str, float | None]:
    shared = re.fullmatch(r"(.+?)\s*[\[(]\s*(\d{1,5}(?:[.,]\d{1,4})?)\s*%\s*[\])]", text)
    if shared is None:
        return ("" if text in ("-", "–", "n/a", "N/A") else text), None
    return shared[1], float(shared[2].replace(",", ".")) / 100
