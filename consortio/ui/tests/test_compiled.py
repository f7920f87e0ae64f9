"""Compiled templates are kept beside the data, and never stand in the way."""

import shutil

import pytest

from consortio.ui import compiled
from consortio.ui.jinja import environment


@pytest.fixture
def folder(settings, tmp_path):
    settings.COMPILED = tmp_path / "templates"
    return settings.COMPILED


def said(text: str, name: str = "greeting.html") -> str:
    from jinja2 import DictLoader

    return environment(loader=DictLoader({name: text})).get_template(name).render(name="Ada")


def test_a_template_is_put_into_code_once(folder, monkeypatch):
    assert said("Hello {{ name }}") == "Hello Ada"
    monkeypatch.setattr("jinja2.Environment._compile", None)

    assert said("Hello {{ name }}") == "Hello Ada"
    with pytest.raises(TypeError):
        said("Good day {{ name }}")  # another text: it would be put into code


def test_what_another_version_of_ours_kept_goes(folder, monkeypatch):
    said("Hello {{ name }}")
    (first,) = folder.iterdir()
    monkeypatch.setattr(compiled, "MADE_BY", ("assets.py",))

    said("Hello {{ name }}")

    (second,) = folder.iterdir()
    assert second != first and list(second.iterdir())


def test_what_is_damaged_is_made_anew(folder):
    said("Hello {{ name }}")
    for file in folder.rglob("*.cache"):
        file.write_bytes(file.read_bytes()[:20])

    assert said("Hello {{ name }}") == "Hello Ada"


def test_the_folder_may_go_while_pages_are_drawn(folder):
    from jinja2 import DictLoader

    drawn = environment(loader=DictLoader({"one.html": "One", "two.html": "Two"}))
    assert drawn.get_template("one.html").render() == "One"
    shutil.rmtree(folder)

    assert drawn.get_template("two.html").render() == "Two"


def test_where_nothing_can_be_kept_templates_are_put_into_code_each_time(folder):
    folder.write_text("no folder")

    assert compiled.kept() is None and said("Hello {{ name }}") == "Hello Ada"
