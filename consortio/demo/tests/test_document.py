"""docs/demo.md repeats who is who: here it is compared."""

import re
from pathlib import Path

from consortio.demo.cast import CAST, COMPANIES, PARTNERSHIP
from consortio.demo.story import AGREED, REPLANNED
from consortio.demo.unfolding import REVISIONS

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "demo.md").read_text()


def test_the_document_names_the_cast_and_their_roles():
    told = re.findall(r"^\| ([A-Z]\w+ \w+) \| ([\w ]+) of ([\w ]+) \|", TEXT, re.MULTILINE)

    assert told == [(one.name, one.role, COMPANIES[one.company].name) for one in CAST.values()]


def test_the_document_names_what_is_there():
    assert all(f"*{name}*" in TEXT for name in (PARTNERSHIP, AGREED, REPLANNED))
    assert "nine revisions" in TEXT and len(REVISIONS) == 9
