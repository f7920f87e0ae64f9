"""The product's settings and one feature more: notes, the smallest whole feature, on which the ground is tested."""

import atexit
import shutil
import tempfile
from pathlib import Path

from consortio.settings import *  # noqa: F403
from consortio.settings import INSTALLED_APPS, MIDDLEWARE, ROOT, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.notes"]
TEST_NON_SERIALIZED_APPS = INSTALLED_APPS
TEMPLATES[0]["DIRS"].append(ROOT / "tests" / "notes" / "templates")
ROOT_URLCONF = "tests.urls"
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # it would look at all static files anew
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests sign in a thousand times
FILES = Path(tempfile.mkdtemp(prefix="consortio-files-"))
atexit.register(shutil.rmtree, FILES, ignore_errors=True)
