"""Commands of whoever runs the server. They import Django; the commands on plan files do not."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from consortio import serving_lock

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def setup(database_url: str = "") -> None:
    """Load Django with the settings of the environment, on another database where one is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortio.settings")
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    import django

    django.setup()


def writing() -> AbstractContextManager[None]:
    """Be the one process that writes; on PostgreSQL there may be many."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return nullcontext()
    return serving_lock.held(Path(connection.settings_dict["NAME"]))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the hub, and do its background work."""
    if host in LOOPBACK and "BASE_URL" not in os.environ:  # nobody else reaches it: the settings are made for that
        os.environ["BASE_URL"] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        os.environ.setdefault("SIGN_IN_LINKS", "yes")
    setup()
    from django.conf import settings

    from consortio.access.wall import WallDown

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    with refused(serving_lock.InUse, WallDown), writing():
        from consortio.asgi import application

        _greet(host, port)
        _run(application, host, port)


def _run(application: object, host: str, port: int) -> None:
    import uvicorn

    uvicorn.run(
        application,  # type: ignore[arg-type]  # Starlette is an ASGI application
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )


def _greet(host: str, port: int) -> None:
    from consortio.demo.doors import sign_in_links

    address = f"http://{host}:{port}"
    click.echo(f"Consortio is at {address}")
    links = sign_in_links() if host in LOOPBACK else []
    if links:
        click.echo("\nSign in as somebody of the demo world (these links work on this machine only):")
    for who, link in links:
        click.echo(f"  {who}\n    {link}")
    sys.stdout.flush()


@click.command()
def migrate() -> None:
    """Bring the database up to date, and put the second wall round its tables."""
    setup(os.environ.get("DATABASE_OWNER_URL", ""))
    from django.core.management import call_command

    with refused(serving_lock.InUse), writing():
        call_command("migrate", verbosity=0, interactive=False)
    click.echo("The database is up to date.")


class refused:
    """Answer what a person can cause with its sentence and exit code 3, never with a traceback."""

    def __init__(self, *kinds: type[BaseException]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if kind and issubclass(kind, self.kinds):
            click.echo(str(error), err=True)
            raise SystemExit(3)
