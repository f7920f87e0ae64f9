"""Enciphering what a copy of the database alone shall not give away."""

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def cipher(purpose: str, more: bytes = b"") -> "Fernet":
    """Return a cipher whose key is made of the server's own, of what it is for, and of what only its user knows."""
    from cryptography.fernet import Fernet  # loaded for the first who enciphers: it takes 8 MB

    secret = purpose.encode() + b"\0" + settings.SECRET_KEY.encode() + more
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret).digest()))
