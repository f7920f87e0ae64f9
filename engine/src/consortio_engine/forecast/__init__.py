"""Forecasts of measures with few readings: will the target be reached, and how well did such answers hold before?"""

from consortio_engine.forecast.analogues import Analogues, analogues
from consortio_engine.forecast.backlog import Backlog, work_off
from consortio_engine.forecast.backtest import Record, backtest, chance
from consortio_engine.forecast.calibration import BrierParts, Calibration, brier_parts, calibration
from consortio_engine.forecast.classes import ReferenceClass, reference_class
from consortio_engine.forecast.commitment import PromiseModel, fit_promises, team_rate
from consortio_engine.forecast.experts import Question
from consortio_engine.forecast.fan import Fan, fan
from consortio_engine.forecast.reach import Forecast, Outlook, forecast, reach
from consortio_engine.forecast.scoring import (
    Bin,
    Coverage,
    brier,
    coverage,
    pinball,
    pool,
    reliability,
    weights_of,
    wilson,
)
from consortio_engine.forecast.series import Series, Target
from consortio_engine.forecast.widening import stretch_of, stretched

__all__ = [
    "Analogues",
    "Backlog",
    "Bin",
    "BrierParts",
    "Calibration",
    "Coverage",
    "Fan",
    "Forecast",
    "Outlook",
    "PromiseModel",
    "Question",
    "Record",
    "ReferenceClass",
    "Series",
    "Target",
    "analogues",
    "backtest",
    "brier",
    "brier_parts",
    "calibration",
    "chance",
    "coverage",
    "fan",
    "fit_promises",
    "forecast",
    "pinball",
    "pool",
    "reach",
    "reference_class",
    "reliability",
    "stretch_of",
    "stretched",
    "team_rate",
    "weights_of",
    "wilson",
    "work_off",
]
