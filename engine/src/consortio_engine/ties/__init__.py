"""What holds a partnership together: people between organisations, substitutes, concentration, and who answers for what."""

from consortio_engine.forecast.scoring import wilson
from consortio_engine.ties.concentration import Concentration, hhi
from consortio_engine.ties.disjoint import Ties, disjoint
from consortio_engine.ties.raci import Assignment, Member, RaciFinding, Responsibilities, raci
from consortio_engine.ties.resilience import Deliverable, Leaving, Resilience, resilience

__all__ = [
    "Assignment",
    "Concentration",
    "Deliverable",
    "Leaving",
    "Member",
    "RaciFinding",
    "Resilience",
    "Responsibilities",
    "Ties",
    "disjoint",
    "hhi",
    "raci",
    "resilience",
    "wilson",
]
