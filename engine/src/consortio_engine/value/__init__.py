"""Earned value per organisation and joint, earned schedule, and where a milestone's forecasts drift."""

from consortio_engine.value.earned import EarnedValue, Standing, earned_value, planned_value
from consortio_engine.value.earned_schedule import EarnedSchedule, earned_schedule
from consortio_engine.value.figures import Figures, apportion
from consortio_engine.value.rows import CostedTask, InvalidValue, Milestone, Portion, Rule
from consortio_engine.value.spread import spread
from consortio_engine.value.trend import Trend, trend

__all__ = [
    "CostedTask",
    "EarnedSchedule",
    "EarnedValue",
    "Figures",
    "InvalidValue",
    "Milestone",
    "Portion",
    "Rule",
    "Standing",
    "Trend",
    "apportion",
    "earned_schedule",
    "earned_value",
    "planned_value",
    "spread",
    "trend",
]
