"""The files a page asks for, in their order. Addresses carry a piece of the content's hash, so they may be kept long."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

STYLES = tuple(
    f"ui/css/{name}.css"
    for name in (
        "tokens", "base", "layout", "marks", "circles", "states", "figures", "charts", "readings", "controls", "navigation", "tables",
        "lists", "agreeing", "conditions", "plan", "goals", "floats",
    )
)  # fmt: skip
# trusted-types comes before htmx: it hands htmx the page's one policy.
SCRIPTS = (
    "vendor/htmx-4.0.1.min.js",
    *(
        f"ui/js/{name}.js"
        for name in (
            "trusted-types", "look-switch", "command-palette", "palette-acts", "palette-recent", "press-keys",
            "copy-address", "side-fold", "copy-text", "file-drop", "fold-open",
            "menu-focus", "toast-close", "pass-key", "mark-preview", "busy-button", "pane-today", "pane-follow", "name-picker", "key-picker",
            "live-refresh", "seen-mark",
            "row-choice", "row-keys", "peek-panel", "peek-place", "cell-edit", "bar-move", "bar-drag", "bar-keys", "quick-add",
            "send-key",
        )
    ),
)  # fmt: skip


def asset(path: str) -> str:
    """
    Return the address of a static file, with a piece of its hash.

    Raises:
        FileNotFoundError: there is no such file; a page never points at nothing.
    """
    # While somebody works on the files themselves, each page looks at them anew.
    return _address.__wrapped__(path) if settings.DEBUG else _address(path)


@lru_cache(maxsize=512)
def _address(path: str) -> str:
    file, address = found(path), static(path)
    if not address.endswith(path):  # the storage has put the hash into the name already
        return address
    return f"{address}?v={_hash(file, file.stat().st_mtime_ns)}"


@lru_cache(maxsize=512)
def found(path: str) -> Path:
    """
    Return where a static file lies.

    Raises:
        FileNotFoundError: there is no such file.
    """
    place = finders.find(path)
    if not place:
        raise FileNotFoundError(f"no static file is called {path}")
    return Path(place)


@lru_cache(maxsize=512)
def _hash(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=1)
def symbols() -> tuple[str, ...]:
    """Return what the sprite holds, in its order: icons, signs, circles and shapes."""
    sprite = found("ui/icons.svg").read_text(encoding="utf-8")
    return tuple(re.findall(r'<symbol id="([a-z-]+)"', sprite))
