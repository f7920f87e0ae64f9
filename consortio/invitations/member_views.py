"""Who takes part: the members of a partnership, their people, whoever is invited; suspension; and leaving."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotVisible, Permission, Refused, Stale
from consortio.approvals.forms import ProposeForm
from consortio.approvals.reads import may_propose
from consortio.partnerships import actions as partnerships
from consortio.partnerships.crumbs import crumb_of
from consortio.partnerships.forms import PartForm, SeatForm, UnseatForm
from consortio.partnerships.reads import MembersPage, house_of, members_page, partnership
from consortio.ui.formats import listing
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, mail, reads, suspending


@require_safe
def members(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _members(request, partnership_id, {})


def _members(request: HttpRequest, partnership_id: UUID, more: dict[str, Any], status: int = 200) -> HttpResponse:
    stand_in(request, partnership_id)
    actor, at = request.actor, timezone.now()
    page = members_page(actor=actor, partnership_id=partnership_id)
    invited = reads.invitations_to(actor=actor, partnership_id=partnership_id, at=at)
    own = {"version": page.own.version, "part": page.own.part} if page.own else {}
    offer = reads.inviting(actor=actor, partnership_id=partnership_id)
    context = {
        "page": page,
        "invited": invited,
        "offer": offer,
        "crumbs": [crumb_of(page.partnership), Crumb(_("Members"))],
        "others": [
            (member, page.people[member.organisation_id])
            for member in page.partnership.members
            if not member.is_you and member.organisation_id in page.people
        ],
        "lede": _lede(page, len([row for row in invited if row.kind == "organisation"])),
        "part_form": PartForm(initial=own),
        "organisation_form": forms.OrganisationForm(),
        "person_form": forms.PersonForm(offer),
        "today": timezone.localdate(at),
        "may_reinstate": may_propose(actor=actor, kind=suspending.REINSTATEMENT, here=page.partnership),
        "may_leave": _may_leave(request, page),
        "may_depart": not page.is_last and any(one.is_you for rows in page.people.values() for one in rows),
        "shown": None,
        "refused_for": "",
    }
    return render(request, "invitations/members.html", context | more, status=status)


def _may_leave(request: HttpRequest, page: MembersPage) -> bool:
    granted = request.actor.permissions.get(page.partnership.joint_id, ())
    return not page.partnership.is_house and {Permission.PARTNERSHIP_JOIN, Permission.PROPOSAL_ANSWER} <= set(granted)


def _lede(page: MembersPage, invited: int) -> str:
    """Return one sentence: how many organisations and people there are, and who was invited."""
    if page.partnership.is_house:
        return _("The people of your house. Whoever sits here can be seated in its partnerships.")
    here = [member for member in page.partnership.members if member.state != "left"]
    heads = ngettext("%(n)d person", "%(n)d people", page.heads) % {"n": page.heads}
    text = ngettext(
        "%(n)d organisation so far, with %(people)s.",
        "%(n)d organisations work here as equals, with %(people)s.",
        len(here),
    )
    said = [text % {"n": len(here), "people": heads}]
    if invited:
        text = ngettext(
            "%(n)d more was invited and has not answered.", "%(n)d more were invited and have not answered.", invited
        )
        said.append(text % {"n": invited})
    return " ".join(said)


@require_POST
def part(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Say what our part is."""
    page = members_page(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.MEMBERSHIP_EDIT, page.partnership.joint_id)
    form = PartForm(request.POST)
    if page.own is None or not form.is_valid():
        return _members(request, partnership_id, {"part_form": form}, status=422)
    said = form.cleaned_data
    try:
        partnerships.edit_membership(actor=request.actor, membership_id=page.own.id, at=timezone.now(), **said)
    except Stale:
        return _part_meanwhile(request, partnership_id, said["part"])
    return redirect("members", partnership_id=partnership_id)


def _part_meanwhile(request: HttpRequest, partnership_id: UUID, written: str) -> HttpResponse:
    """Show what stands there now above what was written, in a form that saves over it."""
    own = members_page(actor=request.actor, partnership_id=partnership_id).own
    if own is None:
        raise NotVisible
    form = PartForm({"version": own.version, "part": written})
    says = _("Somebody changed it meanwhile; there stands: %(there)s") % {"there": own.part or _("nothing")}
    form.full_clean()
    form.add_error("part", says)
    return _members(request, partnership_id, {"part_form": form}, status=409)


@require_POST
def seating(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Let one of our own people take part, or change their role."""
    row = partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.CIRCLE_SEAT, row.joint_id)
    form = SeatForm(request.POST)
    if not form.is_valid():
        return _members(request, partnership_id, {"refused": _("Choose a person and a role.")}, status=422)
    page = members_page(actor=request.actor, partnership_id=partnership_id)
    person_id = form.cleaned_data["person_id"]
    names = {
        "name": _name_of(page, person_id),
        "role": _(dict(page.roles).get(form.cleaned_data["role_id"], "")),
    }
    is_new = person_id in dict(page.candidates)
    said = (_("%(name)s takes part now, as %(role)s.") if is_new else _("%(name)s is %(role)s now.")) % names
    facts = {"joint_id": row.joint_id, **form.cleaned_data}
    return _seated(request, partnership_id, partnerships.seat_person, said, facts)


@require_POST
def unseating(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """End the part of one of our own people; in our own house, everywhere."""
    row = partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.CIRCLE_SEAT, row.joint_id)
    form = UnseatForm(request.POST)
    if not form.is_valid():
        return _members(request, partnership_id, {"refused": _("Choose a person.")}, status=422)
    page = members_page(actor=request.actor, partnership_id=partnership_id)
    said = _("%(name)s has left the house.") if row.is_house else _("The seat of %(name)s has ended.")
    said %= {"name": _name_of(page, form.cleaned_data["person_id"])}
    facts = {"joint_id": row.joint_id, **form.cleaned_data}
    return _seated(request, partnership_id, partnerships.unseat_person, said, facts)


def _name_of(page: MembersPage, person_id: UUID) -> str:
    own = page.people.get(page.own.organisation_id, ()) if page.own else ()
    return dict([*page.candidates, *((one.person_id, one.name) for one in own)]).get(person_id, "")


def _seated(request: HttpRequest, partnership_id: UUID, action: Any, said: str, facts: dict[str, Any]) -> HttpResponse:
    """Change a seat and say so; what a rule refuses is said in the row of the person."""
    try:
        action(actor=request.actor, at=timezone.now(), **facts)
    except Refused as refusal:
        more = {"refused": str(refusal), "refused_for": facts["person_id"]}
        return _members(request, partnership_id, more, status=_status(refusal))
    messages.success(request, said)
    return redirect("members", partnership_id=partnership_id)


def _done(request: HttpRequest, partnership_id: UUID, action: Any, **facts: Any) -> HttpResponse:
    """Do it and come back to the page; what a rule refuses is said there."""
    try:
        action(actor=request.actor, at=timezone.now(), **facts)
    except Refused as refusal:
        return _members(request, partnership_id, {"refused": refusal.on_page}, status=_status(refusal))
    return redirect("members", partnership_id=partnership_id)


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, actions.TooMany) else 409


@require_POST
def organisation_inviting(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Invite a further organisation, or propose it to the members."""
    row = partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.PARTNERSHIP_INVITE, row.joint_id)
    form = forms.OrganisationForm(request.POST)
    if not form.is_valid():
        return _members(request, partnership_id, {"organisation_form": form}, status=422)
    response = _done(request, partnership_id, actions.invite_organisation, joint_id=row.joint_id, **form.cleaned_data)
    if response.status_code == 302:
        others = [each.name for each in row.members if each.state == "active" and not each.is_you]
        if others:
            text = _("Proposed. The invitation goes out when all have agreed: it waits for %(members)s.")
            messages.success(request, text % {"members": listing(others)})
        else:
            messages.success(request, _invited())
    return response


def _invited() -> str:
    if mail.is_taken():
        return _("The invitation is on its way.")
    return _("The invitation is made. No mail server is set up: show its link, and hand it over yourself.")


@require_POST
def person_inviting(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Invite a colleague into our house and, from a partnership's page, straight into it."""
    row = partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.CIRCLE_SEAT, row.joint_id)
    house_id = house_of(actor=request.actor)
    if house_id is None:
        raise NotVisible
    access.require(request.actor, Permission.CIRCLE_SEAT, house_id)
    form = forms.PersonForm(reads.inviting(actor=request.actor, partnership_id=partnership_id), request.POST)
    if not form.is_valid():
        return _members(request, partnership_id, {"person_form": form}, status=422)
    there = {} if row.is_house else {"joint_id": row.joint_id}
    response = _done(request, partnership_id, actions.invite_person, house_id=house_id, **there, **form.cleaned_data)
    if response.status_code == 302:
        messages.success(request, _invited())
    return response


@require_POST
def resending(request: HttpRequest, partnership_id: UUID, invitation_id: UUID) -> HttpResponse:
    reads.require_there(actor=request.actor, partnership_id=partnership_id, invitation_id=invitation_id)
    response = _done(request, partnership_id, actions.resend_invitation, invitation_id=invitation_id)
    if response.status_code == 302:
        text = _("A new link is on its way; the old one is dead.")
        by_hand = _("A new link is made; the old one is dead. Show it, and hand it over yourself.")
        messages.success(request, text if mail.is_taken() else by_hand)
    return response


@require_POST
def withdrawal(request: HttpRequest, partnership_id: UUID, invitation_id: UUID) -> HttpResponse:
    reads.require_there(actor=request.actor, partnership_id=partnership_id, invitation_id=invitation_id)
    response = _done(request, partnership_id, actions.withdraw_invitation, invitation_id=invitation_id)
    if response.status_code == 302:
        messages.success(request, _("The invitation is withdrawn; its link is dead."))
    return response


@require_POST
def link(request: HttpRequest, partnership_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Show the link once, where no server takes mails."""
    reads.require_there(actor=request.actor, partnership_id=partnership_id, invitation_id=invitation_id)
    try:
        secret = actions.take_link(actor=request.actor, invitation_id=invitation_id, at=timezone.now())
    except Refused as refusal:
        return _members(request, partnership_id, {"refused": str(refusal)}, status=409)
    return _members(request, partnership_id, {"shown": mail.address(secret)})


@require_http_methods(["GET", "HEAD", "POST"])
def suspension(request: HttpRequest, partnership_id: UUID, organisation_id: UUID) -> HttpResponse:
    """Say what it means that a member is suspended, and propose it to the others."""
    page = _standing(request, suspending.suspension_page, partnership_id, organisation_id)
    form = forms.SuspendForm(request.POST if request.method == "POST" else None)
    return _proposed(request, page, form, suspending.propose_suspension, "invitations/suspension.html")


@require_http_methods(["GET", "HEAD", "POST"])
def reinstatement(request: HttpRequest, partnership_id: UUID, organisation_id: UUID) -> HttpResponse:
    """Propose that a suspended member has a vote again."""
    page = _standing(request, suspending.reinstatement_page, partnership_id, organisation_id)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    return _proposed(request, page, form, suspending.propose_reinstatement, "invitations/reinstatement.html")


def _standing(request: HttpRequest, read: Any, partnership_id: UUID, organisation_id: UUID) -> suspending.StandingPage:
    own = {"partnership_id": partnership_id, "organisation_id": organisation_id}
    page: suspending.StandingPage = read(actor=request.actor, at=timezone.now(), **own)
    access.require(request.actor, Permission.PROPOSAL_ANSWER, page.partnership.joint_id)
    return page


def _proposed(
    request: HttpRequest, page: suspending.StandingPage, form: ProposeForm, action: Any, template: str
) -> HttpResponse:
    """Show the form; once it is sent, propose it and go to the proposal."""
    row, status = page.partnership, 200
    if request.method == "POST" and form.is_valid():
        whom = {"joint_id": row.joint_id, "organisation_id": page.member.organisation_id}
        try:
            made = action(actor=request.actor, at=timezone.now(), **whom, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.on_page)
            status = 409
        else:
            return redirect("proposal", proposal_id=made)
    stand_in(request, row.id)
    above = [crumb_of(row), Crumb(_("Members"), reverse("members", args=[row.id]))]
    context = {
        "page": page,
        "form": form,
        "deciding": listing(member.name for member in page.deciding),
        "today": timezone.localdate(),
        "crumbs": [*above, Crumb(page.member.name)],
    }
    return render(request, template, context, status=422 if form.errors and status == 200 else status)


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Say what leaving means, and leave: at once, or with the end of a day."""
    row = partnership(actor=request.actor, partnership_id=partnership_id)
    if row.is_house:
        raise NotVisible
    access.require(request.actor, Permission.PARTNERSHIP_JOIN, row.joint_id)
    access.require(request.actor, Permission.PROPOSAL_ANSWER, row.joint_id)
    form = forms.LeavingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        last_day = form.cleaned_data["last_day"]
        try:
            partnerships.leave_partnership(
                actor=request.actor, joint_id=row.joint_id, last_day=last_day, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("last_day" if isinstance(refusal, partnerships.NoSuchDay) else None, str(refusal))
        else:
            if last_day:
                return redirect("members", partnership_id=partnership_id)
            messages.success(request, _("Your organisation has left %(name)s.") % {"name": row.name})
            return redirect("home")
    stand_in(request, partnership_id)
    context = {
        "row": row,
        "form": form,
        "crumbs": [crumb_of(row), Crumb(_("Members"), reverse("members", args=[row.id])), Crumb(_("Leaving"))],
    }
    return render(request, "invitations/leaving.html", context, status=422 if form.errors else 200)


@require_POST
def staying(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Take back that we leave."""
    row = partnership(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.PROPOSAL_ANSWER, row.joint_id)
    return _done(request, partnership_id, partnerships.stay_in_partnership, joint_id=row.joint_id)
