"""Hub and engine as wheels: built, installed beside the locked dependencies, and run without the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.repository.tree import ROOT, files

pytestmark = pytest.mark.wheels
SHEET = "Outline,Name,Start,Finish\n1,Foundation,2027-03-01,2027-03-05\n1.1,Dig,2027-03-01,2027-03-02\n"


def call(*words: str, at: Path) -> str:
    """Run a program as somebody without our checkout would, and return what it says."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DJANGO", "DATABASE"))}
    done = subprocess.run(words, cwd=at, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, target: Path) -> Path:
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source), at=target)
    return next(path for path in target.glob("*.whl"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Path:
    copied = tmp_path_factory.mktemp("source") / "engine"  # its builder leaves folders beside the source
    shutil.copytree(
        ROOT / "engine", copied, ignore=shutil.ignore_patterns("build", "dist", "*.egg-info", "__pycache__")
    )
    return build(copied, tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="module")
def installed(hub, engine, tmp_path_factory) -> Path:
    """Return the programs of a new environment that sees today's dependencies, and of ours only the wheels."""
    home = tmp_path_factory.mktemp("environment")
    call(sys.executable, "-m", "venv", "--without-pip", str(home), at=home)
    python = str(home / "bin" / "python")
    own = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=home).strip())
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    call(*pip, str(engine), str(hub), at=home)
    return home / "bin"


def inside(wheel: Path) -> set[str]:
    return {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}


def wanted(folder: str, below: Path) -> set[str]:
    found = [path.relative_to(below) for path in files() if path.is_relative_to(below / folder)]
    return {path.as_posix() for path in found if "tests" not in path.parts}


def test_the_hub_carries_all_its_files_and_no_tests(hub):
    assert inside(hub) == wanted("consortio", ROOT)
    kinds = {"/templates/", "/static/", "/migrations/"}
    assert {kind for kind in kinds if any(kind in name for name in inside(hub))} == kinds


def test_the_engine_carries_all_its_files_and_no_tests(engine):
    assert inside(engine) == wanted("consortio_engine", ROOT / "engine" / "src")


@pytest.mark.parametrize(("wheel", "licence"), [("hub", "AFFERO"), ("engine", "Apache License")])
def test_each_wheel_carries_its_licence(wheel, licence, request):
    archive = ZipFile(request.getfixturevalue(wheel))
    text = next(name for name in archive.namelist() if name.endswith("LICENSE"))
    assert licence in archive.read(text).decode()


def test_the_engine_is_found_without_the_hub(installed):
    place = call(str(installed / "python"), "-c", "import consortio_engine as e; print(e.__file__)", at=installed)
    assert Path(place.strip()).is_relative_to(installed.parent)


@pytest.fixture(scope="module")
def engine_alone(engine, tmp_path_factory) -> Path:
    """Return the programs of a new environment that holds the engine's wheel and sees nothing but NumPy."""
    home = tmp_path_factory.mktemp("alone")
    call(sys.executable, "-m", "venv", "--without-pip", str(home), at=home)
    python = str(home / "bin" / "python")
    own = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=home).strip())
    for found in Path(sysconfig.get_path("purelib")).glob("numpy*"):
        (own / found.name).symlink_to(found)
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    call(*pip, str(engine), at=home)
    return home / "bin"


def test_the_engine_alone_gives_its_command(engine_alone, tmp_path):
    (tmp_path / "plan.json").write_text('{"start": "2026-01-05T08:00", "tasks": [{"id": "Dig", "duration": "2d"}]}')

    said = call(str(engine_alone / "consortio-engine"), "schedule", "plan.json", at=tmp_path)

    assert "2026-01-06 17:00" in said


def test_the_engine_alone_says_what_its_other_commands_read(engine_alone, tmp_path):
    told = call(str(engine_alone / "consortio-engine"), "--help", at=tmp_path)
    commands = [line.split()[0] for line in told.splitlines() if line.startswith("    ") and line[4:5].isalpha()]

    assert "schedule" in commands
    assert [call(str(engine_alone / "consortio-engine"), one, "--help", at=tmp_path)[:6] for one in commands] == [
        "usage:"
    ] * len(commands)


def test_the_command_says_what_it_can(installed):
    assert "plan" in call(str(installed / "consortio"), "--help", at=installed)


def test_the_command_reads_a_plan_without_a_server(installed, tmp_path):
    (tmp_path / "plan.csv").write_text(SHEET)

    said = call(str(installed / "consortio"), "plan", "read", "plan.csv", at=tmp_path)

    assert "Foundation" in said and "Dig" in said
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]
