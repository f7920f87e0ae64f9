"""A server starts and shows pages without the API; whoever asks for it first gets it whole."""

import os
import subprocess
import sys

import pytest

from tests.repository.tree import ROOT

HEAVY = ("ninja", "pydantic", "consortio.api")
PROGRAM = """
import sys
import django
django.setup()
from django.test import RequestFactory
from django.urls import resolve, reverse
assert resolve("/sign-in").url_name == "account_login"
assert reverse("api_docs") == "/api/v1/docs" and reverse("home") == "/"
print([name for name in {heavy} if name in sys.modules])
{ask}
print([name for name in {heavy} if name in sys.modules])
"""


@pytest.mark.parametrize(
    "ask",
    [
        'assert resolve("/api/v1/me").view_name.startswith("api:")',
        'assert reverse("api:decisions_governable").startswith("/api/v1/")',
        'assert b"openapi" in resolve("/api/v1/openapi.json").func(RequestFactory().get("/")).content',
    ],
)
def test_it_is_loaded_with_the_first_question_and_not_before(ask, tmp_path):
    program = PROGRAM.format(heavy=HEAVY, ask=ask)
    ours = {
        "PATH": os.environ["PATH"],
        "CONSORTIO_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "consortio.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")]),
    }
    told = subprocess.run([sys.executable, "-c", program], env=ours, capture_output=True, text=True, cwd=ROOT)

    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [str([]), str(list(HEAVY))]
