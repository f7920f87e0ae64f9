"""The words that commands share: INPUT, --json and --seed, and --limit and --svg where there is something to them."""

import argparse
from collections.abc import Callable
from math import isfinite
from typing import Any

SEED_MAX = 2**63 - 1


def add_command(
    subparsers: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    about: str,
    reads: str,
    picture: str | None = None,
    searches: bool = True,
) -> argparse.ArgumentParser:
    """
    Add one command with the words that all share, and return its parser for more.

    Args:
        subparsers: as argparse made them.
        run: is called with the arguments: `input`, `json`, `seed` (None: not given), where it searches `limit`
            (None: not given), and with a picture `svg` (None: not asked for).
        about: one sentence. reads: what INPUT holds. picture: what --svg draws; None: there is none.
        searches: it can take long, and then ends at --limit.
    """
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=about, description=about)
    parser.add_argument("input", metavar="INPUT", help=f"{reads}; - for standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--seed", type=_seed, metavar="N", help="of random numbers and searches, where there are any")
    if searches:
        parser.add_argument("--limit", type=_seconds, metavar="SECONDS", help="answer with the best until then")
    if picture is not None:
        parser.add_argument("--svg", metavar="FILE", help=f"write a picture of {picture}")
    parser.set_defaults(run=run)
    return parser


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= SEED_MAX):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {SEED_MAX}, not {text:.30}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"a limit is a number of seconds above 0, not {text:.30}")
    return value
