"""The contrast that docs/design-system.md promises, computed from the tokens in both themes."""

import math
import re

import pytest

from .conftest import UI

TOKENS = (UI / "static/ui/css/tokens.css").read_text(encoding="utf-8")
NUMBER = r"([0-9.]+)"
OKLCH = rf"oklch\({NUMBER} {NUMBER} {NUMBER}\)"
PAIR = re.compile(rf"(--[a-z-]+): light-dark\({OKLCH}, {OKLCH}\);")
HUE = re.compile(r"(\.hue-[a-z]+|:root) \{ --hue: ([0-9.]+); --tone: ([0-9.]+); \}")
ORG = re.compile(
    r"(--org[a-z-]*): light-dark\(oklch\(([0-9.]+) (?:calc\(var\(--tone\) \* ([0-9.]+)\)|var\(--tone\)) var\(--hue\)\), "
    r"oklch\(([0-9.]+) (?:calc\(var\(--tone\) \* ([0-9.]+)\)|var\(--tone\)) var\(--hue\)\)\);"
)
THEMES = ("light", "dark")
WORDS_MIN, LINES_MIN = 5.2, 3.0
GROUNDS = ("--paper", "--raised", "--well", "--hover")


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Return the relative luminance of WCAG of a colour in OKLCH, after Ottosson (2020), clipped to sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def tokens(theme: str) -> dict[str, float]:
    at = 1 + 3 * THEMES.index(theme)
    return {found[0]: luminance(*map(float, found[at : at + 3])) for found in PAIR.findall(TOKENS)}


def organisations(theme: str) -> dict[str, dict[str, float]]:
    at = 1 + 2 * THEMES.index(theme)
    return {
        name: {
            found[0]: luminance(float(found[at]), float(tone) * float(found[at + 1] or 1), float(hue))
            for found in ORG.findall(TOKENS)
        }
        for name, hue, tone in HUE.findall(TOKENS)
    }


def test_black_on_white_is_twenty_one():
    assert round(contrast(luminance(1, 0, 0), luminance(0, 0, 0)), 2) == 21.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ink", ["--ink", "--ink-soft"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_are_read_on_every_ground(theme, ink, ground):
    found = tokens(theme)

    assert contrast(found[ink], found[ground]) >= WORDS_MIN


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("--alert", "--paper"), ("--alert", "--raised"), ("--alert", "--alert-soft"), ("--kept", "--paper"),
        ("--kept", "--kept-soft"), ("--ink", "--fresh"), ("--ink", "--alert-soft"), ("--paper", "--ink"),
    ],
)  # fmt: skip
def test_words_that_mean_something_are_read_on_their_grounds(theme, ink, ground):
    found = tokens(theme)

    assert contrast(found[ink], found[ground]) >= WORDS_MIN


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("line", ["--line-firm", "--focus"])
@pytest.mark.parametrize("ground", ["--paper", "--raised", "--well"])
def test_lines_that_carry_meaning_are_seen(theme, line, ground):
    found = tokens(theme)

    assert contrast(found[line], found[ground]) >= LINES_MIN


@pytest.mark.parametrize("theme", THEMES)
def test_letters_of_an_organisation_are_read_on_their_fill_and_on_paper(theme):
    grounds = tokens(theme)
    hues = organisations(theme)

    worst = {
        name: min(
            contrast(found["--org"], found["--org-soft"]),
            contrast(found["--org"], found["--org-faint"]),
            contrast(found["--org"], grounds["--paper"]),
            contrast(found["--org"], grounds["--raised"]),
        )
        for name, found in hues.items()
    }

    assert len(worst) == 8 + 1  # and the grey of what is nobody's
    assert {name: figure for name, figure in worst.items() if figure < WORDS_MIN} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_parts_of_a_bar_are_told_apart(theme):
    ground, ink = tokens(theme)["--paper"], tokens(theme)["--ink"]

    for name, found in organisations(theme).items():
        assert contrast(found["--org"], ground) >= LINES_MIN, name  # the edge
        assert contrast(found["--org-mid"], found["--org-soft"]) >= 1.4, name  # the done part, from its start on
        assert contrast(ink, found["--org-soft"]) >= LINES_MIN, name  # the critical foot
        assert contrast(ink, found["--org-mid"]) >= LINES_MIN, name


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_read_on_the_ground_of_a_house(theme):
    found = tokens(theme)
    grounds = [hue["--org-faint"] for hue in organisations(theme).values()]

    assert min(contrast(found["--ink-soft"], ground) for ground in grounds) >= WORDS_MIN
