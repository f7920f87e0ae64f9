"""
Schedule thousands of drawn plans twice and print how far ours and the reference agree.

    python bench/judge.py [--plans 10000] [--fewest 20] [--most 40]
    python bench/judge.py --files FOLDER [FOLDER ...]

The second form compares ours with the dates that plan files hold, file by file.
"""

import argparse
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

from consortio.cli.plan_schedule import report  # noqa: E402  # found only after the path is set
from consortio.interchange.engine import schedule_plan  # noqa: E402  # found only after the path is set
from consortio.interchange.mspdi import read_mspdi  # noqa: E402  # found only after the path is set
from consortio.interchange.plan import Refused  # noqa: E402  # found only after the path is set
from consortio.interchange.tests.shared import is_exact  # noqa: E402  # found only after the path is set
from consortio.interchange.xer import read_xer  # noqa: E402  # found only after the path is set
from tests.judge.explanations import EXPLANATIONS  # noqa: E402  # found only after the path is set
from tests.judge.networks import draw_plan  # noqa: E402  # found only after the path is set
from tests.judge.verdict import Verdict, judge  # noqa: E402  # found only after the path is set


def main() -> int:
    """Print a table per mode, or per file, and return 1 where anything is unexplained."""
    asked = arguments()
    if asked.files:
        for path in sorted(path for folder in asked.files for path in folder.iterdir() if path.is_file()):
            show_file(path)
        return 0
    unexplained = 0
    for mode in asked.modes.split(","):
        began, verdict = process_time(), Verdict()
        for seed in range(asked.first, asked.first + asked.plans):
            verdict.add(judge(draw_plan(mode, seed, (asked.fewest, asked.most)), EXPLANATIONS))
        show(mode, verdict, process_time() - began)
        unexplained += len(verdict.unexplained)
    return int(unexplained > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=10_000, help="plans per mode")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--fewest", type=int, default=20, help="tasks of the smallest plan")
    parser.add_argument("--most", type=int, default=40, help="tasks of the largest plan")
    parser.add_argument("--modes", default="msp,p6")
    parser.add_argument("--files", type=Path, nargs="+", help="folders of plan files to compare with instead")
    return parser.parse_args()


def show(mode: str, verdict: Verdict, seconds: float) -> None:
    print(f"{mode}: {verdict.plans} plans, {verdict.refused} refused by the reference, {seconds:.0f} s")
    print(f"  every item              {verdict.agree} of {verdict.items} ({share(verdict.agree, verdict.items)})")
    computed = share(verdict.computed_agree, verdict.computed_items)
    print(f"  without manual, finished {verdict.computed_agree} of {verdict.computed_items} ({computed})")
    print(f"  plans without difference {verdict.clean_plans} of {verdict.plans - verdict.refused}")
    for name, count in verdict.explained.most_common():
        print(f"  explained: {name}: {count}")
    print(f"  unexplained: {len(verdict.unexplained)}")
    for sentence in verdict.unexplained[:20]:
        print(f"    {sentence}")


def show_file(path: Path) -> None:
    try:
        found = agreement(path)
    except Refused as refused:
        print(f"{path.name}: refused: {refused.message}")
    else:
        print(f"{path.name}: {found.agree} of {found.of}, {found.manual} of them manual")


class Agreement(NamedTuple):
    """How many items of a file come out at the start and finish that it stores, of how many, how many of them manual."""

    agree: int
    of: int
    manual: int


def agreement(path: Path) -> Agreement:
    """
    Schedule the plan of a file and compare it with the dates that the file stores.

    Raises:
        Refused: the file holds no plan.
    """
    read = read_xer if path.suffix == ".xer" else read_mspdi
    plan = read(path.read_bytes(), path.name)
    answer = report(plan, schedule_plan(plan))
    manual = sum(row["manual"] and row["agrees"] is not None for row in answer["items"])
    return Agreement(answer["agree"], answer["of"], manual)


def exact_files(folder: Path) -> dict[Path, int]:
    """The files that the reference reproduces item by item, by `truth.json` of the folder, and how many items it counts."""
    truths: dict[str, dict[str, Any]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["files"]
    exact = {folder / name.removeprefix("shared/"): truth for name, truth in truths.items() if is_exact(truth)}
    kept = {path: truth for path, truth in exact.items() if path.suffix in (".xml", ".xer") and path.is_file()}
    return {path: truth["independent_reschedule_mpxj"]["tasks"] for path, truth in kept.items()}


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


if __name__ == "__main__":
    raise SystemExit(main())
