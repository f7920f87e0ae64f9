"""Commands of whoever runs the server: doctor, backup, restore, database prepare."""

import os
import subprocess
from pathlib import Path

import click

from consortio import serving_lock

from .server import database_answered, refused, setup, writing


@click.command()
def doctor() -> None:
    """Say what is insecure or could lose data, and what cures it. Exit code 3 where something is."""
    setup()
    from consortio.operating import doctor as checks

    if why := checks.reachable():
        click.echo(f"The database cannot be reached: {why}", err=True)
        raise SystemExit(3)
    with database_answered():
        found = checks.faults()
    for fault in found:
        click.echo(f"{fault.name} ({fault.severity}): {fault.says}\n    {fault.cure}")
    if not found:
        click.echo("Nothing is wrong that this doctor knows of.")
    if any(fault.severity == "refused" for fault in found):
        raise SystemExit(3)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write everything this server keeps to FILE, while it serves."""
    setup(os.environ.get("DATABASE_OWNER_URL", ""), signs=False)
    from django.conf import settings

    from consortio.operating import backup as archive

    with refused(archive.BackupRefused):
        manifest = archive.make(file, database=settings.DATABASES["default"], files=settings.FILES)
    click.echo(f"{file}: the database and {len(manifest['sha256']) - 1} files, verified.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Verify the backup and write nothing.")
def restore(file: Path, check: bool) -> None:
    """Put the backup FILE into an empty place, after verifying all of it."""
    setup(os.environ.get("DATABASE_OWNER_URL", ""), signs=False)
    from django.conf import settings

    from consortio.operating import backup as archive

    with refused(archive.BackupRefused, serving_lock.InUse, serving_lock.Unwritable):
        if check:
            manifest = archive.verify(file)
        else:
            at = settings.DATABASES["default"]
            manifest = archive.restore(file, database=at, files=settings.FILES, alone=writing)
    done = "is whole" if check else "is restored; run `consortio migrate` next"
    click.echo(f"The backup of {manifest['made']} ({manifest['consortio']}) {done}.")


@click.group()
def database() -> None:
    """Prepare PostgreSQL for an installation."""


@database.command()
@click.argument("name", default="consortio")
@click.option("--run", is_flag=True, help="Run the SQL with psql as the user postgres, instead of printing it.")
def prepare(name: str, run: bool) -> None:
    """Print the SQL that makes the database NAME and its three roles: owner, system and app."""
    from consortio.access.prepare import script

    with refused(ValueError):
        text = script(name)
    if not run:
        click.echo(text)
        return
    command = ["psql", "--username", "postgres", "--dbname", "postgres", "--quiet", "--set", "ON_ERROR_STOP=1"]
    try:
        done = subprocess.run(command, input=text, text=True, check=False)
    except FileNotFoundError:
        click.echo("psql is not installed: install PostgreSQL's client programs.", err=True)
        raise SystemExit(3) from None
    if done.returncode:
        click.echo("psql says above why; whatever it did before stays, and this can be run again.", err=True)
        raise SystemExit(3)
    click.echo(f"The database {name} and its three roles are there. Give {name}_owner and {name}_app passwords next.")
