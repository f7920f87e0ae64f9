"""What an anonymous survey among organisations may publish, and what can be worked out from it."""

from consortio_engine.privacy.audit import Exposure, exposures
from consortio_engine.privacy.faults import InvalidSurvey
from consortio_engine.privacy.publishing import Published, release
from consortio_engine.privacy.rule import Release, Round, publishable
from consortio_engine.privacy.survey import Ballot, Banded, Cell, Dimension, Plan, Results

__all__ = [
    "Ballot",
    "Banded",
    "Cell",
    "Dimension",
    "Exposure",
    "InvalidSurvey",
    "Plan",
    "Published",
    "Release",
    "Results",
    "Round",
    "exposures",
    "publishable",
    "release",
]
