"""What one more of somebody gains, where a unit is only a part of a person."""

from consortio_engine.resources import Job, Problem, Resource, bottlenecks, heuristic


def test_one_percent_more_of_a_person_gains_nothing_and_a_whole_one_gains_a_job():
    ada = Resource(name="ada", capacity=100)
    problem = Problem.build([Job(duration=8, demand={0: 100}), Job(duration=8, demand={0: 100})], resources=[ada])
    plan = heuristic(problem)

    gains = [
        bottlenecks(problem, plan, units=units, limit=None, deterministic_limit=1.0, workers=1).rows[0].unit.minutes
        for units in (1, 99, 100)
    ]

    assert plan.finish_at == 16
    assert gains == [0, 0, 8]
