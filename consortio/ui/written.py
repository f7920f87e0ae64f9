"""What somebody wrote into a form that was not taken, and the page on which the form stood."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

SECRET = re.compile(r"password|secret|token|credential|^code$|next|back|acting_for")
ID_OR_ADDRESS = re.compile(r"/\S*|[0-9a-fA-F-]{32,36}(\.\d+)?")
WORD_MAX = 16  # characters: a choice or a name that is soon written again


def written(request: HttpRequest) -> list[str]:
    """Return the texts of a form of ours that was posted, without secrets, ids and choices; of others' forms nothing."""
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return []
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    return [value for name, value in sent if not SECRET.search(name) and _is_text(value.strip())]


def _is_text(value: str) -> bool:
    is_long = len(value) > WORD_MAX or len(value.split()) > 1
    return is_long and not ID_OR_ADDRESS.fullmatch(value)


def page_of_form(request: HttpRequest) -> str:
    """Return the address of the page that was asked for or, for a form, of the one on which it stood."""
    came_from = request.headers.get("Referer", "")
    if request.method == "POST" and url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path if request.method == "POST" else request.get_full_path()
