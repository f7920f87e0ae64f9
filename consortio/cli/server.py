"""Commands of whoever runs the server. They import Django; the commands on plan files do not."""

import ctypes
import gc
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import click

from consortio import serving_lock

WHILE_LOADING = (50_000, 20, 100)  # what is loaded stays: looking through it for garbage was a tenth of the start
ARENA_MAX = -8  # M_ARENA_MAX, as glibc calls it
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_URL = "http://127.0.0.1:8000"
TOO_FEW_RIGHTS, NO_SUCH_TABLE, NO_SUCH_COLUMN = "42501", "42P01", "42703"  # as PostgreSQL numbers them


def setup(database_url: str = "", *, signs: bool = True) -> None:
    """
    Load Django with the settings of the environment, on another database where one is named.

    Args:
        signs: no; then no key is made where there is none.
    """
    gc.set_threshold(*WHILE_LOADING)
    if not (signs or os.environ.get("SECRET_KEY")):
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortio.settings")
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    import django
    from django.core.exceptions import ImproperlyConfigured

    with refused(ImproperlyConfigured, OSError):
        django.setup()


def writing() -> AbstractContextManager[None]:
    """Be the one process that writes; on PostgreSQL there may be many."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return nullcontext()
    return serving_lock.held(Path(connection.settings_dict["NAME"]))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: one that is free."
)
def serve(host: str, port: int) -> None:
    """Serve the hub, and do its background work."""
    _keep_one_arena()
    port = port or _free_port()
    if host in LOOPBACK and "BASE_URL" not in os.environ:  # nobody else reaches it: the settings are made for that
        os.environ["BASE_URL"] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        os.environ.setdefault("SIGN_IN_LINKS", "yes")
    setup()
    from django.conf import settings

    from consortio.access.wall import WallDown

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    with refused(serving_lock.InUse, WallDown, PortTaken), database_answered(), writing():
        from consortio.asgi import application

        with _bound(host, port) as listening:
            _greet(host, port)
            _run(application, listening)


def _keep_one_arena() -> None:
    """Let all threads take memory from one place: they take turns anyway, and what one gives back another can use."""
    if hasattr(library := ctypes.CDLL(None), "mallopt"):  # as on Linux with glibc
        library.mallopt(ARENA_MAX, 1)


class PortTaken(OSError):
    """The address cannot be listened on."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """Take the address before anybody is told of it, or raise PortTaken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTaken(f"There is no address {host!r} on this machine: {error.strerror}.") from None
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            why = f"{host} port {port} cannot be listened on: {error.strerror}. Name another one with --port."
            raise PortTaken(why) from None
        yield listening


def _run(application: object, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        application,  # type: ignore[arg-type]  # Starlette is an ASGI application
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _greet(host: str, port: int) -> None:
    from django.conf import settings

    from consortio.demo.doors import sign_in_links

    if settings.BASE_URL == DEFAULT_URL and (host, port) not in ((name, 8000) for name in LOOPBACK):
        click.echo(f"Consortio listens on {host} port {port}: set BASE_URL to the address by which people reach it.")
    else:
        click.echo(f"Consortio is at {settings.BASE_URL}")
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

    with refused(serving_lock.InUse), database_answered("DATABASE_OWNER_URL"), writing():
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
            click.echo(str(error).strip(), err=True)
            raise SystemExit(3)


@contextmanager
def database_answered(setting: str = "DATABASE_URL") -> Iterator[None]:
    """
    Answer with a sentence and exit code 3 what a person can cause at the database: it is not there, has not our tables,
    or lets the login do too little. What only we can cause passes.

    Args:
        setting: the one that names this command's login.
    """
    from django.db import DatabaseError

    try:
        yield
    except serving_lock.Unwritable as error:
        click.echo(str(error), err=True)
        raise SystemExit(3) from None
    except DatabaseError as error:
        if not (sentence := _about_database(error, setting)):
            raise
        click.echo(sentence, err=True)
        raise SystemExit(3) from None


def _about_database(error: Exception, setting: str) -> str:
    from django.db import OperationalError, connection

    said = str(error).strip().partition("\n")[0].rstrip(".")
    state = _state_of(error)
    if state == TOO_FEW_RIGHTS:
        role = "owns the tables" if setting == "DATABASE_OWNER_URL" else "serves"
        who = connection.settings_dict["USER"]
        return f"{who!r} may not do this ({said}): set {setting} to the role that {role}."
    if state in (NO_SUCH_TABLE, NO_SUCH_COLUMN) or said.startswith(("no such table", "no such column")):
        return f"The database has not the tables of this version ({said}): run `consortio migrate`."
    if isinstance(error, OperationalError) or said == "file is not a database":  # SQLite's words for another file
        return f"The database cannot be used: {said}."
    return ""


def _state_of(error: BaseException | None) -> str:
    """Return PostgreSQL's number of what went wrong, from the error or what it was raised for; nothing on SQLite."""
    while error is not None:
        if state := getattr(error, "sqlstate", None):
            return str(state)
        error = error.__cause__ or error.__context__
    return ""
