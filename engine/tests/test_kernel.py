import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from engine_cases import at, calendar, days, network
from engine_random import random_network, with_crews

from consortio_engine import HorizonExceeded, schedule
from consortio_engine.clock import add
from consortio_engine.kernel import SPEED_VARIABLE, NumbaMissing, at_speed, rows_at, speed_of, values_at

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="the extra `fast` (numba) is not installed")


def test_plain_is_the_default_and_the_variable_decides(monkeypatch):
    monkeypatch.delenv(SPEED_VARIABLE, raising=False)
    assert speed_of(None) == "plain"

    monkeypatch.setenv(SPEED_VARIABLE, "plain")
    assert speed_of(None) == "plain"

    monkeypatch.setenv(SPEED_VARIABLE, "quick")
    with pytest.raises(ValueError, match="plain or fast"):
        speed_of(None)


@needs_numba
def test_fast_can_be_asked_for_by_variable_or_argument(monkeypatch):
    monkeypatch.setenv(SPEED_VARIABLE, "fast")

    assert speed_of(None) == speed_of("fast") == "fast"
    assert speed_of("plain") == "plain"


@pytest.mark.skipif(find_spec("numba") is not None, reason="numba is installed")
def test_fast_without_numba_is_refused():
    with pytest.raises(NumbaMissing):
        speed_of("fast")


def test_importing_the_engine_loads_no_numba():
    code = "import sys, consortio_engine; print(sorted({'numba', 'django', 'scipy'} & set(sys.modules)))"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=paths())

    assert answer.stdout.strip() == "[]"


def paths() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(path for path in sys.path if path)}


def test_values_are_a_list_or_the_array():
    values = np.array([3, 1], dtype=np.int64)

    assert values_at(values, "plain") == [3, 1]
    assert isinstance(values_at(values, "plain")[0], int)
    assert values_at(values, "fast") is values


def test_rows_become_one_flat_sequence():
    rows = np.array([[1, 7, 3], [1, 8, 3]], dtype=np.int64)

    assert rows_at(rows, "plain") == [1, 7, 3, 1, 8, 3]
    assert rows_at(rows, "fast").tolist() == [1, 7, 3, 1, 8, 3]
    assert rows_at(rows[:0], "plain") == []


@needs_numba
@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(40))
def test_compiled_results_are_equal_to_the_bit(mode, seed):
    drawn = random_network(seed, 60)
    if seed % 2:
        drawn = with_crews(drawn, seed)

    assert schedule(drawn, mode=mode, speed="fast").equals(schedule(drawn, mode=mode, speed="plain"))


@needs_numba
def test_compiled_kernels_refuse_alike():
    short = calendar(first="2026-01-05T00:00", last="2026-01-31T00:00")
    table = values_at(np.array(short.table), "fast")

    assert at_speed(add, "fast")(table, 0, at("2026-01-05T08:00"), 60) == at("2026-01-05T09:00")
    with pytest.raises(HorizonExceeded):
        at_speed(add, "fast")(table, 0, at("2026-01-30T08:00"), 10_000)
    with pytest.raises(HorizonExceeded) as refused:
        schedule(network([days(1), days(40)], [(0, 1)], [short]), speed="fast")
    assert refused.value.where == (1,)
