"""How a file leaves: as an attachment, in a sandbox, its type not to be guessed. Never as a page of ours."""

from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from consortio.access import Actor

from . import reads, store

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def handed_out(actor: Actor, attachment_id: UUID) -> StreamingHttpResponse:
    row = reads.attachment(actor=actor, attachment_id=attachment_id)
    path = reads.path_of(actor=actor, attachment_id=attachment_id)
    store.check(path)
    response = StreamingHttpResponse(store.pieces(path), content_type=row.media_type)
    response["Content-Length"] = str(row.size)
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=row.name))
    response["Content-Security-Policy"] = SANDBOX
    return response
