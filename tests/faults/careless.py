"""
The hub as it must not be run: SQLite with a weaker `synchronous` than the product sets, the control of test_power.

CARELESS is the level. With CARELESS_OPENLY it stands in the settings, where an operator would put it, and the hub refuses
to serve. Without, the check finds its own connection as it should be, and those that serve people are weakened.
"""

import os
import threading
from typing import Any

LEVEL = os.environ["CARELESS"]  # OFF or NORMAL
os.environ["DJANGO_SETTINGS_MODULE"] = "consortio.settings"


def openly() -> None:
    from consortio import settings

    options = settings.DATABASES["default"]["OPTIONS"]
    assert "synchronous=FULL" in options["init_command"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", f"synchronous={LEVEL}")


def behind_the_check(connection: Any, **_: Any) -> None:
    if threading.current_thread() is not threading.main_thread():
        connection.cursor().execute(f"PRAGMA synchronous={LEVEL}")


if __name__ == "__main__":
    from django.db.backends.signals import connection_created

    from consortio.cli.main import main

    if "CARELESS_OPENLY" in os.environ:
        openly()
    else:
        connection_created.connect(behind_the_check)
    main(prog_name="consortio")
