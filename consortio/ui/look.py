"""How the reader wants pages to look: kept in cookies of this browser, so that it holds before sign-in too."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

CHOICES: dict[str, dict[str, object]] = {
    "theme": {"system": _("System"), "light": _("Light"), "dark": _("Dark")},
    "density": {"calm": _("Calm"), "compact": _("Compact")},
    "side": {"page": _("By page"), "open": _("Open"), "folded": _("Folded")},
    "keys": {"on": _("On"), "off": _("Off")},
}
NAMES = {"theme": _("Colours"), "density": _("Rows"), "side": _("Side bar"), "keys": _("Letter keys")}


@dataclass(frozen=True)
class Look:
    theme: str = "system"
    density: str = "calm"
    side: str = "page"
    keys: str = "on"


def cookie(name: str) -> str:
    return f"consortio_{name}"


def look_of(request: HttpRequest | None) -> Look:
    """Return what the browser's cookies ask for; an unknown word counts as none."""
    if request is None:
        return Look()
    asked = {name: request.COOKIES.get(cookie(name), "") for name in CHOICES}
    return Look(**{name: value for name, value in asked.items() if value in CHOICES[name]})


def languages() -> list[tuple[str, str]]:
    """Return the languages on offer, each by its own code and name."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]
