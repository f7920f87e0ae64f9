from consortio.plans.progress import rolled_up


def test_a_summary_is_as_far_as_its_tasks_by_their_durations():
    assert rolled_up([-1, 0, 0], [0, 300, 100], [0, 100, 0]) == [75, 100, 0]


def test_only_what_is_done_is_at_one_hundred():
    assert rolled_up([-1, 0, 0], [0, 999, 1], [0, 100, 0])[0] == 99


def test_a_summary_of_milestones_counts_them():
    assert rolled_up([-1, 0, 0], [0, 0, 0], [0, 100, 0])[0] == 50


def test_a_branch_counts_through_its_levels():
    assert rolled_up([-1, 0, 1, 1, 0], [0, 0, 100, 100, 200], [0, 7, 100, 0, 100]) == [75, 50, 100, 0, 100]
