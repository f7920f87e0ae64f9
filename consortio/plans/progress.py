"""How far a summary is: its tasks' progress, weighted by their durations."""

from collections.abc import Sequence


def rolled_up(parents: Sequence[int], durations: Sequence[int], percents: Sequence[int]) -> list[int]:
    """
    Return each item's progress: a leaf's own, a summary's from the leaves below it.

    Args:
        parents: shape (items,), the index of each item's parent, smaller than its own; -1 for none.
        durations: shape (items,), working minutes.
        percents: shape (items,), 0 to 100.

    Returns:
        Shape (items,), 0 to 100, rounded down, so that only what is done is at 100. Where all leaves are milestones,
        each counts the same.
    """
    weight, done = [0] * len(parents), [0] * len(parents)
    count, reached = [0] * len(parents), [0] * len(parents)
    is_summary = [False] * len(parents)
    for parent in parents:
        if parent >= 0:
            is_summary[parent] = True
    for index in reversed(range(len(parents))):
        if not is_summary[index]:
            weight[index], done[index] = durations[index], durations[index] * percents[index]
            count[index], reached[index] = 1, percents[index]
        if (parent := parents[index]) >= 0:
            weight[parent] += weight[index]
            done[parent] += done[index]
            count[parent] += count[index]
            reached[parent] += reached[index]
    return [
        percents[index] if not is_summary[index]
        else done[index] // weight[index] if weight[index]
        else reached[index] // count[index]
        for index in range(len(parents))
    ]  # fmt: skip
