"""What every block of trials needs, and what a block gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FINISHED
from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Speed
from consortio_engine.network import Network
from consortio_engine.prepare import frame_of, has_given_dates
from consortio_engine.results import Mode, Options, Schedule
from consortio_engine.rows import NONE
from consortio_engine.simulate.block_pass import BlockPass, knows
from consortio_engine.simulate.durations import Durations, Off
from consortio_engine.simulate.inputs import Question
from consortio_engine.simulate.trial_pass import TrialPass
from consortio_engine.topology import scheduled_tasks

Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BLOCK_CELLS: dict[Speed, int] = {"plain": 2**22, "fast": 2**19}  # compiled, fewer stay nearer to the processor
BLOCK_LEAST, BLOCK_MOST = 64, 4_096
MARK_MAX = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Model:
    """What every block needs; picklable."""

    network: Network
    plan: Schedule
    durations: Durations
    dates: BlockPass | TrialPass
    table: Ints
    planned_finish: int

    @classmethod
    def of(
        cls,
        network: Network,
        plan: Schedule,
        question: Question,
        seed: int,
        mode: Mode,
        options: Options,
        speed: Speed,
    ) -> "Model":
        frame = frame_of(network, mode, options, speed)
        durations = Durations.of(network, open_tasks(network, frame.state, mode), question, seed, speed)
        in_blocks = mode == "msp" and knows(network)
        return cls(
            network=network,
            plan=plan,
            durations=durations,
            dates=(
                BlockPass(network, durations.tasks, options, speed)
                if in_blocks
                else TrialPass(network, mode, options, speed)
            ),
            table=frame.table,
            planned_finish=int(plan.project_finish.max(initial=NONE)),
        )

    @property
    def block(self) -> int:
        """How many trials at a time: as many as the memory near the processor likes. Results do not depend on it."""
        return max(min(BLOCK_CELLS[self.durations.speed] // max(self.network.task_count, 1), BLOCK_MOST), BLOCK_LEAST)


def open_tasks(network: Network, state: Ints, mode: Mode) -> Flags:
    """The tasks whose duration decides a date: scheduled, not finished, not with dates given. Shape (tasks,)."""
    result: Flags = scheduled_tasks(network) & (state != FINISHED)
    return result & ~has_given_dates(network) if mode == "msp" else result


@dataclass(frozen=True, eq=False)
class Block:
    """
    What some trials gave.

    Attributes:
        close: (trials,), project finishes. money: (trials,).
        on_path: (tasks,), in how many of the trials.
        finish: (tasks, stored trials), marks. left: (rows, stored trials), durations.
    """

    close: Ints
    money: Floats
    on_path: Ints
    finish: Smalls
    left: Smalls


def run_block(model: Model, first: int, count: int, finishes: int, lefts: int) -> Block:
    """
    Run trials first to first + count - 1.

    Args:
        finishes, lefts: of how many of them, the first ones, finishes and durations are stored.

    Raises: HorizonExceeded.
    """
    draw = model.durations.draw(np.arange(first, first + count, dtype=np.int64), lasts=False)
    dates = model.dates.run(model.durations.tasks, draw.left, wants_path=True)
    finish = dates.finish[:, :finishes]
    if finish.dtype != np.int32 and finish.size and finish.max() > MARK_MAX:
        raise HorizonExceeded("A trial ends after the year 4000.")
    return Block(
        close=dates.close,
        money=draw.money,
        on_path=np.zeros(0, dtype=np.int64) if dates.on_path is None else dates.on_path,
        finish=finish.astype(np.int32, copy=finishes < count),
        left=draw.left[:, :lefts].astype(np.int32),
    )


def closes_without(model: Model, trials: Ints, off: Off) -> Ints:
    """Project finishes of these trials when one risk or driver is off; shape (trials,)."""
    left = model.durations.draw(trials, off, lasts=False).left
    return model.dates.run(model.durations.tasks, left, wants_path=False).close
