"""
Every address of signing in. Allauth's own are included nowhere: what is not drawn does not exist.

The names with `account_` and `mfa_` are those by which allauth looks for its screens.
"""

from django.urls import path, re_path

from . import own_views as own
from . import token_views as token
from . import views

urlpatterns = [
    path("first-run", views.first_run, name="first_run"),
    path("sign-in", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code", views.CodeWanted.as_view(), name="account_request_login_code"),
    path("sign-in/code/confirmation", views.Code.as_view(), name="account_confirm_login_code"),
    path("sign-in/passkey", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second-step", views.second_step, name="mfa_authenticate"),
    path("sign-in/link/<str:token>", views.by_link, name="sign_in_link"),
    path("sign-out", views.sign_out, name="account_logout"),
    path("forgotten-password", views.ResetWanted.as_view(), name="account_reset_password"),
    path("forgotten-password/sent", views.ResetSent.as_view(), name="account_reset_password_done"),
    re_path(
        r"^forgotten-password/(?P<uidb36>[0-9a-f]{32})-(?P<key>[0-9a-z-]+)$",
        views.Reset.as_view(),
        name="account_reset_password_from_key",
    ),
    path("acting-for", own.acting_for, name="acting_for"),
    path("account", own.account, name="account"),
    path("account/preferences", own.preferences, name="account_preferences"),
    path("account/confirmation", own.confirmation, name="account_reauthenticate"),
    path("account/password", own.password, name="account_password"),
    path("account/address", own.address, name="account_address"),
    path("account/address/<str:token>", own.new_address, name="account_new_address"),
    path("account/passkeys", own.passkeys, name="account_passkeys"),
    path("account/passkeys/options", own.passkey_options, name="account_passkey_options"),
    path("account/passkeys/<int:passkey_id>/name", own.passkey_name, name="account_passkey_name"),
    path("account/passkeys/<int:passkey_id>/removal", own.passkey_removal, name="account_passkey_removal"),
    path("account/one-time-codes", own.one_time_codes, name="account_codes"),
    path("account/one-time-codes/removal", own.one_time_codes_removal, name="account_codes_removal"),
    path("account/recovery-codes", own.recovery_codes, name="account_recovery_codes"),
    path("account/tokens", token.token_list, name="account_tokens"),
    path("account/tokens/new", token.new_token, name="account_new_token"),
    path("account/tokens/<uuid:token_id>/revocation", token.revocation, name="account_token_revocation"),
    path("account/sessions", own.open_sessions, name="account_sessions"),
    path("account/sessions/others/end", own.other_sessions_end, name="account_other_sessions_end"),
    path("account/sessions/<str:key_hash>/end", own.session_end, name="account_session_end"),
]
