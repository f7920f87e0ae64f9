"""What the commands have in common that read one document without a database: refusal, JSON, lines for people."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from consortio.cli.plan import REFUSED
from consortio.interchange.child import read_document_apart
from consortio.interchange.plan import Refused

Figures = dict[str, Any]
T = TypeVar("T")


def print_document(
    file: str,
    kind: type[Any],
    summary: Callable[[Any], Figures],
    lines: Callable[[Any, Figures], Iterator[str]],
    *,
    as_json: bool,
) -> None:
    document: Any = or_exit(lambda: read_document_apart(Path(file), kind))
    show_document(document, summary(document), lines, as_json=as_json)


def or_exit(read: Callable[[], T]) -> T:
    """Return what was read; a refused file is one sentence on standard error and exit code 3."""
    try:
        return read()
    except Refused as refused:
        click.echo(refused.message, err=True)
        sys.exit(REFUSED)


def show_document(
    document: Any, figures: Figures, lines: Callable[[Any, Figures], Iterator[str]], *, as_json: bool
) -> None:
    if as_json:
        click.echo(json.dumps({**document.to_json(), "summary": figures}, ensure_ascii=False, indent=1))
        return
    for line in lines(document, figures):
        click.echo(line)
