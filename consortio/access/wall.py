"""The second wall, at work: transactions in which the database knows who asks, and the wall put up and inspected."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection
from django.db.transaction import atomic

from .errors import NotVisible
from .wall_text import REFUSAL, guarded_models, role, roles_are_apart, statements

if TYPE_CHECKING:
    from .actor import Actor

SETTINGS = {"app.person": "person_id", "app.organisation": "organisation_id", "app.link": "link_id"}


class WallDown(RuntimeError):
    """The database does not hold what the models promise: nobody is served."""


@contextmanager
def transaction(actor: "Actor | None", *, writes: bool) -> Iterator[None]:
    """Open the unit of work: for reads one snapshot of the database. Without an actor it is the system's."""
    if connection.in_atomic_block:  # in tests, which undo everything at the end
        with refusals(), atomic(), _known(actor):
            yield
            if connection.vendor == "postgresql" and actor:
                _tell(None)  # local settings last until the outer transaction ends
    elif writes:
        with refusals(), atomic(), _known(actor):
            yield
    elif connection.vendor == "sqlite":
        with connection.snapshot(), atomic():
            yield
    else:
        with atomic():
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with _known(actor):
                yield


@contextmanager
def other_hat(actor: "Actor", other: "Actor") -> Iterator[None]:
    """Let the database know, within a transaction for an actor, that somebody asks under another hat for a while."""
    if connection.vendor == "sqlite":
        yield
        return
    with atomic():  # so that an exception brings the first hat back
        _tell(other)
        yield
        _tell(actor)


@contextmanager
def savepoint() -> Iterator[None]:
    with refusals(), atomic():
        yield


@contextmanager
def down() -> Iterator[None]:
    """Work as the role that sees all rows, within a transaction."""
    if connection.vendor == "sqlite" or connection.settings_dict["USER"] == role("owner"):
        yield  # the owner of the tables sees all rows by a policy of its own
        return
    with atomic():  # so that an exception takes the role with it
        if roles_are_apart():
            _execute(f"SET LOCAL ROLE {connection.ops.quote_name(role('system'))}")
            yield
            _execute("SET LOCAL ROLE NONE")
        else:
            _execute("SET LOCAL app.unscoped = 'on'")
            yield
            _execute("SET LOCAL app.unscoped = ''")


@contextmanager
def refusals() -> Iterator[None]:
    """A reference to a row that not everybody in the circle sees looks like one to no row."""
    try:
        yield
    except DatabaseError as error:
        if REFUSAL in str(error):
            raise NotVisible from error
        raise


@contextmanager
def _known(actor: "Actor | None") -> Iterator[None]:
    if connection.vendor == "sqlite":
        yield
    elif actor:
        _tell(actor)
        yield
    else:
        with down():
            yield


def _tell(actor: "Actor | None") -> None:
    values = [part for name, field in SETTINGS.items() for part in (name, str(getattr(actor, field, None) or ""))]
    _execute(f"SELECT {', '.join(['set_config(%s, %s, true)'] * len(SETTINGS))}", values)


def install(**_: object) -> None:
    """Put up the wall of the tables that are there, in one transaction, if it is not the one that stands."""
    if connection.settings_dict["USER"] == role("app"):
        return  # the role that serves owns nothing
    text = _expected()
    if not text or text == _standing():
        return
    with atomic():
        if connection.vendor == "sqlite":
            take_down()
        for statement in text:
            _execute(statement)
        if connection.vendor == "postgresql":
            _execute(f"COMMENT ON FUNCTION consortio_circles() IS '{_hash(text)}'")


def take_down(plan: object = True, **_: object) -> None:
    """On SQLite a table that is rebuilt must not be named by a trigger; whoever finds no wall serves nobody."""
    if connection.vendor == "sqlite" and plan:
        for (name,) in _rows(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'wall#_%' ESCAPE '#'"
        ):
            _execute(f'DROP TRIGGER "{name}"')


def verify() -> None:
    """Refuse to serve with a mighty login, an unsafe file, or another wall than the models describe."""
    if connection.vendor == "postgresql":
        _verify_login()
        lacking = (
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        if found := _rows(lacking, [[model._meta.db_table for model in guarded_models()]]):
            raise WallDown(f"no row-level security on {found}")
    else:
        modes = [_rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]
        if modes != ["wal", 2, 1]:
            raise WallDown(f"journal, synchronous, foreign keys are {modes}")
    if not (text := _expected()) or text != _standing():
        raise WallDown("run `consortio migrate`: the wall is not the one that the models describe")


def _verify_login() -> None:
    who = "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user"
    ((name, is_super, bypasses, inherits),) = _rows(who)
    if is_super or bypasses:
        may = "is a superuser" if is_super else "has BYPASSRLS"
        raise WallDown(f"{name!r} {may} and would see every organisation's rows: serve as {role('app')!r}")
    if roles_are_apart() and (name != role("app") or inherits):
        raise WallDown(f"{name!r} may do too much: serve as {role('app')!r}, NOSUPERUSER NOBYPASSRLS NOINHERIT")


def _expected() -> list[str]:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return statements(connection.vendor, there)


def _standing() -> list[str] | None:
    """Return the text of the wall that stands, or on PostgreSQL the expected one if its hash is the one kept."""
    if connection.vendor == "sqlite":
        return [sql for (sql,) in _rows("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")]
    kept = _rows("SELECT obj_description(to_regprocedure('consortio_circles()'), 'pg_proc')")[0][0]
    return text if kept == _hash(text := _expected()) else None


def _hash(text: list[str]) -> str:
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def _execute(sql: str, values: Sequence[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _rows(sql: str, values: Sequence[Any] | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
