"""A mail to one reader: text and HTML, with the reason for it and the way out. Each has a number that a copy would share."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from consortio.accounts.readers import MailReader

from .leaving import way_out


def send(reader: MailReader, *, kind: str, topic: str, subject: str, words: Mapping[str, Any], number: str) -> None:
    """
    Send it now; whoever calls tries again where that fails.

    Args:
        kind: the template.
        topic: of which the reader is told no more at the mail's way out.
        number: the same each time this is tried, so that a second copy is known as one.
    """
    out = way_out(reader.user_id, topic)
    text, html = (render_to_string(f"notices/mail/{kind}.{form}", {**words, "out": out}) for form in ("txt", "html"))
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "consortio"
    headers = {
        "Message-ID": f"<{number}.{reader.user_id.hex}@{host}>",
        "List-Unsubscribe": f"<{out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    made = EmailMultiAlternatives(
        " ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [reader.email], headers=headers
    )
    made.attach_alternative(html, "text/html")
    made.send()


def address(path: str) -> str:
    return settings.BASE_URL + path
