from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from . import actions
from .answers import handed_out


@require_safe
def download(request: HttpRequest, attachment_id: UUID) -> StreamingHttpResponse:
    return handed_out(request.actor, attachment_id)


@require_POST
def withdrawal(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """Take a file away, and go back to the page on which that was said."""
    actions.withdraw_attachment(actor=request.actor, attachment_id=attachment_id, at=now())
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return HttpResponseRedirect(back)
    return redirect("home")
