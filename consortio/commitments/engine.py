"""How sure a share is, from the engine."""

from consortio_engine.forecast.scoring import wilson


def share_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson, within 0 to 1."""
    return wilson(hits, count)
