"""In languages that nobody speaks: what was never given to a translator stands out, and what has no room overflows."""

import re

import pytest

from . import plans
from .reader import Reader
from .story import apply_plan, bring_plan, found_partnership, make_first_organisation

pytestmark = pytest.mark.browser
OTHERS = """English Consortio Weir Council vera Vera Lindqvist VL WEI WC Footbridge footbridge xml example Office hours UTC Coordinated Universal Time kB Baseline Chrome Headless Linux
    MS Project XML XLSX CSV Ctrl Esc Pseudo long right to left
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday"""  # names, marks, and dates in a language without a calendar
MONTHS_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun Sept"
KNOWN = set(
    re.findall(r"[A-Za-z]{2,}", " ".join([OTHERS, "Alt Delete", MONTHS_SHORT, *(row[2] for row in plans.ROWS)]))
)
TRANSLATED = re.compile(r"\[[^\[\]]*\]")
SAID = """() => {
  const said = [document.title.replace(/ · Consortio$/, "")]
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const around = walk.currentNode.parentElement
    if (!around.closest("script, noscript, select[name=zone]")) said.push(walk.currentNode.data)
  }
  for (const one of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(one.getAttribute(name) ?? "")
  return said
}"""


@pytest.fixture(params=["en-xa", "ar-xb"])
def foreigner(request, chromium, hub_with):
    somebody = Reader(chromium, hub_with(PSEUDO_LOCALES="yes").address, locale=request.param)
    yield somebody
    somebody.close()


def untranslated(said: list[str]) -> list[str]:
    """Return the words that no translator was asked for, and that nobody here typed."""
    outside = (_outside(text) for text in said)
    return sorted({word for text in outside for word in re.findall(r"[A-Za-z]{2,}", text)} - KNOWN)


def _outside(text: str) -> str:
    """Return what stands outside translated sentences, of which one may stand in another."""
    while (less := TRANSLATED.sub(" ", text)) != text:
        text = less
    return text


def read(reader: Reader) -> None:
    reader.look(themes=("light",), axe=False)  # which is asked of these pages in English
    if reader.page.locator("html").get_attribute("lang") == "en-xa":
        assert (reader.page.url, untranslated(reader.page.evaluate(SAID))) == (reader.page.url, [])
    else:
        assert reader.page.locator("html").get_attribute("dir") == "rtl"


def test_the_search_for_what_was_not_translated_bites():
    assert untranslated(["[ä [ö] ü] Plans", "[ä [ö] ü]"]) == ["Plans"]
    assert untranslated(["[Pļáñš öf Weir Council ööö] 3 Plans", "12 March", "[a] Draw the deck"]) == ["Plans"]


def test_every_sentence_is_translated_and_every_page_has_room_for_it(foreigner, plan_files):
    foreigner.go("/")
    read(foreigner)
    make_first_organisation(foreigner)
    read(foreigner)
    foreigner.go("/partnerships/new")
    read(foreigner)
    found_partnership(foreigner)
    read(foreigner)
    partnership = foreigner.page.url

    foreigner.go(f"{partnership}/import")
    read(foreigner)
    bring_plan(foreigner, partnership, plan_files[0])
    read(foreigner)
    apply_plan(foreigner)
    read(foreigner)
    plan = foreigner.page.url
    for page in (f"{plan}/milestones", f"{plan}/settings", f"{plan}/import", f"{plan}/table"):
        foreigner.go(page)
        read(foreigner)
    foreigner.press(foreigner.page.get_by_role("link", name="Draw the deck").first)
    read(foreigner)

    for page in (f"{partnership}/members", f"{partnership}/circles", partnership, "/account", "/account/sessions", "/"):
        foreigner.go(page)
        read(foreigner)
    foreigner.go("/nowhere", answers=404)
    read(foreigner)
