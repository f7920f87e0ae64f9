"""`python -m consortio_engine.command`."""

import sys

from consortio_engine.command.main import main

if __name__ == "__main__":
    sys.exit(main())
