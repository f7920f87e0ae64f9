"""Headers on every answer, looks kept in cookies, marks and the places of a shell."""

import re

import pytest
from django.http import HttpResponse

from consortio.ui.headers import ALWAYS, HeadersMiddleware
from consortio.ui.look import Look, look_of
from consortio.ui.marks import HUES, SHAPES, Face, look
from consortio.ui.pseudo import longer, mirrored
from consortio.ui.shell import Place, PlaceGroup, Shell
from consortio.ui.views import preferences


def answered(rf, response: HttpResponse | None = None, **extra) -> tuple[HttpResponse, str]:
    nonces = []

    def view(request):
        nonces.append(request.csp_nonce)
        return response or HttpResponse("")

    return HeadersMiddleware(view)(rf.get("/", **extra)), nonces[0]


def test_every_answer_carries_the_headers(rf):
    response, nonce = answered(rf)

    policy = response["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert f"script-src 'nonce-{nonce}'" in policy
    assert "style-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in response["Content-Security-Policy"]
    assert {name: response[name] for name in ALWAYS} == ALWAYS


def test_a_nonce_is_long_and_used_once(rf):
    nonces = {answered(rf)[1] for _ in range(20)}

    assert len(nonces) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", nonce) for nonce in nonces)


def test_a_file_keeps_its_own_stricter_policy(rf):
    own = HttpResponse("", headers={"Content-Security-Policy": "sandbox; default-src 'none'"})

    response, _ = answered(rf, own)

    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_only_https_is_told_to_stay_https(rf):
    plain, _ = answered(rf)
    secure, _ = answered(rf, secure=True)

    assert "Strict-Transport-Security" not in plain
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_look_is_kept_and_the_reader_goes_back(rf):
    response = preferences(rf.post("/preferences", {"theme": "dark", "keys": "off", "next": "/gallery?at=1"}))

    kept = {name: morsel.value for name, morsel in response.cookies.items()}
    assert kept == {"consortio_theme": "dark", "consortio_keys": "off"}
    assert response.url == "/gallery?at=1"


@pytest.mark.parametrize(
    "way", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "gallery", ""]
)
def test_nobody_is_sent_elsewhere(rf, way):
    assert preferences(rf.post("/preferences", {"theme": "dark", "next": way})).url == "/"


def test_unknown_words_are_not_kept(rf):
    response = preferences(rf.post("/preferences", {"theme": "pink", "language": "tlh"}))

    assert dict(response.cookies) == {}


def test_looking_is_no_way_to_change(rf):
    assert preferences(rf.get("/preferences?theme=dark")).status_code == 405


def test_a_browser_without_cookies_gets_the_plain_look(rf):
    assert look_of(rf.get("/")) == Look() == look_of(None)


def test_sixty_four_organisations_have_sixty_four_marks():
    pairs = [look(nth) for nth in range(64)]

    assert len(set(pairs)) == 64
    assert pairs[:8] == list(zip(SHAPES, HUES, strict=True))


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Wen Abiola", "WA"), ("Ana de la Cruz", "AC"), ("Prince", "P"), ("", "?"), ("ólafur (IT)", "Ó")],
)
def test_initials_are_the_first_and_the_last_word(name, initials):
    assert Face(name).initials == initials


def test_the_place_one_is_in_is_the_longest_that_fits():
    places = PlaceGroup("Fenline", [Place("Overview", "/p/1", "overview"), Place("Plan", "/p/1/plan", "plan")])
    shell = Shell(places=[Place("Home", "/", "home")], partnership=places)

    def current(path: str) -> list[str]:
        found = shell.at(path)
        return [place.label for place in [*found.places, *found.partnership.places] if place.current]

    assert current("/p/1/plan/items/7") == ["Plan"]
    assert current("/p/1") == ["Overview"]
    assert current("/p/1/planets") == ["Overview"]
    assert current("/") == ["Home"]
    assert current("/people/7") == []


def test_one_place_is_no_choice_and_tabs_are_five():
    many = PlaceGroup("Fenline", [Place(f"Place {nth}", f"/{nth}", "plan") for nth in range(7)])

    assert Shell(places=[Place("Home", "/", "home")]).tabs == ()
    assert [place.label for place in Shell(partnership=many).tabs] == [f"Place {nth}" for nth in range(5)]


@pytest.mark.parametrize("change", [longer, mirrored])
def test_a_pseudo_language_keeps_placeholders_and_tags(change):
    changed = change("%(count)s of {total} <b>items</b> &amp; 5%%")

    assert changed != "%(count)s of {total} <b>items</b> &amp; 5%%"
    for kept in ("%(count)s", "{total}", "<b>", "</b>", "&amp;", "%%"):
        assert kept in changed


def test_the_long_language_is_a_third_longer():
    text = "Somebody changed this while you wrote. Nothing of yours is lost."

    assert 1.2 < len(longer(text)) / len(text) < 1.6
