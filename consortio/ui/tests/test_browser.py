"""The gallery in a real browser, under the real headers: what scripts add, at both widths, in both themes."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application

pytestmark = [pytest.mark.browser, pytest.mark.urls("consortio.ui.urls")]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(settings, tmp_path) -> Iterator[str]:
    """Serve the pages of the design system alone: without sessions they need no database."""
    settings.MIDDLEWARE = [
        "consortio.ui.headers.HeadersMiddleware",
        "consortio.ui.joined.JoinedMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ]
    settings.STATIC_ROOT = tmp_path
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(chromium, address) -> Iterator["playwright.Page"]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=address, color_scheme="light")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto("/gallery")
    yield page
    context.close()


def ground(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("width", [360, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_complains_nothing_scrolls_sideways_and_everybody_can_read_it(page, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours on their way are nobody's to judge

    options = {"resultTypes": ["violations"], "preload": False}  # no rule that is on wants style sheets fetched again
    found = [fault["id"] for fault in axe.run(page, options=options).response["violations"]]
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    assert (found, sideways, page.complaints) == ([], False, [])


def test_a_word_without_end_breaks_in_what_has_happened(page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.locator(".feed > li > div").first.evaluate("one => { one.textContent = 'x'.repeat(900) }")

    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_the_palette_finds_a_place_by_its_letters_and_goes_there(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("milest")
    page.keyboard.press("Enter")

    page.wait_for_url("**/gallery#timeline")


def test_the_palette_says_when_nothing_is_called_that_and_escape_leaves(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("zzz")
    playwright.expect(page.get_by_text("Nothing is called that.")).to_be_visible()

    page.keyboard.press("Escape")

    playwright.expect(page.locator("#palette")).to_be_hidden()


def test_g_and_a_letter_goes_but_not_while_one_writes_and_not_when_switched_off(page):
    page.locator("#plain-name").fill("g")
    page.keyboard.press("m")
    assert page.url.endswith("/gallery")

    page.locator("h1").first.click()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/gallery#timeline")

    page.get_by_role("group", name="Letter keys").first.get_by_role("button", name="Off").click()
    page.locator("h1").first.click()
    page.keyboard.press("g")
    page.keyboard.press("p")
    assert page.url.endswith("#timeline")


def test_a_theme_answers_at_once_and_holds_after_loading_again(page):
    light = ground(page)

    with page.expect_response("**/preferences"):
        page.get_by_role("group", name="Colours").first.get_by_role("button", name="Dark").click()
    dark = ground(page)
    page.reload()

    assert dark != light
    assert ground(page) == dark
    assert page.complaints == []


def test_without_scripts_looks_and_dialogs_work_too(chromium, address):
    context = chromium.new_context(java_script_enabled=False, base_url=address, color_scheme="light")
    page = context.new_page()
    page.goto("/gallery")

    page.get_by_role("button", name="Withdraw …").click()
    playwright.expect(page.locator("#sample-dialog")).to_be_visible()
    page.get_by_role("button", name="Leave it open").click()
    page.get_by_role("group", name="Colours").first.get_by_role("button", name="Dark").click()
    page.wait_for_url("**/gallery")

    playwright.expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()


def test_a_number_opens_its_evidence_and_escape_closes_it(page):
    evidence = page.locator("#evidence-meters")
    page.get_by_role("button", name="75,600").click()
    playwright.expect(evidence).to_be_visible()

    page.keyboard.press("Escape")

    playwright.expect(evidence).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_menu_opens_beside_its_button(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    button, menu = page.locator("button[popovertarget='sample-menu']"), page.locator("#sample-menu")
    button.click()

    at, shown = button.bounding_box(), menu.bounding_box()
    assert abs(shown["y"] - (at["y"] + at["height"])) < 12 or abs(shown["y"] + shown["height"] - at["y"]) < 12
    assert shown["x"] < at["x"] + at["width"] and at["x"] < shown["x"] + shown["width"]
    assert 0 <= shown["x"] and shown["x"] + shown["width"] <= width


def test_htmx_swaps_what_our_server_sends_and_runs_no_script_in_it(page):
    page.evaluate(
        """() => {
          const asker = document.createElement("button")
          asker.id = "asker"
          asker.setAttribute("hx-get", "/gallery")
          asker.setAttribute("hx-select", "h1")
          asker.setAttribute("hx-swap", "outerHTML")
          asker.textContent = "ask"
          document.querySelector("main").append(asker)
          htmx.process(document.querySelector("main"))
        }"""
    )

    page.locator("#asker").click()

    playwright.expect(page.locator("main h1:text-is('Gallery')")).to_have_count(2)
    assert page.complaints == []


def test_text_is_never_taken_for_markup_by_a_script(page):
    refused = page.evaluate(
        """() => { try { document.body.innerHTML = "<b>x</b>"; return "" } catch (error) { return error.name } }"""
    )

    assert refused == "TypeError"


def test_a_file_that_is_dropped_is_held_by_the_field(page):
    held = page.evaluate(
        """() => {
          const data = new DataTransfer()
          data.items.add(new File(["<plan/>"], "plan.xml"))
          const frame = document.querySelector("file-drop")
          frame.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }))
          return [...frame.querySelector("input").files].map((file) => file.name)
        }"""
    )

    assert held == ["plan.xml"]


def test_a_toast_is_dismissed(page):
    toasts = page.locator("#floats ~ * toast-close, section:has(#floats) toast-close")
    before = toasts.count()

    toasts.first.get_by_role("button", name="Dismiss").click()

    assert (before, toasts.count()) == (2, 1)
