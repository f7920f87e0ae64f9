"""PostgreSQL as an operator meets it: one login or three roles, logins that may too much, backup and restore."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.journeys.hub import OTHERS, ROOT, Hub

sys.path.insert(0, str(ROOT / "bin"))
import _postgres

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(_postgres.binaries() is None, reason="PostgreSQL is not installed"),
]
COUNT = "SELECT count(*) FROM plans_item"


class Server:
    """A cluster in which `postgres` may do everything, and whoever else is made here."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = url.rpartition(":")[2].partition("/")[0]
        self.folder = folder

    def url(self, who: str, database: str) -> str:
        return f"postgres://{who}@127.0.0.1:{self.port}/{database}"

    def sql(self, text: str, who: str = "postgres", database: str = "postgres") -> str:
        at = ["--host", "127.0.0.1", "--port", self.port, "--username", who, "--dbname", database]
        words = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", *at]
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def call(self, *words: str, **more: str) -> tuple[int, str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in (*OTHERS, "CONSORTIO_DATA")}
        path = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
        environment = kept | {"PYTHONPATH": path, "CONSORTIO_DATA": str(self.folder)} | more
        command = [sys.executable, "-m", "consortio.cli", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with _postgres.cluster() as url:
        yield Server(url, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def one_login(server) -> str:
    """A database that one ordinary login owns and serves from, with the demo world."""
    server.sql("CREATE ROLE hub LOGIN NOSUPERUSER NOBYPASSRLS")
    server.sql("CREATE DATABASE plans OWNER hub")
    url = server.url("hub", "plans")
    assert server.call("migrate", DATABASE_URL=url) == (0, "The database is up to date.\n", "")
    code, _, said = server.call("demo", "load", DATABASE_URL=url)
    assert (code, said) == (0, "")
    return url


@pytest.fixture(scope="module")
def backup(server, one_login) -> Path:
    file = server.folder / "one.zip"
    assert server.call("backup", str(file), DATABASE_URL=one_login)[::2] == (0, "")
    return file


@pytest.fixture(scope="module")
def three_roles(server, backup) -> dict[str, str]:
    """The database that bin/test's cluster prepares, with what one login had: who outgrows that goes this way."""
    owner, app = server.url("consortio_owner", "consortio"), server.url("consortio_app", "consortio")
    found = {"DATABASE_URL": app, "DATABASE_OWNER_URL": owner}
    restored(server, backup, server.folder / "three", **found)
    return found


def test_one_login_serves_and_the_wall_holds_it_too(server, one_login):
    hub = Hub(server.folder, DATABASE_URL=one_login).start()
    try:
        browser = signed_in(next(iter(hub.links().values())))
        assert browser(f"{hub.address}/").status == 200
        made = browser(f"{hub.address}/partnerships/new", name="By one login", letters="ONE")
        assert made.status == 200 and "By one login" in made.read().decode()
    finally:
        hub.stop()
    assert server.sql(COUNT, "hub", "plans") == "0"
    somebody = "SELECT person_id, organisation_id FROM access_seat WHERE ended_at IS NULL ORDER BY id LIMIT 1"
    person, organisation = server.sql(somebody, database="plans").split("|")
    known = f"SET app.person = '{person}'; SET app.organisation = '{organisation}'; "
    seen, there = int(server.sql(known + COUNT, "hub", "plans")), int(server.sql(COUNT, database="plans"))
    assert 0 < seen < there


def signed_in(link: str):
    """Return a browser in which the link has signed somebody in: an address, and the fields of its form if any."""
    opener = build_opener(HTTPCookieProcessor())

    def browse(address: str, **fields: str):
        page = opener.open(address)
        if not fields:
            return page
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        return opener.open(address, urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode())

    browse(link, sign_in="yes")
    return browse


def test_the_doctor_says_that_one_login_is_a_weaker_wall(server, one_login, three_roles):
    advice = "one-role (advice): One login owns the tables and serves them"
    assert advice in server.call("doctor", DATABASE_URL=one_login)[1]
    said = server.call("doctor", **three_roles)[1]
    assert "one-role" not in said and "wall (refused)" not in said
    assert "fsync (refused)" in said  # this cluster is quick and forgetful, which the doctor sees


@pytest.mark.parametrize(
    ("may", "sentence"), [("SUPERUSER", "is a superuser"), ("BYPASSRLS", "has BYPASSRLS and would see every")]
)
def test_a_login_that_the_wall_does_not_hold_is_refused_by_name(server, one_login, may, sentence):
    name = f"mighty_{may.lower()}"
    server.sql(f"CREATE ROLE {name} LOGIN {may} IN ROLE hub")
    url = server.url(name, "plans")
    code, _, refusal = server.call("serve", "--port", "0", DATABASE_URL=url)
    assert code == 3 and f"'{name}' {sentence}" in refusal and "Traceback" not in refusal
    code, said, _ = server.call("doctor", DATABASE_URL=url)
    assert code == 3 and f"superuser (refused): '{name}'" in said


def test_the_owner_does_not_serve_where_there_are_three_roles(server, three_roles):
    code, _, refusal = server.call("serve", "--port", "0", DATABASE_URL=three_roles["DATABASE_OWNER_URL"])
    assert code == 3 and "serve as 'consortio_app'" in refusal


def test_the_role_that_serves_is_told_who_migrates(server):
    here = {"PGHOST": "127.0.0.1", "PGPORT": server.port}
    assert server.call("database", "prepare", "lock", "--run", **here)[0] == 0
    owner, app = server.url("lock_owner", "lock"), server.url("lock_app", "lock")
    sentence = r"'lock_app' may not do this \(.*permission denied for .*\): set DATABASE_OWNER_URL to the role that owns the tables\.\n"

    empty = server.call("migrate", DATABASE_URL=app)
    assert empty[:2] == (3, "") and re.fullmatch(sentence, empty[2])
    code, _, refusal = server.call("demo", "load", DATABASE_URL=app)
    assert code == 3 and "run `consortio migrate`" in refusal and "Traceback" not in refusal
    assert server.call("migrate", DATABASE_URL=app, DATABASE_OWNER_URL=owner)[0] == 0
    later = server.call("migrate", DATABASE_URL=app)
    assert later[:2] == (3, "") and re.fullmatch(sentence, later[2])


def test_prepare_makes_a_database_and_its_roles_and_can_be_run_again(server):
    here = {"PGHOST": "127.0.0.1", "PGPORT": server.port}
    for _ in range(2):
        code, said, refusal = server.call("database", "prepare", "ferry", "--run", **here)
        assert (code, refusal) == (0, "") and "ferry and its three roles are there" in said
    roles = "SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcanlogin FROM pg_roles WHERE rolname LIKE 'ferry%'"
    assert sorted(server.sql(roles).splitlines()) == [
        "ferry_app|f|f|f|t", "ferry_owner|f|f|t|t", "ferry_system|f|f|t|f"
    ]  # fmt: skip
    own = {"DATABASE_OWNER_URL": server.url("ferry_owner", "ferry"), "DATABASE_URL": server.url("ferry_app", "ferry")}
    assert server.call("migrate", **own)[0] == 0
    assert "wall (refused)" not in server.call("doctor", **own)[1]
    assert server.call("database", "prepare", "x; DROP", "--run", **here)[0] == 3
    assert server.call("database", "prepare", "pier", "--run", PGHOST="127.0.0.1", PGPORT="1")[0] == 3


def counts(server: Server, database: str) -> dict[str, str]:
    tables = server.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", database=database)
    each = (f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables.splitlines())
    rows = server.sql(" UNION ALL ".join(each), database=database).splitlines()
    return dict(row.split("|") for row in rows)


def restored(server: Server, file: Path, folder: Path, **urls: str) -> str:
    """Restore as the operator's page says, and return what the doctor says then."""
    own = urls | {"FILES_DIR": str(folder / "files")}
    code, said, refusal = server.call("restore", str(file), **own)
    assert code == 0 and "run `consortio migrate` next" in said, refusal
    assert server.call("migrate", **own)[0] == 0
    return server.call("doctor", **own)[1]


def test_a_backup_of_one_login_is_restored_whole_behind_the_wall(server, one_login, backup, tmp_path):
    server.sql("CREATE DATABASE restored OWNER hub")
    url = server.url("hub", "restored")

    assert "wall (refused)" not in restored(server, backup, tmp_path, DATABASE_URL=url)
    assert counts(server, "restored") == counts(server, "plans")
    assert int(counts(server, "restored")["plans_item"]) > 100
    assert server.sql(COUNT, "hub", "restored") == "0"

    again = server.call("restore", str(backup), DATABASE_URL=url, FILES_DIR=str(tmp_path / "other"))
    assert again[0] == 3 and "exists" in again[2] and "Traceback" not in again[2]
    assert counts(server, "restored") == counts(server, "plans")


def test_a_backup_of_three_roles_is_restored_where_the_roles_have_other_names(server, three_roles, tmp_path):
    file = tmp_path / "three.zip"
    app_only = {"DATABASE_URL": three_roles["DATABASE_URL"]}
    refused = server.call("backup", str(file), **app_only)
    assert refused[0] == 3 and "'consortio_app' sees nobody's rows: set DATABASE_OWNER_URL" in refused[2]
    assert server.call("backup", str(file), **three_roles)[0] == 0

    here = {"PGHOST": "127.0.0.1", "PGPORT": server.port}
    assert server.call("database", "prepare", "moved", "--run", **here)[0] == 0
    own = {"DATABASE_OWNER_URL": server.url("moved_owner", "moved"), "DATABASE_URL": server.url("moved_app", "moved")}
    assert "wall (refused)" not in restored(server, file, tmp_path, **own)
    assert counts(server, "moved") == counts(server, "consortio") == counts(server, "plans")
    assert server.sql(COUNT, "moved_app", "moved") == "0"
    policies = server.sql("SELECT DISTINCT unnest(roles) FROM pg_policies ORDER BY 1", database="moved")
    assert policies.splitlines() == ["moved_app", "moved_owner", "moved_system"]
