"""`consortio demo`: a world to explore, put in and taken out whole."""

import os
from datetime import date, datetime

import click

from consortio import serving_lock

from .server import database_answered, refused, setup, writing


@click.group()
def demo() -> None:
    """Load or remove the demo world: three invented organisations, eight months into a joint programme."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where anybody has an account already.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Tell the story as of this day, not today.")
def load(if_empty: bool, today: datetime | None) -> None:
    """Put the demo world in."""
    setup()
    from consortio.accounts.reads import has_begun
    from consortio.demo import story

    with database_answered():
        if if_empty and has_begun():
            return
    with refused(story.LoadedAlready, serving_lock.InUse), database_answered(), writing():
        story.load(today.date() if today else date.today())
    click.echo("The demo world is loaded. `consortio serve` prints links that sign in as its people.")


@demo.command()
def remove() -> None:
    """Take the demo world out: its organisations, people, accounts, plans, files and record. Nothing else is touched."""
    setup(os.environ.get("DATABASE_OWNER_URL", ""))
    from consortio.demo import removal

    refusals = (removal.NotLoaded, removal.OthersTakePart, removal.OwnerOnly, serving_lock.InUse)
    with refused(*refusals), database_answered("DATABASE_OWNER_URL"), writing():
        removal.remove()
    click.echo("The demo world is gone.")
