"""Which chapters of the story a mutant of a feature wants to be told: what cannot meet it nobody needs to hear."""

from . import (
    acts,
    agreeing_acts,
    expecting_acts,
    foreseeing_acts,
    measuring_acts,
    plan_acts,
    ruling_acts,
    timing_acts,
    wanting_acts,
)
from .chapters import Act

HEARD = {  # by feature, beside the chapter of notes; of the others all of it
    "notes": (),
    "record": (),
    "accounts": (),
    "approvals": (agreeing_acts,),
    "charters": (agreeing_acts,),
    "plans": (plan_acts, foreseeing_acts),
    "risks": (plan_acts, foreseeing_acts),
    "simulations": (plan_acts, foreseeing_acts),
    "kpis": (measuring_acts,),
    "goals": (measuring_acts, wanting_acts),
    "forecasts": (measuring_acts, wanting_acts, expecting_acts),
    "levelling": (plan_acts, timing_acts),
    "decisions": (measuring_acts, wanting_acts, plan_acts, ruling_acts),
}


def is_heard(module: str, act: Act) -> bool:
    """Tell whether a mutant of this module is told an act."""
    feature = module.split(".")[1]
    return feature not in HEARD or act.__module__ in {each.__name__ for each in (acts, *HEARD[feature])}
