"""What pages and API answer alike."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, now

from consortio.access import Actor
from consortio.interchange.iati_write import write_iati

from .exporting import results_of


def handed_out(actor: Actor, partnership_id: UUID) -> HttpResponse:
    at = now()
    found = results_of(actor=actor, partnership_id=partnership_id, today=localdate(), at=at)
    written = write_iati(found.results, generated_at=at)
    response = HttpResponse(written.data, content_type="application/xml; charset=utf-8")
    name = f"{found.results.activities[0].title}.xml"
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    return response
