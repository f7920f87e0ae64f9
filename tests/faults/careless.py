"""The server as it must not be run: it lets the operating system write when it likes. The control of test_power."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "consortio.settings"

from consortio import settings

options = settings.DATABASES["default"]["OPTIONS"]
options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")

if __name__ == "__main__":
    import sys

    from consortio.cli.main import main
    from consortio.operating import doctor

    for name in ("require_safe", "refuse_unsafe"):
        if hasattr(doctor, name):
            setattr(doctor, name, lambda *_: None)
    sys.argv[0] = "consortio"
    main()
