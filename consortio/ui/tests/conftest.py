"""What the tests of the design system share: its files, the environment, and a page as a reader gets it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from jinja2 import Environment

PACKAGE = Path(__file__).parents[2]
UI = PACKAGE / "ui"


@pytest.fixture
def env() -> Environment:
    return engines["jinja2"].env  # type: ignore[attr-defined]  # the backend of this project


@pytest.fixture
def render(env: Environment) -> Callable[..., str]:
    """Return a function that renders a piece of template with the names of one macro file at hand."""

    def rendered(macros: str, text: str, **context: object) -> str:
        return env.from_string(f'{{% import "ui/{macros}.html" as m %}}{text}').render(**context)

    return rendered


@pytest.fixture
def asked(rf: RequestFactory) -> Callable[..., HttpRequest]:
    def made(path: str = "/gallery", **cookies: str) -> HttpRequest:
        request = rf.get(path)
        request.COOKIES.update(cookies)
        request.csp_nonce = "nonce"  # type: ignore[attr-defined]  # the headers' middleware puts it there
        return request

    return made
