"""A PostgreSQL cluster of our own, in a folder that goes away."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import _environment

DATABASE = "consortio"
DURABLE = "-c max_connections=200"
# Durability is not what most of the suite asks of PostgreSQL, and the cluster lives as long as the run.
FAST = f"{DURABLE} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def binaries() -> Path | None:
    """Return the folder with initdb and pg_ctl; Debian keeps them off the PATH, by version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def cluster(how: str = FAST) -> Iterator[str]:
    """Run a cluster with our three roles; yield the address of its database, as the owner who may make test databases."""
    home = Path(tempfile.mkdtemp(prefix="consortio-postgres-"))
    port = _free_port()
    try:
        if _environment.is_root():  # PostgreSQL refuses to run as root
            shutil.chown(home, "postgres")
        _call(home, "initdb", "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {how}"
        _call(home, "pg_ctl", "-D", str(home / "data"), "-l", str(home / "log"), "-o", options, "-w", "start")
        try:
            _prepare(home, port)
            yield f"postgres://{DATABASE}_owner@127.0.0.1:{port}/{DATABASE}"
        finally:
            _call(home, "pg_ctl", "-D", str(home / "data"), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _prepare(home: Path, port: int) -> None:
    words = [str(_environment.PYTHON), "-m", "consortio.access.prepare", DATABASE]
    script = subprocess.run(
        words, cwd=_environment.ROOT, env=_environment.environment(), text=True, stdout=subprocess.PIPE, check=True
    )
    may = f'ALTER ROLE "{DATABASE}_owner" CREATEDB;\n'  # for the test databases
    psql = ["psql", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
    _call(home, *psql, text=script.stdout + "\n" + may)


def _call(home: Path, program: str, *words: str, text: str = "") -> None:
    folder = binaries()
    if folder is None:
        raise FileNotFoundError("initdb: PostgreSQL is not installed")
    known = folder / program
    command: Sequence[str] = [str(known if known.exists() else program), *words]
    if _environment.is_root():
        command = ["runuser", "-u", "postgres", "--", *command]
    # Its own LANG: a machine without locales still has C.UTF-8. Output goes to a file, which a server may keep open.
    with (home / "calls").open("a+") as told:
        called = subprocess.run(
            command, cwd=home, env={**os.environ, "LC_ALL": "C.UTF-8"}, input=text, text=True, stdout=told, stderr=told
        )
        if called.returncode:
            told.seek(0)
            raise RuntimeError(f"{program} ended with {called.returncode}:\n{told.read()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
