"""Forms as a browser reads them from a page: what they hold, and what would be sent."""

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.choices: dict[str, list[tuple[str, str]]] = {}
        self._now: dict[str, str] | None = None
        self._select = self._area = ""
        self._option: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has: dict[str, Any] = dict(attrs)
        if tag == "form":
            self._now = self.forms.setdefault(has.get("action") or "", {})
        if self._now is None:
            return
        name = has.get("name") or ""
        if tag == "input" and name and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            self._now[name] = has.get("value") or ("on" if has.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select, self.choices[name] = name, []
        elif tag == "textarea":
            self._area, self._now[name] = name, ""
        elif tag == "option" and self._select:
            self.choices[self._select].append((has.get("value") or "", ""))
            if "selected" in has or self._select not in self._now:
                self._now[self._select] = has.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._now = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._now is not None:
            self._now[self._area] += data
        elif self._select and self.choices[self._select]:
            value, words = self.choices[self._select][-1]
            self.choices[self._select][-1] = value, (words + data).strip()


def form_at(response: Any, action: str) -> dict[str, str]:
    """Return what the form that is sent to an address holds."""
    held = _read(response).forms[action]
    return {name: value.removeprefix("\n") for name, value in held.items() if name != "csrfmiddlewaretoken"}


def choices_of(response: Any, name: str) -> list[str]:
    """Return the words that a list of the page offers."""
    return [words for _value, words in _read(response).choices[name]]


def _read(response: Any) -> _Forms:
    reader = _Forms()
    reader.feed(response.content.decode())
    return reader
