"""The sample feature's background work: counting the notes that its starter sees."""

from collections.abc import Mapping
from typing import Any

from consortio.jobs.registry import Task, job

from .reads import seen_notes

COUNT = "notes.count"


@job(COUNT, words=lambda: "Counting notes", steps=lambda: {"count": "counting"})
def count(task: Task) -> Mapping[str, Any]:
    task.progress(0, 1, "count")
    return {"notes": seen_notes(actor=task.actor)}
