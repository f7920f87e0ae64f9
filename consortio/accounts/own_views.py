"""One's own account: how one signs in, where one is signed in, for whom one acts, how pages look."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from . import addresses, factors, forms, hats, mail, reads, sessions, users
from .middleware import dress
from .proofs import prove, proved_lately
from .views import browser_of, status_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return _account(request, forms.PreferencesForm(initial=_preferences(request)))


@login_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    form = forms.PreferencesForm(request.POST)
    if not form.is_valid():
        return _account(request, form)
    users.keep_preferences(request.user, **form.cleaned_data)
    messages.success(request, gettext("Saved."))
    response = redirect("account")
    dress(request, response)
    return response


def _account(request: HttpRequest, form: Form) -> HttpResponse:
    now = timezone.now()
    context = {
        "hats": reads.hats_of(request.user.person_id),
        "ways": reads.ways_in(request.user),
        "sessions": reads.sessions_of(request.user, _this(request), now),
        "form": form,
        "today": timezone.localdate(now),
    }
    return render(request, "accounts/account.html", context, status=status_of(form) if form.errors else 200)


def _preferences(request: HttpRequest) -> dict[str, Any]:
    own = reads.preferences(request.user)
    return {
        "language": own.language or forms.ASKED,
        "zone": own.zone or "UTC",
        "theme": own.theme or "system",
        "density": own.density or "calm",
    }


@login_required
@GET_OR_POST
def confirmation(request: HttpRequest) -> HttpResponse:
    """Ask somebody who is signed in to prove again who they are, then lead on to where they were going."""
    ways = reads.ways_in(request.user)
    form: Form | None = forms.OneTimeCodeForm() if ways.code_app else forms.PasswordForm()
    if request.method == "POST":
        kinds = ("password",) * ways.has_password + ("code",) * bool(ways.code_app) + ("credential",)
        form = prove(request, request.user, kinds, reauthenticated=True)
        if form is None:
            request.session.cycle_key()
            return redirect(way_back(request, "/account"))
    context = {"form": form, "ways": ways, "next": way_back(request, "/account")}
    return render(request, "accounts/confirmation.html", context, status=status_of(form) if form.errors else 200)


@proved_lately(back="account_password")
@GET_OR_POST
def password(request: HttpRequest) -> HttpResponse:
    form = forms.NewPasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    if not form.is_valid():
        return _form(request, "accounts/password.html", form)
    users.change_password(request.user, form.cleaned_data["password"])
    update_session_auth_hash(request, request.user)
    users.end_sessions(request.user, keep=_this(request))
    mail.tell(request.user, "password", browser_of(request))
    messages.success(request, gettext("Your new password is set. Everywhere else you are signed out."))
    return redirect("account")


@proved_lately(back="account_address")
@GET_OR_POST
def address(request: HttpRequest) -> HttpResponse:
    form = forms.AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form(request, "accounts/address.html", form)
    addresses.ask(request.user, form.cleaned_data["email"], timezone.now())
    messages.success(request, gettext("A mail is on its way to the new address. The link in it makes the change."))
    return redirect("account")


@login_required
@GET_OR_POST
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """Offer the change that the owner of the new address was asked about; another's link is not there."""
    new = addresses.asked(request.user, token, timezone.now())
    if new is None:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/new_address.html", {"new": new, "old": request.user.email})
    old = users.change_address(request.user, new)
    mail.tell(request.user, "address", browser_of(request), email=old)
    messages.success(request, gettext("From now on you sign in with the new address."))
    return redirect("account")


@proved_lately(back="account_passkeys")
@GET_OR_POST
def passkeys(request: HttpRequest) -> HttpResponse:
    form = forms.PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            factors.add_passkey(request.user, form.cleaned_data["name"], form.cleaned_data["credential"])
        except forms.ValidationError as error:
            form.add_error("credential", error)
        else:
            mail.tell(request.user, "passkey added", browser_of(request))
            messages.success(request, gettext("The passkey is added. From now on it signs you in."))
            return redirect("account_passkeys")
    ways = reads.ways_in(request.user)
    return _form(request, "accounts/passkeys.html", form, ways=ways, today=timezone.localdate())


@proved_lately(back="account_passkeys")
@require_GET
def passkey_options(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"creation_options": factors.passkey_options(request.user)})


@proved_lately(back="account_passkeys")
@require_POST
def passkey_name(request: HttpRequest, passkey_id: int) -> HttpResponse:
    form = forms.NameForm(request.POST)
    if not form.is_valid():
        return _form(request, "accounts/passkey_name.html", form)
    factors.rename_passkey(_passkey(request, passkey_id), form.cleaned_data["name"])
    return redirect("account_passkeys")


@proved_lately(back="account_passkeys")
@require_POST
def passkey_removal(request: HttpRequest, passkey_id: int) -> HttpResponse:
    _passkey(request, passkey_id).delete()
    mail.tell(request.user, "passkey removed", browser_of(request))
    messages.success(request, gettext("The passkey is removed."))
    return redirect("account_passkeys")


def _passkey(request: HttpRequest, passkey_id: int) -> Any:
    passkey = factors.passkey_of(request.user, passkey_id)
    if passkey is None:
        raise Http404
    return passkey


@proved_lately(back="account_codes")
@GET_OR_POST
def one_time_codes(request: HttpRequest) -> HttpResponse:
    """Set up a code app by a picture, which a first code proves to have been taken; or say that there is one."""
    ways = reads.ways_in(request.user)
    if ways.code_app:
        return render(request, "accounts/code_app.html", {"ways": ways, "today": timezone.localdate()})
    form = forms.OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = factors.set_up_code_app(request, request.user, form.cleaned_data["code"])
        except forms.ValidationError as error:
            form.add_error("code", error)
        else:
            mail.tell(request.user, "code app added", browser_of(request))
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    secret, address = factors.new_secret(request)
    return _form(request, "accounts/code_app_new.html", form, secret=secret, picture=factors.picture_of(address))


@proved_lately(back="account_codes")
@require_POST
def one_time_codes_removal(request: HttpRequest) -> HttpResponse:
    factors.remove_code_app(request.user)
    mail.tell(request.user, "code app removed", browser_of(request))
    messages.success(request, gettext("Signing in no longer asks for a code."))
    return redirect("account")


@proved_lately(back="account_codes")
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new ones and show them, this once: they are kept as hashes."""
    if factors.code_app(request.user) is None:
        raise Http404
    codes = factors.new_recovery_codes(request.user)
    mail.tell(request.user, "recovery codes", browser_of(request))
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@login_required
@require_safe
def open_sessions(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = reads.sessions_of(request.user, _this(request), now)
    return render(request, "accounts/sessions.html", {"sessions": rows, "today": timezone.localdate(now)})


@login_required
@require_POST
def session_end(request: HttpRequest, key_hash: str) -> HttpResponse:
    if key_hash == _this(request) or not users.end_session(request.user, key_hash):
        raise Http404  # one's own ends by signing out
    messages.success(request, gettext("That session is ended."))
    return redirect("account_sessions")


@login_required
@require_POST
def other_sessions_end(request: HttpRequest) -> HttpResponse:
    users.end_sessions(request.user, keep=_this(request))
    messages.success(request, gettext("You are signed in here only."))
    return redirect("account_sessions")


@login_required
@require_POST
def acting_for(request: HttpRequest) -> HttpResponse:
    hats.act_for(request, request.user, request.POST.get("organisation"))
    return redirect(way_back(request, "/"))


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Return where to go next, if what the request says is an address of ours."""
    way = request.POST.get("next") or request.GET.get("next", "")
    is_ours = way.startswith("/") and url_has_allowed_host_and_scheme(way, allowed_hosts=None)
    return way if is_ours else otherwise


def _this(request: HttpRequest) -> str:
    return sessions.key_hash(request.session.session_key or "")


def _form(request: HttpRequest, template: str, form: Form, **more: Any) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=status_of(form) if form.errors else 200)
