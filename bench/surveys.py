"""
Attack tens of thousands of simulated surveys and print what was told, and what could be worked out from it.

    python bench/surveys.py --surveys 40000 --worlds 500

The attacks are those of the engine's tests, with more of everything. Returns 1 if anything was exposed.
"""

import argparse
import sys
from pathlib import Path
from time import process_time

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "engine" / "src"), str(ROOT / "engine" / "tests")]

from privacy_attacks import RATES, SHAPES, attack_surveys, filter_by_two, follow_waves  # noqa: E402  # path is set first

from consortio_engine.privacy import Round, publishable  # noqa: E402  # path is set first


def main() -> int:
    asked = arguments()
    populations = max(1, asked.surveys // (len(SHAPES) * len(RATES)))
    exposed = surveys(populations) + colluding(max(1, populations // 10)) + waves(asked.worlds)
    steady()
    random = np.random.default_rng(3)
    found = [filter_by_two(random) > 0 for _ in range(1000)]
    print(f"hiding small groups only, 60 people, two filters: {np.mean(found):.0%} of 1,000 pages tell of fewer than 5")
    return int(exposed > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--surveys", type=int, default=40_000)
    parser.add_argument("--worlds", type=int, default=500, help="of twelve waves each")
    return parser.parse_args()


def surveys(populations: int) -> int:
    began = process_time()
    found = attack_surveys(populations, seed=1)
    print(
        f"{found.surveys:,} surveys of two questions in {process_time() - began:.0f} s: {found.told:,} answers told, "
        f"{found.exposed} expose fewer than 5; by the plain rule {found.plain_exposed:,} would"
    )
    return found.exposed


def colluding(populations: int) -> int:
    named = attack_surveys(populations, seed=2, colluding=True)
    single = attack_surveys(populations, seed=2, colluding=True, named=False)
    print(
        f"{named.surveys:,} surveys, any two organisations together: {named.told:,} answers told, {named.exposed} expose; "
        f"where the unions are not named {single.told:,} told, {single.exposed:,} expose"
    )
    return named.exposed


def waves(count: int) -> int:
    for protects, worlds in ((True, count), (False, max(1, count // 10))):
        began = process_time()
        found = [follow_waves(seed, protects=protects) for seed in range(worlds)]
        people = sum(one.people for one in found)
        guessed, base = (sum(getattr(one, name) * one.people for one in found) / people for name in ("guessed", "base"))
        exposed = sum(one.smallest > 0 for one in found)
        if protects:
            kept = exposed
        print(
            f"{worlds} times 12 waves {'by the rule' if protects else 'all told exactly'} in {process_time() - began:.0f} s: "
            f"{people:,} who came or went, {guessed:.1%} guessed, {base:.1%} by the commoner answer; "
            f"{exposed} tell of fewer than 5"
        )
    return kept


def steady(rounds: int = 16) -> None:
    """Three organisations of forty, of whom five change in every round; of the next five some were there before."""
    random = np.random.default_rng(1)
    here, gone, newest = [list(range(100 * one, 100 * one + 40)) for one in range(3)], [[], [], []], 1000
    earlier: list[Round] = []
    for _ in range(rounds):
        began = process_time()
        asked = tuple(map(frozenset, here))
        found = publishable([40] * 3, asked, earlier)
        seconds = process_time() - began
        if found.total:
            earlier.append(Round(asked, (40,) * 3, found.slices, total=True))
        for one in range(3):
            going = random.choice(here[one], 5, replace=False).tolist()
            back = [person for person in gone[one] if random.random() < 0.4][:5]
            newest += 5
            gone[one] = [person for person in gone[one] if person not in back] + going
            here[one] = [person for person in here[one] if person not in going]
            here[one] += [*back, *range(newest, newest + 5 - len(back))]
    print(f"{len(earlier)} of {rounds} rounds of 120 people told, the last asked in {seconds:.1f} s: {found.reason}")


if __name__ == "__main__":
    sys.exit(main())
