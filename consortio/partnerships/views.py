from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotVisible, Permission
from consortio.access.seating import LastLead
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads


@require_http_methods(["GET", "HEAD", "POST"])
def founding(request: HttpRequest) -> HttpResponse:
    """Found a partnership from one's own house."""
    house_id = reads.house_of(actor=request.actor)
    if house_id is None:
        raise NotVisible
    access.require(request.actor, Permission.PARTNERSHIP_FOUND, house_id)
    form = forms.FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joint_id = actions.found_partnership(actor=request.actor, house_id=house_id, at=now(), **form.cleaned_data)
        except actions.NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            made = next(row for row in reads.partnerships_of(actor=request.actor) if row.joint_id == joint_id)
            return redirect("partnership", partnership_id=made.id)
    return render(request, "partnerships/founding.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def members(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _members(request, partnership_id, {})


def _members(request: HttpRequest, partnership_id: UUID, more: dict[str, Any], status: int = 200) -> HttpResponse:
    stand_in(request, partnership_id)
    page = reads.members_page(actor=request.actor, partnership_id=partnership_id)
    crumbs = [Crumb(page.partnership.name, ""), Crumb(_("Members"))]
    own = {"version": page.own.version, "part": page.own.part} if page.own else {}
    context = {"page": page, "crumbs": crumbs, "part_form": forms.PartForm(initial=own)} | more
    return render(request, "partnerships/members.html", context, status=status)


@require_POST
def part(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Say what our part is."""
    page = reads.members_page(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.MEMBERSHIP_EDIT, page.partnership.joint_id)
    form = forms.PartForm(request.POST)
    if page.own is None or not form.is_valid():
        return _members(request, partnership_id, {"part_form": form}, status=422)
    actions.edit_membership(actor=request.actor, membership_id=page.own.id, at=now(), **form.cleaned_data)
    return redirect("members", partnership_id=partnership_id)


@require_POST
def seating(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Let one of our own people take part, or change their role."""
    row = reads.partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.CIRCLE_SEAT, row.joint_id)
    form = forms.SeatForm(request.POST)
    if not form.is_valid():
        return _members(request, partnership_id, {"refused": _("Choose a person and a role.")}, status=422)
    try:
        actions.seat_person(actor=request.actor, joint_id=row.joint_id, at=now(), **form.cleaned_data)
    except LastLead as refusal:
        return _members(request, partnership_id, {"refused": str(refusal)}, status=409)
    return redirect("members", partnership_id=partnership_id)


@require_POST
def unseating(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """End the part of one of our own people."""
    row = reads.partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.CIRCLE_SEAT, row.joint_id)
    form = forms.UnseatForm(request.POST)
    if not form.is_valid():
        return _members(request, partnership_id, {"refused": _("Choose a person.")}, status=422)
    try:
        actions.unseat_person(actor=request.actor, joint_id=row.joint_id, at=now(), **form.cleaned_data)
    except LastLead as refusal:
        return _members(request, partnership_id, {"refused": str(refusal)}, status=409)
    return redirect("members", partnership_id=partnership_id)
