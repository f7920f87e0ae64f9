"""
Problems of the project scheduling library, from text: `.sm` and `.mm` (PROGEN) and `.rcp` (Patterson).

Times are steps from 0 on; jobs keep their order, the first and last are dummies.

Source:
    Kolisch and Sprecher (1996), PSPLIB: a project scheduling problem library.
"""

import re
from typing import Literal

from consortio_engine.errors import Fault
from consortio_engine.resources.problem import InvalidProblem, Problem
from consortio_engine.resources.rows import Job, Mode, Resource
from consortio_engine.rows import Link

PsplibForm = Literal["sm", "mm", "rcp"]


def psplib(text: str, form: PsplibForm | None = None) -> Problem:
    """
    Make a problem of the text of a file.

    Args:
        form: None: told by the text, Patterson's has nothing but numbers.

    Raises:
        InvalidProblem: the text is none of the forms, or its numbers contradict each other; `index` is the line.
        Cycle: `where` is a shortest ring of jobs.
    """
    is_patterson = form == "rcp" if form else re.search("[A-Za-z]", text) is None
    try:
        return _patterson(text) if is_patterson else _progen(text)
    except (ValueError, IndexError) as error:
        if isinstance(error, InvalidProblem):
            raise
        raise _refused(-1, f"The text ends early or holds no number where one is due ({error}).") from None


def _refused(line: int, sentence: str) -> InvalidProblem:
    return InvalidProblem([Fault("psplib", line, sentence)])


def _patterson(text: str) -> Problem:
    numbers = [int(word) for word in text.split()]
    count, kinds = numbers[:2]
    capacities, at = numbers[2 : 2 + kinds], 2 + kinds
    jobs, links = [], []
    for job in range(count):
        demand = numbers[at + 1 : at + 1 + kinds]
        after = numbers[at + 2 + kinds : at + 2 + kinds + numbers[at + 1 + kinds]]
        jobs.append(Job(duration=numbers[at], demand=_positive(demand)))
        links += [Link(predecessor=job, successor=successor - 1) for successor in after]
        at += 2 + kinds + len(after)
    if at != len(numbers):
        raise _refused(-1, f"{len(numbers) - at} numbers are left over after {count} jobs.")
    return Problem.build(
        jobs, links, [Resource(name=f"R{kind + 1}", capacity=one) for kind, one in enumerate(capacities)]
    )


def _positive(demand: list[int]) -> dict[int, int]:
    return {kind: units for kind, units in enumerate(demand) if units}


def _progen(text: str) -> Problem:
    lines = text.splitlines()
    if any("doubly" in line and not re.search(r":\s*0\b", line) for line in lines):
        raise _refused(-1, "Doubly constrained resources are not known.")
    links = []
    numbers_of_job = []
    for line, values in _rows_below(lines, "PRECEDENCE RELATIONS"):
        job, modes, count, *after = values
        if len(after) != count:
            raise _refused(line, f"Line {line}: job {job} names {len(after)} successors of {count}.")
        numbers_of_job.append((job, modes))
        links += [Link(predecessor=job - 1, successor=successor - 1) for successor in after]
    names, capacities = _capacities(lines)
    modes_of = _modes(lines, len(names))
    for job, modes in numbers_of_job:
        if len(modes_of.get(job, [])) != modes:
            raise _refused(-1, f"Job {job} has {len(modes_of.get(job, []))} of {modes} modes.")
    if not numbers_of_job or [job for job, _ in numbers_of_job] != list(range(1, len(numbers_of_job) + 1)):
        raise _refused(-1, "There are no jobs, or they are not counted from 1 on.")
    resources = [
        Resource(name=name, capacity=one, renewable=name.startswith("R"))
        for name, one in zip(names, capacities, strict=True)
    ]
    return Problem.build([Job(modes=tuple(modes_of[job])) for job, _ in numbers_of_job], links, resources)


def _rows_below(lines: list[str], title: str) -> list[tuple[int, list[int]]]:
    """The rows of numbers below a title, up to the next line of stars, each with its line."""
    found: list[tuple[int, list[int]]] = []
    is_below = False
    for number, line in enumerate(lines, start=1):
        if line.startswith(title):
            is_below = True
        elif is_below and line.startswith("*"):
            break
        elif is_below and re.fullmatch(r"[\s\d]*\d[\s\d]*", line):
            found.append((number, [int(word) for word in line.split()]))
    if not found:
        raise _refused(-1, f"There are no rows below {title}.")
    return found


def _capacities(lines: list[str]) -> tuple[list[str], list[int]]:
    for number, line in enumerate(lines):
        if line.startswith("RESOURCEAVAILABILITIES"):
            names = re.findall(r"[RN]\s*\d+", lines[number + 1])
            return [re.sub(r"\s", "", name) for name in names], [int(word) for word in lines[number + 2].split()]
    raise _refused(-1, "There are no RESOURCEAVAILABILITIES.")


def _modes(lines: list[str], kinds: int) -> dict[int, list[Mode]]:
    """Modes by job; the rows of further modes do not repeat the job's number."""
    found: dict[int, list[Mode]] = {}
    job = 0
    for line, values in _rows_below(lines, "REQUESTS/DURATIONS"):
        if len(values) == kinds + 3:
            job = values.pop(0)
        if len(values) != kinds + 2:
            raise _refused(line, f"Line {line} has {len(values)} numbers instead of {kinds + 2}.")
        found.setdefault(job, []).append(Mode(duration=values[1], demand=_positive(values[2:])))
    return found
