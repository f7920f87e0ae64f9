"""Templates, styles and scripts: what the content security policy asks for, and what keeps them small."""

import re

import pytest

from .tree import ROOT, files, name, of_each

PAGES = [path for path in files() if path.suffix == ".html" and "templates" in path.parts]
OURS = [path for path in files() if "static" in path.parts and "vendor" not in path.parts]
SCRIPTS = [path for path in OURS if path.suffix == ".js"]
STYLES = [path for path in OURS if path.suffix == ".css"]
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
INLINE = {
    "a style in the page": re.compile(r"<[^>]*\sstyle\s*=|<style\b"),
    "a script in an attribute": re.compile(r"<[^>]*\son[a-z]+=|javascript:"),
    "a script without a nonce": re.compile(r"<script\b(?![^>]*\bnonce=)"),
    "another host": re.compile(r"<(?:script|img|link|iframe|source|use)\b[^>]*\s(?:src|href)=[\"'](?:https?:)?//"),
}
TRUSTED = re.compile(r"\|\s*safe\b|\bMarkup\(|autoescape false")
POSTED = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
NOBODYS = ["notices/unsubscription.html"]  # signed by its address, and answered without a session
ELSEWHERE = re.compile(r"(?:url\(|@import|fetch\(|import\()\s*[\"']?(?:https?:)?//")


def faults(page: str) -> list[str]:
    text = COMMENT.sub("", page)
    return [fault for fault, pattern in INLINE.items() if pattern.search(text)]


@of_each(PAGES)
def test_pages_keep_the_policy(path):
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<p class="a" style="color: red">', "a style in the page"),
        ('<button onclick="go()">', "a script in an attribute"),
        ('<script src="/a.js"></script>', "a script without a nonce"),
        ('<img src="https://example.org/a.png">', "another host"),
    ],
)
def test_the_search_for_breaches_bites(page, fault):
    assert faults(page) == [fault]


def test_an_ordinary_page_passes():
    page = '<a href="https://example.org" class="on">{# style="" #}</a><script nonce="{{ n }}" src="/a.js"></script>'
    assert faults(page) == []


@of_each([path for path in PAGES if not path.is_relative_to(ROOT / "consortio" / "ui")])
def test_only_the_design_system_trusts_markup(path):
    assert TRUSTED.findall(path.read_text()) == []


REFUSALS = re.compile(r"""class=["'][^"']*(?<![\w-])(?:errors|form-errors|refusal)(?![\w-])""")


@of_each([path for path in PAGES if not path.is_relative_to(ROOT / "consortio" / "ui")])
def test_a_refusal_is_drawn_by_the_design_system(path):
    """A class of one's own has no looks, so that it reads as any other text: `refusal` and `form_errors` have them."""
    assert REFUSALS.findall(path.read_text()) == []


def test_the_search_for_refusals_by_hand_bites():
    assert REFUSALS.search('<p class="errors" role="alert">') and REFUSALS.search('<div class="stack form-errors">')
    assert not REFUSALS.search('<p class="other-errors-of">')


@of_each(PAGES)
def test_each_form_says_that_it_is_ours_and_for_whom_it_was_shown(path):
    """`csrf_input` says both; a form without it would be kept for whichever organisation its reader acts for by then."""
    without = [form for form in POSTED.findall(COMMENT.sub("", path.read_text())) if "csrf_input" not in form]
    assert len(without) == (name(path).partition("templates/")[2] in NOBODYS)


def test_forms_are_found():
    assert sum(len(POSTED.findall(path.read_text())) for path in PAGES) > 80


@of_each(SCRIPTS)
def test_each_script_that_posts_sends_the_fields_of_a_form(path):
    text = path.read_text()
    assert "POST" not in text or "new FormData(" in text or '"acting_for"' in text


@of_each([*SCRIPTS, *STYLES])
def test_nothing_is_asked_of_another_host(path):
    assert ELSEWHERE.findall(path.read_text()) == []


@of_each(SCRIPTS)
def test_one_behaviour_per_script(path):
    assert len(path.read_text().splitlines()) < 60


@of_each(STYLES)
def test_every_style_lies_in_a_layer(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
    assert text.startswith("@layer")
