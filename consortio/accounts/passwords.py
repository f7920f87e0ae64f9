"""How passwords are kept, and which are refused. Any character may stand in one."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

if TYPE_CHECKING:
    from .models import User

OURS = ("consortio", "password", "partnership")
WORD_LETTERS_MIN = 4  # a shorter word would be found in too much
REST_MIN = 8  # what has to be left of a password once the words that anybody could guess are taken out


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: as OWASP asks for, and small enough for two people at once on a small machine."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class Length:
    def validate(self, password: str, user: "User | None" = None) -> None:
        least, most = settings.PASSWORD_LENGTH_MIN, settings.PASSWORD_LENGTH_MAX
        if len(password) < least:
            text = ngettext("Write at least %(n)s character.", "Write at least %(n)s characters.", least)
            raise ValidationError(text % {"n": least}, code="password_too_short")
        if len(password) > most:
            text = ngettext("Write at most %(n)s character.", "Write at most %(n)s characters.", most)
            raise ValidationError(text % {"n": most}, code="password_too_long")

    def get_help_text(self) -> str:
        return gettext("Twelve characters or more; a sentence is good.")


class WordsOfOurs:
    """Refuse what is made of the product's name, the person's, their address and their organisations."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        refuse_words(password, words_about(user) if user else ())

    def get_help_text(self) -> str:
        return gettext("Not your own name, your organisation's or ours.")


def refuse_words(password: str, about: Iterable[str]) -> None:
    """Raises: ValidationError, where little is left of the password without these words."""
    rest = _letters(password)
    for word in sorted(_words([*OURS, *about]), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < REST_MIN and rest != _letters(password):
        raise ValidationError(gettext("Anybody who knows you would try this one. Choose other words."), code="ours")


def words_about(user: "User") -> list[str]:
    from .reads import hats_of

    hats = hats_of(user.person_id)
    return [user.email, hats.name, *(hat.name for hat in hats.organisations)]


def _words(texts: Iterable[str]) -> set[str]:
    parts = (part for text in texts for part in [text, *re.split(r"[\W_]+", text)])
    return {word for part in parts if len(word := _letters(part)) >= WORD_LETTERS_MIN}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
