"""Macros render what they are given, escaped, with nothing left to sight or colour alone."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.utils import translation
from jinja2 import UndefinedError

from consortio.ui.marks import Audience, Face, Mark

EVIL = '<script>alert("1")</script>'
MARK = Mark(EVIL, "<b", "hexagon", "teal", you=True)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


CALLS = {
    "marks": [
        "m.org(mark)", "m.mark(mark, label=True)", "m.orgs([mark])", "m.person(face)", "m.nobody(evil)",
        "m.audience('joint', evil)", "m.sees(circle)", "m.in_our_house(evil, 'teal')", "m.badge(evil, 'late')",
        "m.state(evil, 'clock')", "m.late(evil)", "m.missing(evil)", "m.agreement([(mark, 'agreed')], evil)",
    ],
    "controls": [
        "m.button(evil, name='n', value=evil)", "m.link_button(evil, '/')", "m.text_field('i', 'n', evil, evil, help=evil, errors=[evil])",
        "m.select_field('i', 'n', evil, [(evil, evil)], evil)", "m.choice('n', evil, evil, evil)", "m.circle_chooser([circle])",
        "m.file_drop('i', 'n', evil, help=evil, errors=[evil])", "m.segments([(evil, '/', True)], evil)", "m.copy_text(evil)",
    ],
    "figures": ["m.door_link(evil, '/')", "m.facts([(evil, evil)])", "m.evidence([(evil, evil)])", "m.value(evil, evil)", "m.range(evil, evil)"],
    "tables": ["m.sort_head(evil, 'a', 'a', address)"],
    "dialogs": ["m.dialog_button('i', evil)", "m.leave('i', evil)", "m.toast(evil)"],
    "progress": ["m.steps([(evil, 'now', evil)])", "m.meter(1, 2, evil)"],
}  # fmt: skip


@pytest.mark.parametrize(("macros", "call"), [(name, call) for name, calls in CALLS.items() for call in calls])
def test_what_people_write_is_escaped(render, macros, call):
    circle = Audience("in-house", EVIL, "teal", EVIL, EVIL)
    given = {
        "mark": MARK,
        "face": Face(EVIL, "teal", EVIL),
        "circle": circle,
        "evil": EVIL,
        "address": lambda key: EVIL,
    }

    page = render(macros, f"{{{{ {call} }}}}", **given)

    assert "&lt;script&gt;" in page
    assert "script" not in Tags(page).tags


def test_a_mark_beside_its_name_is_silent_and_alone_it_speaks(render):
    mark = Mark("Tarn & Loom", "TL", "square", "plum")

    assert 'aria-hidden="true"' in render("marks", "{{ m.mark(mark) }}", mark=mark)
    assert 'role="img" aria-label="Tarn &amp; Loom"' in render("marks", "{{ m.mark(mark, label=True) }}", mark=mark)


def test_the_narrowest_circle_is_chosen_unless_another_is(render):
    circles = [Audience("in-house", "Ours", "teal", "1"), Audience("joint", "Joint", value="2")]

    narrow = render("controls", "{{ m.circle_chooser(circles) }}", circles=circles)
    wide = render("controls", "{{ m.circle_chooser(circles, chosen='2') }}", circles=circles)

    assert ('value="1" checked' in narrow, 'value="2" checked' in narrow) == (True, False)
    assert ('value="1" checked' in wide, 'value="2" checked' in wide) == (False, True)


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="as partners know it")
    note = forms.CharField(label="Note", required=False)


def test_a_fault_is_tied_to_its_field_and_listed_above(render):
    page = render("controls", "{{ m.fields(form) }}", form=Sample({"note": "kept"}))

    assert '<a href="#id_name">Name</a>' in page
    assert 'aria-describedby="id_name-hint id_name-fault"' in page
    assert 'id="id_name-fault"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="kept"' in page


def test_a_form_without_fault_has_no_summary(render):
    page = render("controls", "{{ m.fields(form) }}", form=Sample({"name": "Antennas"}))

    assert "form-errors" not in page
    assert 'aria-describedby="id_name-hint"' in page


def test_sorting_turns_round_and_is_spoken(render):
    up = render("tables", "{{ m.sort_head('Due', 'due', 'due', address) }}", address=lambda key: f"?sort={key}")
    other = render("tables", "{{ m.sort_head('Due', 'due', 'name', address) }}", address=lambda key: f"?sort={key}")

    assert ('aria-sort="ascending"' in up, 'href="?sort=-due"' in up) == (True, True)
    assert ("aria-sort" in other, 'href="?sort=due"' in other) == (False, True)


def test_work_that_goes_on_asks_again_and_finished_work_does_not(render):
    call = "{{% call m.job('j', '/jobs/1', 5, 10, 'items', finished={}) %}}{{% endcall %}}"

    assert 'hx-get="/jobs/1"' in render("progress", call.format("false"))
    assert "hx-get" not in render("progress", call.format("true"))


def test_a_constant_is_worded_for_each_reader_and_not_once_for_all(env):
    template = env.from_string("{{ 1234.5 | number }} {{ 2 | unit('duration-day', 'long') }}")

    with translation.override("de"):
        german = template.render()

    assert (german, template.render()) == ("1.234,5 2 Tage", "1,234.5 2 days")


def test_an_unknown_name_and_an_unknown_icon_are_errors(env):
    with pytest.raises(UndefinedError):
        env.from_string("{{ nobody_gave_this }}").render()
    with pytest.raises(LookupError, match="unicorn"):
        env.from_string("{{ icon('unicorn') }}").render()
