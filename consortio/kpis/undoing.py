"""Steps that can be taken back by the button of a toast."""

from consortio.plans.undoing import takes_back

from .actions import retire_kpi, watch_again

takes_back(retire_kpi)
takes_back(watch_again)
