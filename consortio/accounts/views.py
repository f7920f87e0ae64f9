"""The screens before one is in: signing in, a new password, the first run. Nothing is done by looking."""

import re
from typing import Any

from allauth.account import views as entrance
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login as go_on
from allauth.account.internal.flows.login import record_authentication
from allauth.account.mixins import RedirectAuthenticatedUserMixin
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import decorator as limited
from allauth.mfa.base.internal.flows import post_authentication
from django.contrib import auth, messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import FormView

from consortio.ui.errors import answer

from . import factors, forms, links, mail, reads, users
from .adapter import SecondStep
from .proofs import prove

TOO_OFTEN = {"too_many_login_attempts", "rate_limited"}
HOUR = 3600


def status_of(form: Form) -> int:
    """Return the status of the answer to a refused form."""
    codes = {error.code for found in form.errors.as_data().values() for error in found}
    return 429 if codes & TOO_OFTEN else 422


class Door:
    """What the screens below share: a refused form has a refusal's status, and a sign-in begun holds nobody there."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = status_of(form)
        return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        return None


class SignIn(Door, entrance.LoginView):
    form_class = forms.SignInForm
    template_name = "accounts/sign_in.html"


class CodeWanted(Door, entrance.RequestLoginCodeView):
    form_class = forms.CodeWantedForm
    template_name = "accounts/code_wanted.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "data" in kwargs:  # the button beside the password posts that form's address
            kwargs["data"] = {"email": self.request.POST.get("email") or self.request.POST.get("login", "")}
        return kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        if form._user is None:
            mail.work_as_for_somebody(form.cleaned_data["email"])
        return super().form_valid(form)


class Code(Door, entrance.ConfirmLoginCodeView):
    form_class = forms.CodeForm
    template_name = "accounts/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        has_begun = request.user.is_authenticated or LoginStageController.enter(request, LoginByCodeStage.key)
        if code := not has_begun and self.get_initial().get("code"):
            return render(request, "accounts/code_elsewhere.html", {"code": code})
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        code = self.request.GET.get("code", "")
        return {"code": code} if re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", code) else {}


class PasskeySignIn(Door, RedirectAuthenticatedUserMixin, FormView):
    """As the library's own view, but that is one with what reads passkeys, which few sign-ins need."""

    form_class = forms.PasskeySignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):  # whoever is in already answers a challenge to prove it again
            return JsonResponse({"request_options": factors.sign_in_options()})
        return super().dispatch(request, *args, **kwargs)

    @method_decorator(limited(app="allauth.mfa", action="webauthn_login"))
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        return redirect("account_login")

    def form_valid(self, form: Form) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        post_authentication(self.request, passkey, passwordless=True)
        return go_on(self.request, Login(user=passkey.user))


@login_stage_required(stage=SecondStep.key, redirect_urlname="account_login")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    stage = request._login_stage  # type: ignore[attr-defined]
    user = stage.login.user
    form: Form | None = forms.OneTimeCodeForm()
    if request.method == "POST":
        form = prove(request, user, ("code", "credential"))
        if form is None:
            return stage.exit()
    context = {"form": form, "has_passkey": bool(reads.ways_in(user).passkeys)}
    return render(request, "accounts/second_step.html", context, status=status_of(form) if form.errors else 200)


class ResetWanted(Door, entrance.PasswordResetView):
    form_class = forms.ResetWantedForm
    template_name = "accounts/reset_wanted.html"

    def form_valid(self, form: Any) -> HttpResponse:
        if not form.users:
            mail.work_as_for_somebody(form.cleaned_data["email"])
        response = super().form_valid(form)
        if response.status_code == 429:
            response["Retry-After"] = str(HOUR)
        return response


class ResetSent(entrance.PasswordResetDoneView):
    template_name = "accounts/reset_sent.html"


class Reset(Door, entrance.PasswordResetFromKeyView):
    form_class = forms.ResetForm
    template_name = "accounts/reset.html"
    success_url = reverse_lazy("account_login")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if context.get("token_fail"):
            kwargs["status"] = 410
        return super().render_to_response(context, **kwargs)

    def logout(self) -> None:
        """Allauth signs out whoever opens another's link; here looking does nothing, and setting the password does."""

    def form_valid(self, form: Any) -> HttpResponse:
        if self.request.user.is_authenticated:
            auth.logout(self.request)
        response = super().form_valid(form)
        users.end_sessions(self.reset_user)
        mail.tell(self.reset_user, "password", browser_of(self.request))
        messages.success(self.request, gettext("Your new password is set. Sign in with it."))
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("account_login")


@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Offer to sign in as one of the demo people; a link that is old, false or from elsewhere is not there."""
    user = links.user_of(token, timezone.now()) if links.may_use(request) else None
    if user is None:
        raise Http404
    if request.method == "POST":
        record_authentication(request, user, method="link")
        return perform_login(request, user)
    return render(request, "accounts/by_link.html", {"hats": reads.hats_of(user.person_id)})


@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Make the first organisation and sign in its first person; once, while nobody is here."""
    if reads.has_begun():
        raise Http404
    form = forms.FirstRunForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if response := ratelimit.consume_or_429(request, action="signup"):
            return response
        if form.is_valid():
            user = users.begin(**form.cleaned_data, at=timezone.now())
            record_authentication(request, user, method="password")
            return perform_login(request, user, redirect_url="/")
    return render(request, "accounts/first_run.html", {"form": form}, status=422 if form.errors else 200)


def too_often(request: HttpRequest) -> HttpResponse:
    """Answer where allauth counts too many tries; the shortest of its limits is a minute."""
    return answer(request, 429, retry_after=60)


def browser_of(request: HttpRequest) -> str:
    """Return what the browser and its system are called, for the mail that tells of a change."""
    browser, system = reads.named(request.headers.get("User-Agent", ""))
    return " · ".join(name for name in (browser, system) if name)
