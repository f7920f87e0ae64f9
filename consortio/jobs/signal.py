"""How a worker in this process learns at once that there is something to do; others look every second."""

from consortio.record.wake import wake

__all__ = ["wake"]
