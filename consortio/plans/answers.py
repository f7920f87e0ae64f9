"""How a plan leaves as a file: what everybody in its circle sees, the same for whoever asks."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from consortio.access import Actor

from .exporting import export_plan
from .files import written


def handed_out(actor: Actor, plan_id: UUID, format: str) -> HttpResponse:
    made = written(export_plan(actor=actor, plan_id=plan_id), format)
    response = HttpResponse(made.content, content_type=made.media_type)
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=made.name))
    return response
