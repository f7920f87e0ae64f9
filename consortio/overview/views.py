from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from consortio.accounts import reads as accounts
from consortio.ui.shell import stand_in

from . import reads


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.actor.person_id is None:
        return redirect("account_login" if accounts.has_begun() else "first_run")
    return render(request, "overview/home.html", {"page": reads.home_page(actor=request.actor)})


@require_safe
def partnership(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    stand_in(request, partnership_id)
    page = reads.partnership_page(actor=request.actor, partnership_id=partnership_id)
    return render(request, "overview/partnership.html", {"page": page, "today": localdate()})
