"""The example, as somebody runs it: a hub of its own, a token made by hand, and a program that has only the standard library."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.journeys.hub import Hub

ROOT = Path(settings.ROOT)
EXAMPLE, FILE = ROOT / "examples" / "critical_path.py", ROOT / "examples" / "jetty.csv"
FIRST = {
    "organisation": "Marrow Bay",
    "letters": "MB",
    "name": "Ada",
    "email": "ada@marrow.example",
    "password": "four grey herons wait",
    "zone": "UTC",
}


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    hub.command("migrate")
    hub.start()
    yield hub
    hub.stop()


def posted(browser, address, fields):
    """Post a page's form without any script, as a browser does."""
    page = browser.get(address).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    return browser.post(address, fields | {"csrfmiddlewaretoken": token}, headers={"Referer": address})


@pytest.fixture
def token(hub):
    browser = requests.Session()
    assert posted(browser, f"{hub.address}/first-run", FIRST).status_code == 200
    form = browser.get(f"{hub.address}/account/tokens/new").text
    house = re.search(r'<option value="([0-9a-f-]{36})"', form)[1]
    wanted = {"name": "example", "organisation": house, "scopes": ["write:plans", "write:members"], "days": "7"}
    made = posted(browser, f"{hub.address}/account/tokens/new", wanted)
    return re.search(r"cons_[0-9a-f]{64}", made.text)[0]


def run(address, token):
    words = [sys.executable, "-I", str(EXAMPLE), address, str(FILE)]
    return subprocess.run(words, env={"CONSORTIO_TOKEN": token}, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_example_prints_the_critical_path(hub, token):
    done = run(hub.address, token)

    assert done.returncode == 0, done.stderr
    path = [line.split("  ")[-1] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert path == [
        "Permit for dredging",
        "Dredge the berth",
        "Drive piles",
        "Concrete deck",
        "Fenders and bollards",
        "Opening",
    ]
    assert "Read 9 items" in done.stdout and "Applied: done" in done.stdout
    refused = run(hub.address, "cons_" + "0" * 64)
    assert refused.returncode == 1 and "Not signed in" in refused.stderr


def test_the_example_is_short_and_needs_nothing():
    source = EXAMPLE.read_text()
    imported = set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert imported <= sys.stdlib_module_names
    assert len(source.splitlines()) <= 130
