"""What an administrator should know before partners rely on a server: each fault by name, with the sentence that cures it."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from consortio.access import wall
from consortio.access.wall_text import role, roles_are_apart

Severity = Literal["refused", "advice"]
KEY_LENGTH_MIN = 32


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    severity: Severity  # refused: not fit for partners; advice: it works, and could be better
    says: str
    cure: str


def faults() -> list[Fault]:
    """Return what is wrong, the grave first. Nothing is written."""
    found = [fault for check in CHECKS for fault in check()]
    return sorted(found, key=lambda fault: fault.severity != "refused")


def is_exposed() -> bool:
    """Tell whether others than this machine are meant to reach the server."""
    return urlsplit(settings.BASE_URL).hostname not in ("127.0.0.1", "localhost", "::1")


def _key() -> Iterator[Fault]:
    if len(settings.SECRET_KEY) < KEY_LENGTH_MIN or len(set(settings.SECRET_KEY)) < 10:
        yield Fault(
            "key",
            "refused",
            "SECRET_KEY can be guessed, and whoever knows it can sign in as anybody.",
            "Remove SECRET_KEY from the environment: a good one is made and kept beside the data.",
        )
    kept = settings.DATA / "secret_key"
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        yield Fault("key-file", "refused", f"Others on this machine can read {kept}.", f"chmod 600 {kept}")


def _debug() -> Iterator[Fault]:
    if settings.DEBUG:
        yield Fault("debug", "refused", "DEBUG shows code and settings to whoever causes a fault.", "Remove DEBUG.")


def _hosts() -> Iterator[Fault]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Fault(
            "hosts",
            "refused",
            "ALLOWED_HOSTS takes every name, so a link in a mail can lead to somebody else's server.",
            "Set ALLOWED_HOSTS to the names under which people reach this server.",
        )
    if is_exposed() and not settings.IS_HTTPS:
        yield Fault(
            "https",
            "refused",
            f"BASE_URL is {settings.BASE_URL}: passwords and plans would travel readable by others.",
            "Put a proxy with a certificate before it, set BASE_URL to the https address and BEHIND_PROXY=yes.",
        )
    if settings.IS_HTTPS and not settings.SECURE_PROXY_SSL_HEADER:
        yield Fault(
            "proxy",
            "refused",
            f"BASE_URL is {settings.BASE_URL}, so a proxy stands before the server, which does not believe it: answers"
            " carry no HSTS, and limits on trying passwords count everybody as one address, the proxy's.",
            "Set BEHIND_PROXY=yes, and let the proxy set X-Forwarded-Proto and X-Forwarded-For.",
        )


def _mail() -> Iterator[Fault]:
    if is_exposed() and not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Fault(
            "mail",
            "refused",
            f"Mail goes nowhere: it is written to {settings.EMAIL_FILE_PATH}.",
            "Set EMAIL_HOST, EMAIL_USER, EMAIL_PASSWORD and EMAIL_FROM.",
        )


def _sqlite() -> Iterator[Fault]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        modes = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    if modes["synchronous"] < 2:
        yield Fault(
            "synchronous",
            "refused",
            "synchronous is below FULL: what was acknowledged is lost when the power goes.",
            "Remove what changes `synchronous` from the settings; the product sets FULL.",
        )
    if _is_on_network(Path(settings.DATABASES["default"]["NAME"])):
        yield Fault(
            "network-disk",
            "refused",
            "The SQLite file lies on a network disk, where its locks do not hold.",
            "Set CONSORTIO_DATA to a folder on a disk of this machine, or use PostgreSQL.",
        )


def _is_on_network(path: Path) -> bool:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    rows = [line.split()[1:3] for line in mounts.read_text().splitlines()]
    own = [(point, kind) for point, kind in rows if str(path).startswith(point.rstrip("/") + "/") or point == "/"]
    kind = max(own, key=lambda row: len(row[0]))[1] if own else ""
    return kind in {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"}


def _postgresql() -> Iterator[Fault]:
    if connection.vendor != "postgresql":
        return
    who = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    name, is_super, bypasses = _row(who)
    if is_super or bypasses:
        yield Fault(
            "superuser",
            "refused",
            f"{name!r} {'is a superuser' if is_super else 'has BYPASSRLS'}: the second wall does not hold it.",
            f"Run `consortio database prepare`, and serve as {role('app')!r}.",
        )
    elif not roles_are_apart():
        yield Fault(
            "one-role",
            "advice",
            "One login owns the tables and serves them, so the second wall is weaker: it catches what code forgets,"
            " not what somebody with this login means.",
            "Run `consortio database prepare`, set DATABASE_OWNER_URL for `consortio migrate`"
            f" and DATABASE_URL to {role('app')!r}.",
        )
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        (value,) = _row("SELECT current_setting(%s)", [setting])
        if value == "off":
            yield Fault(
                setting,
                "refused",
                f"{setting} is off: acknowledged changes can be lost.",
                f"Set {setting} = on in postgresql.conf.",
            )


def _row(sql: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    assert found is not None
    return tuple(found)


def _wall() -> Iterator[Fault]:
    try:
        wall.verify()
    except wall.WallDown as fault:
        yield Fault("wall", "refused", str(fault), "Run `consortio migrate`.")


def _folders() -> Iterator[Fault]:
    for folder in (settings.DATA, settings.FILES):
        if folder.exists() and not os.access(folder, os.W_OK):
            yield Fault("folder", "refused", f"{folder} cannot be written.", f"Give {folder} to the user that serves.")


CHECKS: list[Callable[[], Iterator[Fault]]] = [_key, _debug, _hosts, _mail, _sqlite, _postgresql, _wall, _folders]


def reachable() -> str:
    """Return why the database cannot be reached, or nothing."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return str(error).strip().splitlines()[0]
    return ""
