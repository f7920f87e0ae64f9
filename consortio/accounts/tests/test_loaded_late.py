"""What few people use is not loaded before somebody does."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LATE = {"cryptography", "fido2", "ortools", "numba", "qrcode"}
LOAD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "consortio.settings"
import django
django.setup()
import consortio.urls
print(*sorted({one.partition(".")[0] for one in sys.modules}))
"""


def test_a_server_starts_without_what_reads_passkeys_and_ciphers(tmp_path):
    ours = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
    environment = os.environ | {"CONSORTIO_DATA": str(tmp_path), "PYTHONPATH": ours}
    run = subprocess.run(  # a process of its own: this one has loaded everything
        [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )

    assert LATE & set(run.stdout.split()) == set()
