"""
The program `consortio-engine`: files in, dates, chances, plans and choices out.

It alone reads files, prints and looks at the clock; nothing else in the engine imports it.
"""

from consortio_engine.command.main import main

__all__ = ["main"]
