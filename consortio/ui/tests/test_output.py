"""Pages say what Jinja alone would have them say, and escape what it would escape."""

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from consortio.ui.output import PageEnvironment

OUTER = "<{% block body %}{% endblock %}>{% for one in rows %}{{ one }}{% endfor %}"
NAMED = "{% macro named(one) %}{% for n in (1, 2) %}[{{ one }}{{ caller() if caller }}]{% endfor %}{% endmacro %}"
PAGES = {
    "a loop": "{% for one in rows %}<li>{{ one }}</li>{% else %}none{% endfor %}",
    "no rows": "{% for one in () %}{{ one }}{% else %}{{ rows[0] }}{% endfor %}",
    "a loop in a loop": "{% for one in rows %}{% for other in rows %}{{ one }}{{ other }}{{ loop.index }}{% endfor %};{% endfor %}",
    "a loop that goes down": "{% for one in tree recursive %}{{ one.name }}({{ loop(one.below) }}){% endfor %}",
    "a macro that is called": NAMED + "{% for one in rows %}{% call named(one) %}{{ one }}{% endcall %}{% endfor %}",
    "a set block": "{% set kept %}{% for one in rows %}{{ one }}{% endfor %}{% endset %}{{ kept }}{{ kept }}",
    "a filter": "{% filter trim %}{% for one in rows %}{{ one }}{% endfor %}{% endfilter %}",
    "a part": "{% for one in rows %}{% include 'part' %}{% endfor %}",
    "a page in a frame": "{% extends 'outer' %}{% block body %}{% for one in rows %}{{ one }}{% endfor %}{{ super() }}{% endblock %}",
    "blocks in a loop": "{% for one in rows %}{% block cell scoped %}{{ one }}{% endblock %}{% endfor %}",
    "a frame for some": "{% if rows %}{% extends 'outer' %}{% endif %}{% for one in rows %}{{ one }}{% endfor %}",
    "without escaping": "{% autoescape false %}{% for one in rows %}{{ one }}{% endfor %}{% endautoescape %}{{ rows[0] }}",
}


class Spoken(Markup):
    """Another kind of markup."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_put_together_as_jinja_does_it(page):
    loader = DictLoader(PAGES | {"outer": OUTER, "part": "{{ one }}{% for n in rows %}{{ n }}{% endfor %}"})
    rows = ["<b>&", Markup("<i>"), Spoken("<u>"), 7, -0.5, None, 'a "quote"']
    tree = [{"name": "<up>", "below": [{"name": Markup("<down>"), "below": []}]}]

    said = [
        kind(loader=loader, autoescape=True, extensions=["jinja2.ext.do"])
        .get_template(page)
        .render(rows=rows, tree=tree)
        for kind in (Environment, PageEnvironment)
    ]

    assert said[1] == said[0]
    assert "&lt;" in said[1]
