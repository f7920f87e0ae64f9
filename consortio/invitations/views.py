"""Answering an invitation. Looking does nothing; what is spent, old, withdrawn or false looks alike."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consortio.access import NotVisible, Refused, actor_for
from consortio.accounts import entering, hats
from consortio.accounts.forms import suggested_letters
from consortio.accounts.users import EmailTaken
from consortio.partnerships.actions import LettersTaken
from consortio.partnerships.reads import House, houses_led_by

from . import accepting, actions, forms, reads
from .models import Kind
from .reads import Asked
from .rules import hash_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
KEPT = "invitation"  # in the session: the hash of the link that waits while its reader signs in


@GET_OR_POST
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link asks, and take the answer."""
    return _answered(request, hash_of(token))


@GET_OR_POST
def waiting(request: HttpRequest) -> HttpResponse:
    """The same, back from signing in."""
    return _answered(request, request.session.get(KEPT, ""))


@GET_OR_POST
def mine(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The same, for whoever is signed in with the address that the link went out to."""
    if not request.user.is_authenticated:
        raise NotVisible
    own = {"invitation_id": invitation_id, "email": request.user.email}
    return _answered(request, reads.secret_hash_of(**own, at=timezone.now()))


def _answered(request: HttpRequest, secret_hash: str) -> HttpResponse:
    asked = reads.asked(secret_hash=secret_hash, at=timezone.now())
    if asked is None:
        return render(request, "invitations/over.html", status=404)
    if request.user.is_authenticated and request.user.email != asked.email:
        return render(request, "invitations/another.html", status=403)
    if request.method == "POST" and request.POST.get("act") == "decline":
        return _declined(request, secret_hash, asked)
    if request.user.is_authenticated:
        return _by_account(request, secret_hash, asked)
    if entering.has_account(asked.email):
        return _signing_in_first(request, secret_hash, asked)
    return _by_newcomer(request, secret_hash, asked)


def _declined(request: HttpRequest, secret_hash: str, asked: Asked) -> HttpResponse:
    actions.decline_invitation(secret_hash=secret_hash, at=timezone.now())
    return render(request, "invitations/declined.html", {"asked": asked})


def _signing_in_first(request: HttpRequest, secret_hash: str, asked: Asked) -> HttpResponse:
    if request.method != "POST":
        return _page(request, asked, {"way": "sign-in"})
    request.session[KEPT] = secret_hash  # so that the link itself stands on no page
    return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('invitation_waiting')})}")


def _by_newcomer(request: HttpRequest, secret_hash: str, asked: Asked) -> HttpResponse:
    form = _newcomer_form(request, asked)
    if request.method == "POST":
        if response := entering.held_back(request):
            return response
        if form.is_valid():
            newcomer = accepting.Newcomer(**form.cleaned_data | {"password": form.cleaned_data["password"] or None})
            link = {"secret_hash": secret_hash, "email": asked.email}
            try:
                user = accepting.accept_as_newcomer(newcomer=newcomer, at=timezone.now(), **link)
            except LettersTaken as refusal:
                form.add_error("letters", str(refusal))
            except EmailTaken:
                return redirect(request.path)
            else:
                return entering.enter(request, user, _way_in(asked))
    return _page(request, asked, {"form": form, "way": "newcomer"}, status=422 if form.errors else 200)


def _newcomer_form(request: HttpRequest, asked: Asked) -> forms.NewcomerForm:
    data = request.POST if request.method == "POST" else None
    about = {"email": asked.email, "about": (asked.organisation,)}
    if asked.kind != Kind.ORGANISATION:
        return forms.NewcomerForm(data, **about)
    said = {"organisation": asked.invited, "letters": suggested_letters(asked.invited)}
    return forms.FoundingForm(data, initial=said, **about)


def _by_account(request: HttpRequest, secret_hash: str, asked: Asked) -> HttpResponse:
    if asked.kind == Kind.ORGANISATION:
        return _by_lead(request, secret_hash, asked)
    if request.method != "POST":
        return _page(request, asked, {"way": "seat"})
    actor = actor_for(request.user.person_id, asked.organisation_id)
    try:
        accepting.accept_seat(actor=actor, secret_hash=secret_hash, email=request.user.email, at=timezone.now())
    except Refused as refusal:
        return _page(request, asked, {"way": "seat", "refused": str(refusal)}, status=409)
    hats.act_for(request, request.user, asked.organisation_id)
    return _landed(request, asked)


def _by_lead(request: HttpRequest, secret_hash: str, asked: Asked) -> HttpResponse:
    houses = houses_led_by(request.user.person_id)
    if not houses:
        return _page(request, asked, {"way": "no house"}, status=200 if request.method != "POST" else 409)
    choices = tuple((str(house.organisation_id), house.name) for house in houses)
    form = forms.HouseForm(
        choices, request.POST if request.method == "POST" else None, initial={"organisation": choices[0][0]}
    )
    if request.method == "POST" and form.is_valid():
        house = next(each for each in houses if str(each.organisation_id) == form.cleaned_data["organisation"])
        if response := _joined(request, form, house, secret_hash, asked):
            return response
    words = {"form": form, "way": "lead", "houses": houses}
    return _page(request, asked, words, status=422 if form.errors else 200)


def _joined(request: HttpRequest, form: Any, house: House, secret_hash: str, asked: Asked) -> HttpResponse | None:
    actor = actor_for(request.user.person_id, house.organisation_id)
    own = {"house_id": house.joint_id, "letters": form.cleaned_data["letters"] or house.letters}
    link = {"secret_hash": secret_hash, "email": request.user.email, "at": timezone.now()}
    try:
        accepting.accept_invitation(actor=actor, **own, **link)
    except LettersTaken as refusal:
        form.add_error("letters", str(refusal))
        return None
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    hats.act_for(request, request.user, house.organisation_id)
    return _landed(request, asked)


def _landed(request: HttpRequest, asked: Asked) -> HttpResponse:
    request.session.pop(KEPT, None)
    messages.success(request, _("You take part now."))
    return redirect(_way_in(asked))


def _way_in(asked: Asked) -> str:
    first = asked.partnership or next((glance for glance, _, _ in asked.seats), None)
    return reverse("partnership", args=[first.id]) if first else reverse("home")


def _page(request: HttpRequest, asked: Asked, words: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"asked": asked, "today": timezone.localdate(), "refused": "", "form": None, "houses": ()} | words
    return render(request, "invitations/answer.html", context, status=status)
