"""One file; every value comes from the environment or is safe as it stands. `docs/operating.md` lists the names."""

import os
import secrets
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).parents[1]
PACKAGE = Path(__file__).parent
IS_CHECKOUT = (ROOT / "pyproject.toml").exists()
SHARED = Path(os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser())
DATA = Path(os.environ.get("CONSORTIO_DATA") or (ROOT / "var" if IS_CHECKOUT else SHARED / "consortio")).absolute()
IS_TEST = "pytest" in sys.modules


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "yes" if default else "no").lower() in ("1", "yes", "true", "on")


def words(name: str, default: str = "") -> list[str]:
    return os.environ.get(name, default).replace(",", " ").split()


def number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{name} is {text!r}; expected a whole number, such as {default}.")
    return int(text)


def secret_key() -> str:
    """Return the key from the environment, or the one kept beside the data, made at the first start."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if IS_TEST:
        return "only for tests, which keep nothing"
    kept = DATA / "secret_key"
    if not kept.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=DATA) as made:  # readable by its owner only
            made.write(secrets.token_urlsafe(50))
            made.flush()
            os.fsync(made.fileno())
            with suppress(FileExistsError):  # another process starts at the same time: the first one's key holds
                os.link(made.name, kept)
    return kept.read_text().strip()


SECRET_KEY = secret_key()
DEBUG = flag("DEBUG")
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")  # for addresses in mails
IS_HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", f"{urlsplit(BASE_URL).hostname} localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None

USE_TZ, TIME_ZONE = True, "UTC"
USE_I18N, LANGUAGE_CODE, LANGUAGES = True, "en", [("en", "English")]
PSEUDO_LOCALES = flag("PSEUDO_LOCALES")
if PSEUDO_LOCALES:
    LANGUAGES += [("en-xa", "Pseudo, long"), ("ar-xb", "Pseudo, right to left")]
LOCALE_PATHS = [PACKAGE / "locale"]

ROOT_URLCONF = "consortio.urls"
AUTH_USER_MODEL = "accounts.User"
FEATURES = [  # each knows those before it
    "organisations",
    "partnerships",
    "circles",
    "accounts",
    "jobs",
    "attachments",
    "approvals",
    "invitations",
    "charters",
    "remarks",
    "plans",
    "imports",
    "costs",
    "risks",
    "simulations",
    "levelling",
    "kpis",
    "goals",
    "forecasts",
    "decisions",
    "commitments",
    "results",
    "notices",
    "overview",
    "demo",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    *(f"consortio.{name}" for name in ("ui", "access", "record", *FEATURES)),
]
TEST_NON_SERIALIZED_APPS = INSTALLED_APPS  # the test runner would read all rows, past the gate
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "consortio.ui.headers.HeadersMiddleware",
    "consortio.ui.joined.JoinedMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "consortio.access.limits.LimitsMiddleware",
    "consortio.accounts.sessions.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "consortio.accounts.bearer.BearerMiddleware",
    "consortio.accounts.middleware.PreferencesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "consortio.access.middleware.ActorMiddleware",
    "consortio.accounts.changed_hat.ChangedHatMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [PACKAGE / name / "templates" for name in ("ui", *FEATURES)],
        "OPTIONS": {
            "environment": "consortio.ui.jinja.environment",
            "context_processors": [
                "consortio.navigation.shell",
                "consortio.demo.context.demo",
                "consortio.accounts.changed_hat.acting_for",
            ],
        },
    }
]

COMPILED = DATA / "templates"  # may be removed at any time
STATIC_URL, STATIC_ROOT = "/static/", DATA / "static"
WHITENOISE_USE_FINDERS, WHITENOISE_MAX_AGE = True, 365 * 24 * 3600  # addresses carry a piece of the content's hash
FILES = Path(os.environ.get("FILES_DIR", DATA / "files"))

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_ENGINE = "consortio.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY, SESSION_COOKIE_SAMESITE = True, "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
LOGGING = {  # to standard error, where a service manager keeps it; what people wrote is never in it
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},  # a 404 is no news
        # Nor is a stranger who tries names: each would fill a page of the log.
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_USER", ""), os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = flag("EMAIL_TLS", True), 20
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "Consortio <consortio@localhost>")


def database(url: str) -> dict:
    if url.startswith("postgres"):
        at = urlsplit(url)
        port = at.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
        if port and not (port.isdecimal() and int(port) < 65536):
            raise ImproperlyConfigured(f"DATABASE_URL names the port {port!r}; expected a number up to 65535.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": at.path[1:],
            "USER": unquote(at.username or ""),
            "PASSWORD": unquote(at.password or ""),
            "HOST": at.hostname or "",
            "PORT": at.port or "",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"options": "-c lock_timeout=20s"},
        }
    if "://" in url:
        kind = url.partition("://")[0]
        raise ImproperlyConfigured(f"DATABASE_URL begins with {kind}://; expected postgres://… or the path of a file.")
    return {
        "ENGINE": "consortio.sqlite",
        "NAME": url,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;"
            " PRAGMA temp_store=MEMORY",
        },
        # A file, not memory: threads, WAL and locks must be the real ones.
        "TEST": {"NAME": os.path.join(tempfile.gettempdir(), f"consortio-test-{os.getpid()}.sqlite3")},
    }


DATABASE_URL = os.environ.get("DATABASE_URL") or str(DATA / "consortio.sqlite3")
# Never used for serving: by migrate, backup, restore and demo remove only.
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
DATABASES = {"default": database(DATABASE_URL)}
INSTALLATION = DATABASES["default"]["NAME"]  # on PostgreSQL, roles carry the database's name: see access/prepare.py
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

from consortio.settings_sign_in import *  # noqa: E402, F403  -- sign-in: what allauth is told
