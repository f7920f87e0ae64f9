"""The optional folder of real files beside the checkout, and what is known about them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[3]


@cache
def folder_of(data: str) -> Path | None:
    for folder in (_ROOT, *_ROOT.parents):
        found = folder.parent / "shared" / "data" / data
        if found.is_dir():
            return found
    return None


def schedules() -> Path | None:
    return folder_of("schedules")


@cache
def truths(data: str = "schedules") -> dict[str, Any]:
    folder = folder_of(data)
    if folder is None:
        return {}
    known: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["files"]
    return known


def is_exact(truth: dict[str, Any]) -> bool:
    """Return whether an independent scheduler reproduced every stored start and finish of the file."""
    counts = truth.get("independent_reschedule_mpxj") or {}
    return bool(counts.get("tasks")) and counts["tasks"] == counts["start_match"] == counts["finish_match"]


def files(*folders: str, only: str = "", data: str = "schedules") -> list[Any]:
    """Return one pytest parameter (path, truth) per file, or one that skips when the folder is missing."""
    base = folder_of(data)
    if base is None:
        skip = pytest.mark.skip(reason=f"the folder shared/data/{data} is not beside this checkout")
        return [pytest.param(Path(), {}, id="shared", marks=skip)]
    paths = [path for folder in folders for path in sorted((base / folder).iterdir()) if only in path.name]
    names = [path.relative_to(base).as_posix() for path in paths]
    return [
        pytest.param(path, truths(data)[f"shared/{name}"], id=name) for path, name in zip(paths, names, strict=True)
    ]
