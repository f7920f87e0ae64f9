"""Whole pages: the gallery in its shell, and the refusals."""

import re

import pytest
from django.utils import translation

from consortio.ui import pseudo
from consortio.ui.errors import STATUSES, answer, csrf_failure
from consortio.ui.gallery import gallery
from consortio.ui.shell import Crumb, Place, PlaceGroup, Shell

pytestmark = pytest.mark.urls("consortio.ui.urls")


@pytest.fixture
def pseudo_languages():
    pseudo.install()
    yield
    for language in pseudo.CHANGES:
        translation.trans_real._translations.pop(language)  # type: ignore[attr-defined]  # where install() put them


def test_the_gallery_shows_every_component_of_the_macro_files(asked):
    page = gallery(asked()).content.decode()

    components = ["mark", "org", "person", "audience", "enclosed", "composer", "door", "evidence", "spark", "progress",
                  "button", "field", "form-errors", "drop", "segments", "tabs", "sort", "filters", "pages", "gantt",
                  "waits", "feed", "finding", "palette", "dialog", "menu", "toast", "empty", "skeleton", "conflict",
                  "attainment", "chance", "promises", "measure", "steps", "hint", "toasts", "crumbs", "shell-side", "shell-bar", "shell-tabs"]  # fmt: skip
    missing = [name for name in components if not re.search(rf'class="[^"]*\b{name}\b', page)]
    assert missing == []


def test_scripts_carry_the_nonce_of_their_answer(asked):
    page = gallery(asked()).content.decode()

    assert page.count("<script ") == page.count('nonce="nonce"') == 2


def test_the_gallery_is_looked_at_and_takes_nothing(rf, asked):
    assert gallery(rf.post("/gallery")).status_code == 405
    assert gallery(asked()).status_code == 200


def test_ids_are_given_once(asked):
    page = gallery(asked()).content.decode()

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) > 40
    assert {name for name in ids if ids.count(name) > 1} == set()


def test_a_theme_is_one_attribute_and_an_unknown_word_is_none(asked):
    dark = gallery(asked(consortio_theme="dark", consortio_density="compact")).content.decode()
    odd = gallery(asked(consortio_theme='"><script>')).content.decode()

    assert re.search(r'<html lang="en" dir="ltr" data-theme="dark" data-density="compact">', dark)
    assert '<html lang="en" dir="ltr">' in odd


def test_a_pseudo_language_changes_every_sentence_and_the_direction(asked, pseudo_languages):
    with translation.override("en-xa"):
        long = gallery(asked()).content.decode()
    with translation.override("ar-xb"):
        mirrored = gallery(asked()).content.decode()

    assert '<html lang="en-xa" dir="ltr">' in long
    assert "Skip to content" not in long
    assert '<html lang="ar-xb" dir="rtl">' in mirrored
    assert "Skip to content" not in mirrored
    assert "Quillstone Systems" in long  # a name is nobody's to translate


@pytest.fixture
def shown(env, asked):
    """Return a function that draws a page in a shell of the test's own, where the project would put the reader's."""

    def page(shell: Shell, **context: object) -> str:
        given = {"request": asked(), "csrf_input": "", "shell": shell, **context}
        return env.get_template("ui/page.html").render(given)

    return page


def test_what_does_not_exist_is_not_drawn(shown):
    page = shown(Shell())

    for absent in ("shell-tabs", 'id="palette"', 'id="places"', 'class="crumbs"', "Sign out", "You act for"):
        assert absent not in page


def test_places_crumbs_and_the_ways_of_a_person_are_drawn_where_they_exist(shown):
    places = PlaceGroup(
        "Fenline & Co", [Place("Plan", "/plan", "plan", "p"), Place("Members", "/members", "people", "m")]
    )
    shell = Shell(places=[Place("Home", "/", "home", "h", count=3)], partnership=places, sign_out_url="/sign-out")

    page = shown(shell.at("/plan"), crumbs=[Crumb("Fenline", "/p"), Crumb("Plan")])

    for present in ("shell-tabs", 'id="palette"', 'id="places"', 'class="crumbs"', "Sign out", "Fenline &amp; Co"):
        assert present in page
    assert page.count('href="/plan" aria-current="page"') == 3  # side bar, menu and tabs of a phone
    assert '<li aria-current="page">Plan</li>' in page


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_says_what_it_is_and_runs_nothing(asked, status):
    response = answer(asked(), status)
    page = response.content.decode()

    assert response.status_code == status
    assert re.search(r"<h1>[A-Z][^<]{8,}</h1>", page)
    assert "<script" not in page
    assert "<form" not in page


def test_what_is_not_there_and_what_is_not_yours_are_the_same_bytes(asked):
    assert answer(asked("/plans/1"), 404).content == answer(asked("/anything?at=all"), 404).content


def test_a_refusal_takes_a_sentence_and_escapes_it(asked):
    page = answer(asked(), 409, text="“<Antennas>” is settled already.").content.decode()

    assert "“&lt;Antennas&gt;” is settled already." in page


def test_a_form_without_its_token_is_explained(asked):
    response = csrf_failure(asked(), reason="CSRF cookie not set.")
    page = response.content.decode()

    assert response.status_code == 403
    assert "<h1>The form was not taken</h1>" in page
    assert "<title>The form was not taken · Consortio</title>" in page
    assert "CSRF" not in page


def test_a_page_tells_our_own_server_where_its_forms_come_from(asked):
    assert '<meta name="referrer" content="same-origin">' in gallery(asked()).content.decode()


def test_too_many_tries_says_when_it_works_again(asked):
    response = answer(asked(), 429, retry_after=30)

    assert response["Retry-After"] == "30"
    assert "in 30 seconds" in response.content.decode()
