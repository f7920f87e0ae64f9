"""
What stands in a database after a fault, and whether it is whole. Run as a program it prints what it found.

It runs in a process of its own, so that nothing of the tests' database is in the way; what it looks at is in `inspection`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def audited(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what stands in the database of this environment, items in the order of the tree, and what is wrong."""
    return dict(_run(environment, []))


def audited_with(environment: Mapping[str, str], statements: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return, by name, what an audit calls wrong after these statements of SQL. None of them stays."""
    return dict(_run(environment, [json.dumps(statements)]))


def _run(environment: Mapping[str, str], words: Sequence[str]) -> Any:
    command = [sys.executable, "-m", "tests.faults.audit", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def main(*words: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortio.settings")
    import django

    django.setup()
    from .inspection import inspected

    if not words:
        print(json.dumps(inspected()))
        return
    print(json.dumps({name: inspected(sql)["wrong"] for name, sql in json.loads(words[0]).items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
