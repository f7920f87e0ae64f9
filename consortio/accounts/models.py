import unicodedata
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from consortio.ids import uuid7


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "User":
        user = User(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. Partners never see this; what they see is the person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, blank=True)  # empty: what the browser asks for
    zone = models.CharField(max_length=60, blank=True)
    theme = models.CharField(max_length=10, blank=True)  # empty: follows the system
    density = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)  # of the preferences, counted on with each change
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    # Keyboards write the same letter in more than one way: é is one character or two.
    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and unicodedata.normalize("NFC", raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(raw_password and unicodedata.normalize("NFC", raw_password))


class Session(models.Model):
    """Who is signed in. The key is kept as its hash only: whoever reads this table cannot sign in with it."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    data = models.TextField()
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    browser = models.CharField(max_length=200, blank=True)  # what it calls itself


class Token(models.Model):
    """
    A program's way in, as one person for one organisation. The secret is kept as its hash only.

    The organisation is no reference: whether the person sits anywhere for it is asked at each call.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation_id = models.UUIDField()
    name = models.CharField(max_length=60)
    scopes = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)  # the last day of use, and no finer

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="token_lives_after_made"
            )
        ]


class Reply(models.Model):
    """
    A call of the API with an Idempotency-Key: who asked for what is in the hash, what was answered is enciphered.

    Without a reply it is a claim: somebody is doing it, or died while they did.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    body_hash = models.CharField(max_length=64)
    claim = models.UUIDField(default=uuid7)
    claimed_at = models.DateTimeField()
    sealed = models.TextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)


class Beginning(models.Model):
    """The first run, once: its only row is what two first runs at the same time would both have to write."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="beginning_once")]
