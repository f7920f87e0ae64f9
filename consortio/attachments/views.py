from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from . import actions, reads

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_safe
def download(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """Hand out a file, never as a page of ours: as an attachment, in a sandbox, its type not to be guessed."""
    row = reads.attachment(actor=request.actor, attachment_id=attachment_id)
    content = reads.content_of(actor=request.actor, attachment_id=attachment_id)
    response = HttpResponse(content, content_type=row.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name)
    response["Content-Security-Policy"] = SANDBOX
    return response


@require_POST
def withdrawal(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    actions.withdraw_attachment(actor=request.actor, attachment_id=attachment_id, at=now())
    return redirect("home")
