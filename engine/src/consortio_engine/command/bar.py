"""A progress bar for people, and Ctrl-C as a wish to end: what is long is watched through here."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from consortio_engine.answers import Watch

WIDTH = 30
Shown = Callable[[float], object]


class Bar:
    """
    One line on a terminal that is written over; nothing anywhere else.

    Attributes:
        wanted: False once Ctrl-C was pressed.
    """

    def __init__(self, title: str, stream: TextIO | None = None, shown: Shown = "{:,.10g}".format) -> None:
        self.wanted = True
        self._shown = shown
        self._title, self._stream = title, sys.stderr if stream is None else stream
        self._is_shown = self._stream.isatty()
        self._length = 0

    def tell(self, done: int, total: int, best: float | None) -> None:
        """Draw how far it is."""
        if self._is_shown:
            share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
            filled = round(share * WIDTH)
            best_text = "" if best is None else f"  best {self._shown(best)}"
            line = f"{self._title} [{'#' * filled}{' ' * (WIDTH - filled)}] {share:4.0%}{best_text}"
            self._write(line)

    def clear(self) -> None:
        """Leave the line empty for what is printed next."""
        if self._length:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, line: str) -> None:
        self._stream.write("\r" + line.ljust(self._length))
        self._stream.flush()
        self._length = len(line)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        if not self.wanted:  # pressed twice: it shall end now
            raise KeyboardInterrupt
        self.wanted = False


@contextmanager
def watched(title: str, stream: TextIO | None = None, shown: Shown = "{:,.10g}".format) -> Iterator[Watch]:
    """
    Give a `Watch` that draws a bar on a terminal and cancels on Ctrl-C; a second Ctrl-C raises KeyboardInterrupt.

    Only for the main thread, as signals are. `shown` puts the best so far into words.
    """
    bar = Bar(title, stream, shown)
    before = signal.signal(signal.SIGINT, bar._interrupted)
    try:
        yield Watch(progress=bar.tell, cancel=lambda: not bar.wanted)
    finally:
        signal.signal(signal.SIGINT, before)
        bar.clear()
