"""What the commands have in common that read one document without a database: refusal, JSON, lines for people."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from consortio.cli.plan import REFUSED
from consortio.interchange.child import read_document_apart
from consortio.interchange.plan import Refused

Figures = dict[str, Any]


def print_document(
    file: str,
    kind: type[Any],
    summary: Callable[[Any], Figures],
    lines: Callable[[Any, Figures], Iterator[str]],
    *,
    as_json: bool,
) -> None:
    try:
        document: Any = read_document_apart(Path(file), kind)
    except Refused as refused:
        click.echo(refused.message, err=True)
        sys.exit(REFUSED)
    figures = summary(document)
    if as_json:
        click.echo(json.dumps({**document.to_json(), "summary": figures}, ensure_ascii=False, indent=1))
        return
    for line in lines(document, figures):
        click.echo(line)
