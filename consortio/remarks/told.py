"""What the record says of remarks, wherever it is read."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, name_rows, say

from .models import Remark
from .subjects import names_of

QUOTED = 160  # signs of a remark that a line shows


def _said(entry: Happened, names: Names) -> Sequence[str]:
    text = " ".join(entry.texts.get("text", "").split())
    return [text if len(text) <= QUOTED else text[:QUOTED].rstrip() + "…"] if text else []


def _remarks(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    """Return for remarks the names of what they are about, and where they stand."""
    rows = access.visible(actor, Remark).filter(pk__in=ids).values_list("pk", "subject_kind", "subject_id")
    asked: dict[str, set[UUID]] = defaultdict(set)
    for _pk, kind, subject_id in rows:
        asked[kind].add(subject_id)
    subjects = names_of(actor, asked)
    return {pk: _placed(pk, subject_id, subjects[subject_id]) for pk, _kind, subject_id in rows}


def _placed(pk: UUID, subject_id: UUID, subject: Named) -> Named:
    where = reverse("remarks", args=[subject_id]) + f"#remark-{pk}" if subject.url else ""
    return Named(subject.name, where)


say("remark.written", _lazy("Remark on %(what)s"), topic="remarks", sign="comment", details=_said)
say("remark.edited", _lazy("A remark on %(what)s was put in other words"), topic="remarks", sign="edit")
say("remark.withdrawn", _lazy("A remark on %(what)s was withdrawn"), topic="remarks", sign="withdraw")
name_rows("remarks.remark", _lazy("a row"), _remarks)
