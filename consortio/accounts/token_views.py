"""Tokens for programs: made once and shown once, listed, revoked. Only in a browser, never with a token."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import forms, mail, reads, tokens
from .proofs import proved_lately
from .views import browser_of


@login_required
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {"tokens": reads.tokens_of(request.user, now), "today": timezone.localdate(now)}
    return render(request, "accounts/tokens.html", context)


@proved_lately(back="account_new_token")
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    hats = reads.hats_of(request.user.person_id).organisations
    first = {"organisation": request.actor.organisation_id}
    sent = request.POST if request.method == "POST" else None
    form = forms.TokenForm(sent, organisations=[(hat.id, hat.name) for hat in hats], initial=first)
    if form.is_valid():
        said = form.cleaned_data | {"organisation_id": UUID(form.cleaned_data["organisation"])}
        del said["organisation"]
        try:
            secret = tokens.make_token(user=request.user, at=timezone.now(), **said)
        except tokens.TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            mail.tell(request.user, "token made", browser_of(request))
            return render(request, "accounts/token_made.html", {"secret": secret, "name": said["name"]})
    return render(request, "accounts/token_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def revocation(request: HttpRequest, token_id: UUID) -> HttpResponse:
    if not tokens.revoke_token(request.user, token_id, timezone.now()):
        raise Http404
    messages.success(request, gettext("The token is revoked. It does nothing any more."))
    return redirect("account_tokens")
