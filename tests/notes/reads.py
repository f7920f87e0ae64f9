"""What pages, the API and exports show of notes."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Value, When

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle

from .models import Note


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: UUID
    number: str
    title: str
    by: str
    circle: str


@dataclass(frozen=True, slots=True)
class NotesPage:
    circle: str
    total: int  # the same for everybody in the circle
    notes: tuple[NoteRow, ...]  # of the circle, of wider ones, and my own narrower ones


@dataclass(frozen=True, slots=True)
class NotePage:
    note: NoteRow
    text: str
    version: int
    about: str | None
    can_edit: bool


@access.read
def notes_page(*, actor: Actor, circle_id: UUID) -> NotesPage:
    circle = access.get(actor, Circle, circle_id, "organisation")
    total = access.common(actor, Note, circle_id).count()
    rows = access.visible(actor, Note).filter(circle__partnership=circle.partnership_id)
    rows = rows.select_related("circle__organisation", "author")
    rows = rows.order_by("circle__name", "circle__mark", "circle", "number")
    return NotesPage(circle.title, total, tuple(_row(note) for note in rows))


@access.read
def note_page(*, actor: Actor, note_id: UUID) -> NotePage:
    may_edit = Case(
        When(access.permit(actor, Permission.PROGRESS_UPDATE, Note), then=Value(True)), default=Value(False)
    )
    rows = access.visible(actor, Note).select_related("circle__organisation", "author", "about")
    rows = rows.annotate(can_edit=may_edit)
    note = rows.filter(pk=note_id).first()
    if note is None:
        raise access.NotVisible
    return NotePage(_row(note), note.text, note.version, note.about and note.about.title, note.can_edit)


@access.read
def seen_notes(*, actor: Actor) -> int:
    return access.visible(actor, Note).count()


def _row(note: Note) -> NoteRow:
    return NoteRow(note.pk, f"{note.circle.mark}N-{note.number}", note.title, note.author.name, note.circle.title)
