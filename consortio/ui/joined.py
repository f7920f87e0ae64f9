"""
All our stylesheets as one file, and all our scripts: a page asks for three files where it would ask for fifty.

They are joined in memory when they are first wanted; there is nothing to build. While somebody works on the files
themselves (`DEBUG`), pages ask for each of them.
"""

import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers

from .assets import SCRIPTS, STYLES, asset, found

FOREVER = f"max-age={settings.WHITENOISE_MAX_AGE}, public, immutable"


@dataclass(frozen=True)
class Joined:
    """
    Files that are sent as one.

    Args:
        path: where it would lie, so that what the files say of their neighbours stays true.
    """

    path: str
    kind: str
    parts: Sequence[str]

    @cached_property
    def content(self) -> bytes:
        between = b"\n" if self.kind == "text/css" else b"\n;\n"  # a script need not end its last statement
        return between.join(found(part).read_bytes() for part in self.parts)

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.content, mtime=0)

    @cached_property
    def address(self) -> str:
        return f"{static(self.path)}?v={hashlib.sha256(self.content).hexdigest()[:10]}"


STYLE = Joined("ui/css/all.css", "text/css", STYLES)
SCRIPT = Joined("ui/js/all.js", "text/javascript", SCRIPTS[1:])  # other people's come as they are


def styles() -> list[str]:
    """Return the addresses of the stylesheets that a page links, in their order."""
    return [asset(path) for path in STYLES] if settings.DEBUG else [STYLE.address]


def scripts() -> list[str]:
    return [asset(path) for path in SCRIPTS] if settings.DEBUG else [asset(SCRIPTS[0]), SCRIPT.address]


class JoinedMiddleware:
    """Answer with what is joined, before anybody asks who is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        joined = _by_address().get(request.path) if request.method in ("GET", "HEAD") else None
        return _sent(joined, request) if joined else self.get_response(request)


@cache
def _by_address() -> dict[str, Joined]:
    return {static(joined.path): joined for joined in (STYLE, SCRIPT)}


def _sent(joined: Joined, request: HttpRequest) -> HttpResponse:
    """Packed where the browser takes that: it is the same for everybody, so its length tells nothing."""
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(joined.packed if is_packed else joined.content, f"{joined.kind}; charset=utf-8")
    response["Cache-Control"] = FOREVER
    patch_vary_headers(response, ["Accept-Encoding"])
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return response
