"""Forecasts of measures with few readings: will the target be reached, and how well did such answers hold before?"""

from consortio_engine.forecast.analogues import Analogues, analogues
from consortio_engine.forecast.backtest import Record, backtest, chance
from consortio_engine.forecast.classes import ReferenceClass, reference_class
from consortio_engine.forecast.commitment import PromiseModel, fit_promises, team_rate
from consortio_engine.forecast.experts import Question
from consortio_engine.forecast.reach import Forecast, Outlook, forecast, reach
from consortio_engine.forecast.scoring import Bin, Coverage, brier, coverage, pinball, pool, reliability, wilson
from consortio_engine.forecast.series import Series, Target

__all__ = [
    "Analogues",
    "Bin",
    "Coverage",
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
    "chance",
    "coverage",
    "fit_promises",
    "forecast",
    "pinball",
    "pool",
    "reach",
    "reference_class",
    "reliability",
    "team_rate",
    "wilson",
]
