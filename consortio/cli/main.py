"""The table of commands: a new command is one line here."""

import click

from consortio import __version__
from consortio.cli.lazy import LazyGroup

COMMANDS = {
    "serve": "consortio.cli.server:serve",
    "migrate": "consortio.cli.server:migrate",
    "demo": "consortio.cli.demo:demo",
    "organisation": "consortio.cli.organisation:organisation",
    "database": "consortio.cli.operating:database",
    "doctor": "consortio.cli.operating:doctor",
    "backup": "consortio.cli.operating:backup",
    "restore": "consortio.cli.operating:restore",
    "plan": "consortio.cli.plan:plan",
    "results": "consortio.cli.results:results",
    "partners": "consortio.cli.partners:partners",
    "readings": "consortio.cli.readings:readings",
}

main = click.version_option(__version__, "-V", "--version", prog_name="consortio")(
    LazyGroup(
        table=COMMANDS, name="consortio", help="Run Consortio, and read files of plans, results, partners and readings."
    )
)
