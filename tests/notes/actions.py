"""Every change to a note."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle
from consortio.record.imports import begin_import
from consortio.record.log import action, next_number, nothing_changed, record

from .models import Note


@action
def write_note(
    *, actor: Actor, circle_id: UUID, title: str, text: str, at: datetime, about_id: UUID | None = None
) -> UUID:
    circle = access.lock(actor, Permission.REMARK_WRITE, Circle, circle_id)
    about = access.get(actor, Note, about_id) if about_id else None
    note = _write(actor, circle, title, text, about)
    record("note.written", note, number=note.number, texts={"title": title, "text": text})
    return note.pk


@action
def edit_note(*, actor: Actor, note_id: UUID, version: int | None, title: str, text: str, at: datetime) -> None:
    note = access.lock(actor, Permission.PROGRESS_UPDATE, Note, note_id, version=version)
    said = {"title": (note.title, title), "text": (note.text, text)}
    changed = {name: (before, after) for name, (before, after) in said.items() if before != after}
    if not changed:
        return nothing_changed()
    note.title, note.text = title, text
    note.save(update_fields=["title", "text"])
    record("note.edited", note, version=note.version, changes=changed)


@action
def share_note(*, actor: Actor, note_id: UUID, version: int, wider_id: UUID, at: datetime) -> UUID:
    """Show a note to more people: a new note in the wider circle, of these words only. The old one stays where it was."""
    note = access.lock(actor, Permission.PLAN_EDIT, Note, note_id, version=version)
    wider = access.lock(actor, Permission.REMARK_WRITE, Circle, wider_id)
    shared = _write(actor, wider, note.title, note.text, None)
    note.shared_as = shared  # refused unless the circle is wider
    note.save(update_fields=["shared_as"])
    record("note.shared", note, shared_as=str(shared.pk))
    record("note.written", shared, number=shared.number, texts={"title": note.title, "text": note.text})
    return shared.pk


@action
def import_notes(
    *, actor: Actor, circle_id: UUID, name: str, file: bytes, notes: Sequence[tuple[str, str]], at: datetime
) -> UUID:
    """Write the notes that a file holds, titles and texts, which were read from it before: one entry for all of them."""
    circle = access.lock(actor, Permission.REMARK_WRITE, Circle, circle_id)
    made = begin_import(circle.pk, name=name, file=file, rows=len(notes))
    first = next_number(circle.pk, "N", len(notes)) - len(notes) + 1
    own = {"circle": circle, "imported": made, "organisation_id": actor.organisation_id, "author_id": actor.person_id}
    rows = [Note(**own, number=number, title=title, text=text) for number, (title, text) in enumerate(notes, first)]
    access.visible(actor, Note).bulk_create(rows)
    return made.pk


def _write(actor: Actor, circle: Circle, title: str, text: str, about: Note | None) -> Note:
    number = next_number(circle.pk, "N")
    note = Note(circle=circle, number=number, about=about, title=title, text=text)
    note.organisation_id, note.author_id = actor.organisation_id, actor.person_id
    note.save()
    return note
