"""What django-allauth is told. Imported by the settings, so nothing of Django may be imported here."""

import os

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["consortio.accounts.passwords.Argon2id"]
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 128
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "consortio.accounts.passwords.Length"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "consortio.accounts.passwords.WordsOfOurs"},
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/sign-in", "/", "/sign-in"
PASSWORD_RESET_TIMEOUT = 3600
CSRF_FAILURE_VIEW = "consortio.ui.errors.csrf_failure"

ACCOUNT_ADAPTER = "consortio.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up by themselves: the screen has no address
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation or by its owner at the first run
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail because somebody typed their address here
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"

# "key" is the account asked for, whether there is one or not; "ip" is an address, of IPv6 the first 48 bits.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "5/m/key,20/h/key,100/d/key,20/m/ip,200/h/ip",
    "request_login_code": "3/m/key,10/h/key,20/m/ip",
    "reset_password": "3/h/key,20/h/ip",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "5/m/user,100/d/user",
    "signup": "10/m/ip",  # the first run
}
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 48
# The last address in X-Forwarded-For is the one our own proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("BEHIND_PROXY", "").lower() in ("1", "yes", "true", "on") else 0
# Counts are kept in each process. The default of 300 entries would let a stranger push them out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

MFA_ADAPTER = "consortio.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Consortio"
MFA_WEBAUTHN_USER_VERIFICATION = "required"

# Links that sign demo people in with one click: from this machine only, and only where somebody asks for them.
SIGN_IN_LINKS = os.environ.get("SIGN_IN_LINKS", "no").lower() in ("1", "yes", "true", "on")
