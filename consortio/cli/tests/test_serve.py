"""The server as a process: how it starts, whom it refuses, how it stops, and what it leaves behind."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.hub import OTHERS, ROOT, Hub

pytestmark = pytest.mark.slow
STOP_SECONDS = 8  # the server gives requests five, and its jobs as many, of which an idle one needs none


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("data")
    assert call("migrate", data=made) == (0, "The database is up to date.\n", "")
    return made


@pytest.fixture
def hub(data):
    running = Hub(data, PYTHONWARNINGS="error").start()
    yield running
    if running._server.poll() is None:
        running.stop()


def call(*words: str, data: Path, **more: str) -> tuple[int, str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in (*OTHERS, "CONSORTIO_DATA")}
    path = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
    environment = kept | {"PYTHONPATH": path, "CONSORTIO_DATA": str(data)} | more
    command = [sys.executable, "-W", "error", "-m", "consortio.cli", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def status(hub: Hub, path: str = "/", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_starts_without_a_warning_and_says_where_it_is(hub):
    assert status(hub, "/sign-in", Host=f"localhost:{hub.port}") in (200, 302)
    assert status(hub, "/sign-in", Host="elsewhere.example.org") == 400
    hub.stop()
    assert hub.said() == f"Consortio is at {hub.address}\n"


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("migrate",), ("demo", "load"), ("demo", "remove")])
def test_a_second_process_that_would_write_is_refused_and_told_who_does(hub, data, words):
    code, said, refusal = call(*words, data=data)
    assert (code, said) == (3, "")
    assert refusal.startswith(f"Process {hub._server.pid} is serving the database {data}/consortio.sqlite3: stop it")


def test_it_stops_within_seconds_and_lets_go_of_the_database(hub, data):
    idle = socket.create_connection(("127.0.0.1", hub.port))  # a browser that keeps its connection
    begun = time.monotonic()
    hub._server.send_signal(signal.SIGTERM)
    hub._server.wait(STOP_SECONDS)
    idle.close()
    assert time.monotonic() - begun < STOP_SECONDS
    with open(data / "consortio.sqlite3.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert call("migrate", data=data)[0] == 0


def test_a_request_that_is_under_way_is_answered_before_it_stops(hub):
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=20)
    connection.putrequest("POST", "/sign-in")
    connection.putheader("Content-Length", "4")
    connection.endheaders()
    time.sleep(0.3)
    hub._server.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    connection.send(b"a=bc")
    assert connection.getresponse().status == 403  # without the token; what counts is that there is an answer
    connection.close()
    hub._server.wait(STOP_SECONDS)


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_what_is_no_port_is_refused(data, port):
    for command in ([sys.executable, str(ROOT / "bin" / "run")], [sys.executable, "-m", "consortio.cli", "serve"]):
        asked = {"capture_output": True, "text": True, "cwd": ROOT, "env": os.environ | {"CONSORTIO_DATA": str(data)}}
        done = subprocess.run([*command, "--port", port], check=False, **asked)
        assert (done.returncode, done.stdout) == (2, "") and "--port" in done.stderr and port in done.stderr


def test_where_others_reach_it_no_address_is_promised(data):
    hub = Hub(data).start(sys.executable, "-m", "consortio.cli", "serve", "--host", "0.0.0.0")
    try:
        said = hub.said()
    finally:
        hub.stop()
    assert f"Consortio listens on 0.0.0.0 port {hub.port}: set BASE_URL" in said and "Consortio is at" not in said


def test_a_port_that_is_taken_is_named_before_anything_is_promised(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said, refusal = call("serve", "--port", str(port), data=data)
    assert (code, said) == (3, "")
    assert (
        refusal
        == f"127.0.0.1 port {port} cannot be listened on: Address already in use. Name another one with --port.\n"
    )


@pytest.mark.parametrize(
    ("words", "more", "sentence"),
    [
        (["serve"], {}, "run `consortio migrate`"),
        (["serve"], {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "connection failed"),
        (["migrate"], {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "connection failed"),
        (["serve", "--host", "203.0.113.7"], {}, "run `consortio migrate`"),
        (["doctor"], {"EMAIL_PORT": "abc"}, "EMAIL_PORT is 'abc'; expected a whole number, such as 587."),
        (["doctor"], {"DATABASE_URL": "postgres://u:p@h:no/x"}, "names the port 'no'; expected a number up to 65535."),
        (["doctor"], {"DATABASE_URL": "mysql://x/y"}, "begins with mysql://; expected postgres://… or the path"),
        (["doctor"], {"CONSORTIO_DATA": "/dev/null/x"}, "/dev/null"),
        (["backup", "{data}/x"], {}, "There is no database {data}/consortio.sqlite3: set CONSORTIO_DATA"),
        (["backup", "/proc/x"], {}, "/proc/x cannot be written: "),
        (["demo", "load"], {}, "run `consortio migrate`"),
        (["demo", "load", "--if-empty"], {}, "run `consortio migrate`"),
        (["demo", "remove"], {}, "run `consortio migrate`"),
        (["organisation", "recover-lead", "X", "x@example.org"], {}, "run `consortio migrate`"),
        (["demo", "load"], {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "connection failed"),
        (["demo", "remove"], {"DATABASE_OWNER_URL": "postgres://nobody@127.0.0.1:1/none"}, "connection failed"),
        (
            ["organisation", "recover-lead", "X", "x@example.org"],
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
            "connection failed",
        ),
        (["migrate"], {"DATABASE_URL": "{data}/text"}, "The database cannot be used: file is not a database."),
        (["backup", "{data}/x"], {"DATABASE_URL": "{data}/text"}, "cannot be copied: file is not a database."),
        (["migrate"], {"DATABASE_URL": "/dev/null/x"}, "/dev/null/x.lock cannot be written: "),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(tmp_path, words, more, sentence):
    (tmp_path / "text").write_text("no database " * 100)
    words, more = [filled(one, tmp_path) for one in words], {name: filled(one, tmp_path) for name, one in more.items()}
    code, said, refusal = call(*words, data=tmp_path, **more)
    assert (code, said) == (3, "") and filled(sentence, tmp_path) in refusal and "Traceback" not in refusal
    assert refusal.count("\n") == 1


def filled(text: str, data: Path) -> str:
    return text.replace("{data}", str(data))


def test_a_restore_that_is_refused_leaves_nothing_in_an_empty_place(data, tmp_path):
    backup, place = tmp_path / "kept", tmp_path / "place"
    assert call("backup", str(backup), data=data)[0] == 0
    (tmp_path / "short").write_bytes(backup.read_bytes()[:-200])
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "one").write_text("of somebody")

    for file, more in (("short", {}), ("none", {}), ("kept", {"FILES_DIR": str(tmp_path / "files")})):
        code, said, refusal = call("restore", str(tmp_path / file), data=place, **more)
        assert (code, said) == (3, "") and refusal.count("\n") == 1
        assert not place.exists()
    assert call("restore", "--check", str(backup), data=place)[0] == 0
    assert not place.exists()

    assert call("restore", str(backup), data=place)[0] == 0
    assert {path.name for path in place.iterdir()} <= {"consortio.sqlite3", "consortio.sqlite3.lock", "files"}
    assert call("migrate", data=place)[0] == 0 and (place / "secret_key").exists()


def test_two_first_starts_at_once_agree_on_the_key(tmp_path):
    ask = "from consortio.settings import SECRET_KEY; print(SECRET_KEY)"
    path = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
    environment = {"PYTHONPATH": path, "CONSORTIO_DATA": str(tmp_path / "new"), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", ask]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {each.communicate()[0].strip() for each in both}
    assert len(keys) == 1 and len(keys.pop()) > 60
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("where", "folder"), [("site", "share/consortio"), ("checkout", "checkout/var")])
def test_data_of_an_installed_hub_lie_in_the_users_folder_and_of_a_checkout_in_it(tmp_path, where, folder):
    (tmp_path / where).mkdir()
    (tmp_path / where / "consortio").symlink_to(ROOT / "consortio")
    if where == "checkout":
        (tmp_path / where / "pyproject.toml").touch()
    environment = {"PYTHONPATH": str(tmp_path / where), "XDG_DATA_HOME": str(tmp_path / "share"), "SECRET_KEY": "x"}
    ask = [sys.executable, "-c", "from consortio.settings import DATA; print(DATA)"]
    said = subprocess.run(ask, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert said.strip() == str(tmp_path / folder)
