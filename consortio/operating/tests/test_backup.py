"""A backup is whole, is made while others write, and goes only into an empty place."""

import hashlib
import json
import sqlite3
import threading
import zipfile
from contextlib import closing

import pytest

from consortio.operating import backup


@pytest.fixture
def place(tmp_path):
    """A database with a row and a file of it."""
    database = {"ENGINE": "consortio.sqlite", "NAME": str(tmp_path / "here" / "one.sqlite3")}
    files = tmp_path / "here" / "files"
    (files / "circle" / "ab").mkdir(parents=True)
    (files / "circle" / "ab" / "abc").write_bytes(b"plan")
    with closing(sqlite3.connect(database["NAME"])) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE note (n INTEGER)")
        opened.execute("INSERT INTO note VALUES (1)")
        opened.commit()
    return database, files


def elsewhere(tmp_path):
    return {"ENGINE": "consortio.sqlite", "NAME": str(tmp_path / "there" / "two.sqlite3")}, tmp_path / "there" / "files"


def numbers(database):
    with closing(sqlite3.connect(database["NAME"])) as opened:
        return [n for (n,) in opened.execute("SELECT n FROM note ORDER BY n")]


def test_what_was_kept_is_restored_into_an_empty_place(tmp_path, place):
    database, files = place
    backup.make(tmp_path / "kept", database=database, files=files)

    there, there_files = elsewhere(tmp_path)
    backup.restore(tmp_path / "kept", database=there, files=there_files)

    assert numbers(there) == [1]
    assert (there_files / "circle" / "ab" / "abc").read_bytes() == b"plan"


def test_a_backup_made_while_others_write_is_one_moment(tmp_path, place):
    database, files = place
    ends = threading.Event()

    def write():
        with closing(sqlite3.connect(database["NAME"], timeout=20)) as opened:
            n = 1
            while not ends.is_set():
                opened.executemany("INSERT INTO note VALUES (?)", [(n + 1,), (n + 2,)])  # always in pairs
                opened.commit()
                n += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for name in ("a", "b", "c"):
            backup.make(tmp_path / name, database=database, files=files)
    finally:
        ends.set()
        writer.join()
    for name in ("a", "b", "c"):
        there = {"ENGINE": "consortio.sqlite", "NAME": str(tmp_path / name / "two.sqlite3")} | {}
        there["NAME"] = str(tmp_path / f"restored {name}" / "two.sqlite3")
        backup.restore(tmp_path / name, database=there, files=tmp_path / f"restored {name}" / "files")
        found = numbers(there)
        assert found == list(range(1, len(found) + 1)) and len(found) % 2 == 1


def test_a_place_that_is_not_empty_is_left_alone(tmp_path, place):
    database, files = place
    backup.make(tmp_path / "kept", database=database, files=files)
    with pytest.raises(backup.BackupRefused, match="empty"):
        backup.restore(tmp_path / "kept", database=database, files=tmp_path / "none")
    with pytest.raises(backup.BackupRefused, match="not empty"):
        backup.restore(tmp_path / "kept", database=elsewhere(tmp_path)[0], files=files)
    with pytest.raises(backup.BackupRefused, match="exists already"):
        backup.make(tmp_path / "kept", database=database, files=files)


def forged(path, change):
    """Write the backup again with its entries changed: a list of (name, content)."""
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in change(entries):
            archive.writestr(name, content)


def manifest_with(**changes):
    def change(entries):
        return [(n, json.dumps(json.loads(c) | changes) if n == backup.MANIFEST else c) for n, c in entries]

    return change


FORGERIES = {
    "a file is missing": lambda entries: [e for e in entries if not e[0].startswith("files/")],
    "a file too many": lambda entries: [*entries, ("files/circle/ab/more", b"x")],
    "other bytes": lambda entries: [(n, b"other" if n.startswith("files/") else c) for n, c in entries],
    "no manifest": lambda entries: [e for e in entries if e[0] != backup.MANIFEST],
    "a manifest that is no JSON": lambda entries: [(n, b"{" if n == backup.MANIFEST else c) for n, c in entries],
    "a later format": manifest_with(format=2),
    "no database": manifest_with(database="none.sqlite3"),
    "outside its place": lambda entries: [
        ("../evil" if n.startswith("files/") else n, c.replace(b"files/circle/ab/abc", b"../evil")) for n, c in entries
    ],
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_backup_is_refused_with_a_reason_and_nothing_is_written(tmp_path, place, name):
    database, files = place
    backup.make(tmp_path / "kept", database=database, files=files)
    forged(tmp_path / "kept", FORGERIES[name])

    there, there_files = elsewhere(tmp_path)
    with pytest.raises(backup.BackupRefused):
        backup.restore(tmp_path / "kept", database=there, files=there_files)

    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("at", [10, 200, -200, -10])
def test_a_damaged_backup_is_refused(tmp_path, place, at):
    database, files = place
    backup.make(tmp_path / "kept", database=database, files=files)
    content = (tmp_path / "kept").read_bytes()
    (tmp_path / "short").write_bytes(content[:at])
    with pytest.raises(backup.BackupRefused):
        backup.verify(tmp_path / "short")
    backup.verify(tmp_path / "kept")


def test_a_backup_whose_database_is_damaged_is_refused_and_the_place_stays_as_it_was(tmp_path, place):
    database, files = place
    backup.make(tmp_path / "kept", database=database, files=files)
    broken = b"no database" * 100
    digest = hashlib.sha256(broken).hexdigest()

    def damaged(entries):
        manifest = json.loads(dict(entries)[backup.MANIFEST])
        manifest["sha256"]["database.sqlite3"] = digest
        new = {backup.MANIFEST: json.dumps(manifest), "database.sqlite3": broken}
        return [(name, new.get(name, content)) for name, content in entries]

    forged(tmp_path / "kept", damaged)
    there, there_files = elsewhere(tmp_path)
    with pytest.raises(backup.BackupRefused, match="The database in the backup is damaged: file is not a database"):
        backup.restore(tmp_path / "kept", database=there, files=there_files)

    assert not (tmp_path / "there").exists()


def test_files_that_were_put_down_go_again_where_the_database_cannot_be(tmp_path, place):
    database, files = place
    backup.make(tmp_path / "kept", database=database, files=files)
    (tmp_path / "plain").write_text("")
    nowhere = {"ENGINE": "consortio.sqlite", "NAME": str(tmp_path / "plain" / "two.sqlite3")}

    with pytest.raises(backup.BackupRefused, match="cannot be written"):
        backup.restore(tmp_path / "kept", database=nowhere, files=tmp_path / "there" / "files")

    assert not (tmp_path / "there").exists()


def test_a_database_that_is_none_or_not_there_is_not_copied(tmp_path, place):
    _, files = place
    (tmp_path / "text").write_text("no database " * 100)
    for name, sentence in (("none", "There is no database"), ("text", "cannot be copied: file is not a database")):
        with pytest.raises(backup.BackupRefused, match=sentence):
            backup.make(
                tmp_path / "kept", database={"ENGINE": "consortio.sqlite", "NAME": str(tmp_path / name)}, files=files
            )
    assert not (tmp_path / "none").exists() and not (tmp_path / "kept").exists()
