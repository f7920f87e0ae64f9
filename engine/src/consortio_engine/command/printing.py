"""What a command prints: one JSON object or a table, and the exit code that goes with it."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from consortio_engine.answers import Answer, Status

ANSWERED = 0
USAGE = 2
REFUSED = 3
NO_ANSWER = 4
CANCELLED = 130
UNREAD = 141  # as shells tell a process that the signal for a broken pipe has ended

_CODES: dict[Status, int] = {
    "ok": ANSWERED,
    "feasible": ANSWERED,
    "infeasible": NO_ANSWER,
    "no_answer": NO_ANSWER,
    "limit": NO_ANSWER,
    "cancelled": CANCELLED,
}


def exit_code(status: Status) -> int:
    """The exit code of an answer: 0 answered, 4 no answer, 130 cancelled."""
    return _CODES[status]


def head_of(answer: Answer) -> dict[str, Any]:
    """How the answer came about, as the last lines of every JSON object say it."""
    return {
        "method": answer.method,
        "seed": answer.seed,
        "elapsed": round(answer.elapsed, 6),
        "fingerprint": answer.fingerprint,
        "engine": answer.version,
    }


def print_json(answer: Mapping[str, Any]) -> None:
    """Print exactly one JSON object. NaN and infinity are no JSON: they raise ValueError."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(answer, allow_nan=False, indent=1)
    print(text)


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their heads."""
    for line in table(head, rows):
        print(line)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """
    Lay rows out as lines: numbers to the right, words to the left, None as a dash.

    Args:
        head: one word per column. rows: one value per column.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max([len(word), *(len(row[at]) for row in cells)]) for at, word in enumerate(head)]
    right = [any(_is_number(row[at]) for row in rows) for at in range(len(head))]
    lines = [_line(head, widths, right), _line(["-" * width for width in widths], widths, right)]
    return lines + [_line(row, widths, right) for row in cells]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    columns = zip(cells, widths, right, strict=True)
    return "  ".join(cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in columns).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else ""
    encoding = sys.stdout.encoding or "utf-8"
    return one_line(str(value)).encode(encoding, "replace").decode(encoding)


def one_line(text: str) -> str:
    """The text without what would break a line, or do something to a terminal: a name may hold anything."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
