"""
One file with everything a server keeps: the database as of one moment, and the files its rows name.

It is a ZIP archive with a manifest of SHA-256 sums. The database is copied first: a file is stored before its row and
never changed, so whatever a row of the copy names is there when the files are copied after it. The server's secret key
is not in it: who restores elsewhere makes a new one, and everybody signs in again.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from consortio import __version__

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
WALL = re.compile(r" (POLICY|ROW SECURITY|COMMENT) public ")
SIZE_MAX = 1 << 40  # bytes, of one unpacked file


class BackupRefused(ValueError):
    """The backup cannot be made, or is not one that can be restored; nothing was changed."""


def make(file: Path, *, database: dict[str, Any], files: Path) -> dict[str, Any]:
    """Write the backup and return its manifest. The file appears whole or not at all."""
    if file.exists():
        raise BackupRefused(f"{file} exists already: name a new file.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            aside = Path(folder) / "backup"
            manifest = _written(aside, _copied(database, Path(folder)), files)
            verify(aside)
            aside.rename(file)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror or error}.") from None
    return manifest


def _copied(database: dict[str, Any], folder: Path) -> Path:
    """Return a copy of the database as of one moment, made while others write."""
    if not _is_sqlite(database):
        return _dumped(database, folder / "database.dump")
    copy = folder / "database.sqlite3"
    if not Path(database["NAME"]).exists():  # SQLite would make one
        raise BackupRefused(
            f"There is no database {database['NAME']}: set CONSORTIO_DATA or DATABASE_URL to its place."
        )
    try:
        with closing(sqlite3.connect(database["NAME"])) as source:
            source.execute("VACUUM INTO ?", [str(copy)])
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{database['NAME']} cannot be copied: {error}.") from None
    return copy


def _dumped(database: dict[str, Any], copy: Path) -> Path:
    """Dump as the owner, whom the second wall lets see all rows; as the role that serves, the copy would be empty."""
    if _is_serving_role(database):
        raise BackupRefused(
            f"{database['USER']!r} sees nobody's rows: set DATABASE_OWNER_URL to the role that owns the tables."
        )
    how = ["--format=custom", "--no-owner", "--no-privileges", "--enable-row-security"]
    _run(["pg_dump", *how, f"--file={copy}", *_where(database)], database)
    return copy


def _is_serving_role(database: dict[str, Any]) -> bool:
    return bool(database["USER"] == f"{database['NAME']}_app")


def _where(database: dict[str, Any]) -> list[str]:
    at = {"host": database["HOST"], "port": database["PORT"], "username": database["USER"], "dbname": database["NAME"]}
    return [f"--{name}={value}" for name, value in at.items() if value]


def _run(command: list[str], database: dict[str, Any]) -> str:
    """Run one of PostgreSQL's programs, with the setting by which a single login passes its own second wall."""
    environment = os.environ | {"PGPASSWORD": database["PASSWORD"], "PGOPTIONS": "-c app.unscoped=on"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BackupRefused(f"{command[0]} is not installed: install PostgreSQL's client programs.") from None
    if done.returncode:
        raise BackupRefused(f"{command[0]}: {_why(done.stderr)}")
    return done.stdout


def _why(told: str) -> str:
    """Return the sentence among what a program of PostgreSQL says."""
    lines = [line for line in told.strip().splitlines() if "error" in line.lower()] or told.strip().splitlines()
    return lines[0] if lines else "it failed without a word."


def _written(aside: Path, copy: Path, files: Path) -> dict[str, Any]:
    sums: dict[str, str] = {}
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        _add(archive, copy, copy.name, sums)
        for path in sorted(path for path in files.rglob("*") if path.is_file() and not path.name.startswith(".")):
            with suppress(FileNotFoundError):  # withdrawn longer ago than this backup takes: no row names it
                _add(archive, path, f"files/{path.relative_to(files).as_posix()}", sums)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "consortio": __version__, "made": made, "database": copy.name, "sha256": sums}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


def _add(archive: zipfile.ZipFile, path: Path, name: str, sums: dict[str, str]) -> None:
    digest = hashlib.sha256()
    with open(path, "rb") as source, archive.open(name, "w", force_zip64=True) as target:  # opened first, or not added
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    sums[name] = digest.hexdigest()


def verify(file: Path) -> dict[str, Any]:
    """
    Read the whole backup and return its manifest.

    Raises:
        BackupRefused: it is damaged, incomplete, of a later version, or holds what no backup holds.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            for name, expected in manifest["sha256"].items():
                _check(archive, name, expected)
            return manifest
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, zipfile.LargeZipFile) as error:
        raise BackupRefused(f"{file} is no whole backup: {error}.") from None


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    names = archive.namelist()
    if len(names) != len(set(names)):
        raise BackupRefused("The backup holds two files of one name: it was tampered with.")
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError):
        raise BackupRefused("The backup has no readable manifest.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupRefused(f"This is a backup of another format; this version restores format {FORMAT}.")
    if not isinstance(manifest.get("sha256"), dict) or manifest.get("database") not in manifest["sha256"]:
        raise BackupRefused("The manifest names no database.")
    if set(names) != {MANIFEST, *manifest["sha256"]}:
        raise BackupRefused("The backup does not hold exactly what its manifest names.")
    return manifest


def _check(archive: zipfile.ZipFile, name: str, expected: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or (path.parts[0] != "files" and len(path.parts) > 1):
        raise BackupRefused(f"The backup holds {name!r}, which would be written outside its place.")
    info = archive.getinfo(name)
    if (info.external_attr >> 16) & 0o170000 == 0o120000 or info.file_size > SIZE_MAX:
        raise BackupRefused(f"The backup holds {name!r}, which is a link or too large.")
    digest = hashlib.sha256()
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise BackupRefused(f"The backup is damaged: {name!r} is not what was written.")


def restore(
    file: Path,
    *,
    database: dict[str, Any],
    files: Path,
    alone: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> dict[str, Any]:
    """
    Put a backup into an empty place: no database file or tables, no files. It is verified before anything is written.

    Args:
        alone: keeps other processes from writing to the place, asked for only when the backup is known to be whole.

    Raises:
        BackupRefused: the backup is not whole, or the place is not fit. Nothing is left in it.
    """
    manifest = verify(file)
    _refuse_place(manifest, database, files)
    with _aside(files.parent) as folder:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folder, members=list(manifest["sha256"]))
        copy = folder / manifest["database"]
        if _is_sqlite(database):
            _refuse_damaged(copy)
        with alone():
            _refuse_place(manifest, database, files)
            with _emptied_again(files):
                if (folder / "files").exists():
                    shutil.copytree(folder / "files", files, dirs_exist_ok=True)
                if _is_sqlite(database):
                    _put_in_place(copy, Path(database["NAME"]))
                else:
                    _load(copy, database)
    return manifest


def _is_sqlite(database: dict[str, Any]) -> bool:
    return bool(database["ENGINE"] == "consortio.sqlite")


def _refuse_place(manifest: dict[str, Any], database: dict[str, Any], files: Path) -> None:
    if manifest["database"].endswith(".sqlite3") != _is_sqlite(database):
        raise BackupRefused(
            "The backup is of the other kind of database: restore it where DATABASE_URL is of its kind."
        )
    if files.exists() and any(files.rglob("*")):
        raise BackupRefused(f"{files} is not empty: restore into an empty place.")
    if _is_sqlite(database) and Path(database["NAME"]).exists():
        raise BackupRefused(f"{database['NAME']} exists: restore into an empty place.")
    if not _is_sqlite(database) and _is_serving_role(database):
        raise BackupRefused(
            f"{database['USER']!r} may make no tables: set DATABASE_OWNER_URL to the role that owns the database."
        )


@contextmanager
def _aside(place: Path) -> Iterator[Path]:
    """Yield a folder on the disk of the place. Where nothing comes of it, the place goes too if it was not there before."""
    missing = [folder for folder in (place, *place.parents) if not folder.exists()]
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as folder:
            yield Path(folder)
    except BaseException as error:
        for made in missing:
            with suppress(OSError):
                made.rmdir()
        if isinstance(error, OSError):
            raise BackupRefused(f"{place} cannot be written: {error.strerror or error}.") from None
        raise


@contextmanager
def _emptied_again(files: Path) -> Iterator[None]:
    was_there = files.exists()
    try:
        yield
    except BaseException:
        shutil.rmtree(files, ignore_errors=True)
        if was_there:
            files.mkdir(exist_ok=True)
        raise


def _load(copy: Path, database: dict[str, Any]) -> None:
    """
    Load a dump, all or nothing. The second wall is left out: it names the roles of the place the dump comes from, and
    `consortio migrate` puts up the one of this place. Until then nothing is served.
    """
    listed = _run(["pg_restore", "--list", str(copy)], database)
    kept = copy.with_name("contents")
    kept.write_text("\n".join(line for line in listed.splitlines() if not WALL.search(line)))
    how = ["--single-transaction", "--no-owner", "--no-privileges", f"--use-list={kept}"]
    _run(["pg_restore", *how, *_where(database), str(copy)], database)


def _refuse_damaged(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as opened:
            (answer,) = opened.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise BackupRefused(f"The database in the backup is damaged: {answer}.")


def _put_in_place(copy: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.restored")
    shutil.copyfile(copy, aside)
    with open(aside, "rb") as file:
        os.fsync(file.fileno())
    aside.rename(target)
