"""The environment in which every page is rendered. Configured as OPTIONS["environment"] of Django's Jinja2 backend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from . import formats as words
from .assets import asset, symbols
from .compiled import kept
from .fields import described_by, kind_of, widget
from .joined import scripts, styles
from .look import CHOICES, NAMES, languages, look_of
from .marks import initials
from .output import PageEnvironment

WAYS = {
    "left",
    "right",
    "arrow",
    "leave",
    "withdraw",
    "undo",
}  # they point along the line, so a mirrored page turns them


def environment(**options: Any) -> Environment:
    """
    Return the environment: escaping on, an unknown name is an error, every sentence goes through gettext.

    Django's own `request`, `csrf_input` and `csrf_token` are in the context of each page, not of imported macros.
    """
    extensions = [*options.pop("extensions", ()), "jinja2.ext.i18n", "jinja2.ext.do"]
    made = PageEnvironment(
        **{**options, "autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=extensions,
        bytecode_cache=kept(),
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )  # fmt: skip
    made.policies["ext.i18n.trimmed"] = True
    spoken: dict[str, Callable[..., str]] = {**words.FILTERS, "day_tag": day_tag, "instant_tag": instant_tag}
    made.filters.update({name: _asked_each_time(function) for name, function in spoken.items()})
    made.filters["initials"] = initials
    made.globals.update(_globals())
    return made


def _asked_each_time(function: Callable[..., str]) -> Callable[..., str]:
    """Keep Jinja from working out `{{ 41 | days_late }}` once, in the language of whoever asked first."""

    @pass_context
    @wraps(function)
    def filtered(context: Context, *args: Any, **kwargs: Any) -> str:
        return function(*args, **kwargs)

    return filtered


def _globals() -> dict[str, Any]:
    return {
        "asset": asset,
        "bidi": translation.get_language_bidi,
        "choices": CHOICES,
        "choice_names": NAMES,
        "described_by": described_by,
        "flashes": flashes,
        "icon": icon,
        "kind_of": kind_of,
        "language": translation.get_language,
        "languages": languages,
        "look_of": look_of,
        "scripts": scripts,
        "sprite": sprite,
        "static": asset,
        "styles": styles,
        "url": url,
        "widget": widget,
    }


def url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def sprite(symbol: str) -> str:
    """
    Return the address of one symbol of the sprite, for `<use href>`.

    Raises:
        LookupError: the sprite holds no such symbol; a page never points at nothing.
    """
    if symbol not in symbols():
        raise LookupError(f"the sprite holds no symbol {symbol}")
    return f"{asset('ui/icons.svg')}#{symbol}"


def icon(name: str, *, small: bool = False, label: str = "") -> Markup:
    """Return an icon of the sprite; without a label it is decoration beside a word."""
    return _icon(sprite(name), small, str(label))


@lru_cache(maxsize=512)
def _icon(address: str, small: bool, label: str) -> Markup:
    looks = "icon" + " icon--small" * small + " icon--way" * (address.rpartition("#")[2] in WAYS)
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}"/></svg>').format(looks, spoken, address)


def day_tag(value: date | None, today: date | None = None) -> Markup:
    """Return a day as a `time` element, the whole of it on hover."""
    if value is None:
        return Markup("")
    return _day_tag(words.as_date(value), today, words.locale_name())


@lru_cache(maxsize=words.KEPT)
def _day_tag(value: date, today: date | None, locale: str) -> Markup:
    # The locale is asked for again below; here it keeps the languages apart.
    tag = Markup('<time class="nowrap" datetime="{}" title="{}">{}</time>')
    return tag.format(value.isoformat(), words.date_long(value), words.day(value, today))


def instant_tag(value: datetime | None, today: date | None = None) -> Markup:
    """Return an instant in the reader's zone as a `time` element, with the zone on hover."""
    if value is None:
        return Markup("")
    tag = Markup('<time class="nowrap" datetime="{}" title="{}">{}</time>')
    return tag.format(value.isoformat(), words.zone_of_instant(value), words.instant(value, today))


@dataclass(frozen=True, slots=True)
class Flash:
    """What the last step has to say, and the token that takes it back, if there is one."""

    words: str
    undo: str


def flashes(request: HttpRequest | None) -> Sequence[Flash]:
    """Return what the last step has to say, once."""
    if request is None or not hasattr(request, "_messages"):
        return []
    return [Flash(escape(message.message), message.extra_tags or "") for message in get_messages(request)]
