"""Which mails are written while somebody looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.template.backends.jinja2 import Template


@contextmanager
def seen_mails() -> Iterator[set[str]]:
    """Let the names of the mails that are written be gathered."""
    seen, render = set(), Template.render
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", lambda one, *words: seen.update(_mail_in(one)) or render(one, *words))
        yield seen


def _mail_in(template: Template) -> list[str]:
    """Return which mail a template is of, if it is of one."""
    path = Path(template.template.name)
    return [path.stem] if path.parent.name == "mail" else []
