"""The way out of the demo world."""

from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consortio.accounts.links import may_use
from consortio.ui.shell import Crumb

from . import reads
from .removal import can_remove, remove


@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: HttpRequest) -> HttpResponse:
    """Ask before the demo world goes, and take it out; for its people, on the machine that serves it."""
    if not may_use(request) or not reads.is_of_demo(actor=request.actor):
        raise Http404
    if request.method == "POST":
        remove()
        auth.logout(request)
        return redirect("home")
    page = {"can_remove": can_remove(), "crumbs": [Crumb(_("Demo world"))]}
    return render(request, "demo/removal.html", page)
