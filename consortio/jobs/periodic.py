"""What is done about once a minute while a server runs, though nobody asked. A feature registers it when it is loaded."""

import logging
from collections.abc import Callable
from datetime import datetime

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
_all: list[Callable[[Clock], None]] = []


def every_minute(function: Callable[[Clock], None]) -> Callable[[Clock], None]:
    """Register the decorated function. Several workers may run it at once, and none may for a while: it bears both."""
    _all.append(function)
    return function


def run_all(clock: Clock) -> None:
    """Do everything once; what fails is logged and keeps nothing else from being done."""
    for function in _all:
        try:
            function(clock)
        except Exception:
            log.exception("%s.%s failed", function.__module__, function.__name__)
