"""What long computations of the engine are watched with."""

from consortio_engine.answers import Watch
from consortio_engine.kernel import SPEED_VARIABLE

__all__ = ["SPEED_VARIABLE", "Watch"]
