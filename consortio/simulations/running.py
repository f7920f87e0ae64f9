"""A simulation from what was asked to what is kept of it, wherever the engine runs."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from .actions import NothingUncertain
from .engine import outcome_of, simulated
from .reads import Asked


def answered(asked: Asked, *, trials: int | None, seed: int, run: Callable[..., Any]) -> dict[str, Any]:
    """
    Return what `actions.keep_simulation` keeps.

    Args:
        run: calls the function that it is given with all that follows, here or in another process.

    Raises:
        NothingUncertain.
    """
    inputs = asked.inputs
    if not (inputs.spreads or inputs.risks or inputs.drivers):
        raise NothingUncertain(
            _("Nothing is uncertain yet: say of some items how long they may take, or write down a risk.")
        )
    answer = simulated(inputs, trials=trials, seed=seed, run=run)
    return {
        "data_at": asked.data_at.isoformat(timespec="minutes") if asked.data_at else "",
        "trials": answer.trials,
        "seed": seed,
        "engine": answer.version,
        "fingerprint": answer.fingerprint,
        "basis": asked.basis.plain,
        "outcome": outcome_of(inputs, answer, asked.agreed),
    }
