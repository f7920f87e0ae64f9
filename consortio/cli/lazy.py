"""A group of commands that imports each one only when it is asked for."""

import importlib
from collections.abc import Mapping
from typing import cast

import click


class LazyGroup(click.Group):
    """Takes the commands from a table of names and "module:attribute"."""

    def __init__(self, *, table: Mapping[str, str], name: str, help: str) -> None:
        super().__init__(name=name, help=help, context_settings={"help_option_names": ["-h", "--help"]})
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._table.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        return cast(click.Command, getattr(importlib.import_module(module), attribute))
