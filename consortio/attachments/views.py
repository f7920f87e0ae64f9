from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from . import actions
from .answers import handed_out


@require_safe
def download(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    return handed_out(request.actor, attachment_id)


@require_POST
def withdrawal(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    actions.withdraw_attachment(actor=request.actor, attachment_id=attachment_id, at=now())
    return redirect("home")
