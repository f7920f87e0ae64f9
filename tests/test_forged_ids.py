"""
Known faults of systems like ours, continued: what was answered at every address to one who knows foreign ids.

The numbers are those of `test_known_vulnerabilities`. The answers are those of the twin worlds, on SQLite, where nothing
but the gate stands before a row.
"""

import re
from collections import defaultdict
from uuid import UUID

import pytest

from .isolation import samples
from .isolation.twins import bo_in_both_worlds

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
UUIDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def seen(twins):
    """Answer what bo is answered where Harbour acted in private, with every foreign id in every place of one."""
    return bo_in_both_worlds(twins)[0]


def pairs(story, asked, part):
    """Yield each request of a part (address, query, fields, body) with a hidden id, and its twin with one of nothing."""
    twins = {samples.alike(story, str(request)): request for request in asked if samples.NOT_THERE in str(request)}
    for request in asked:
        alike = samples.alike(story, str(request))
        if (
            str(request) != alike
            and alike in twins
            and samples.alike(story, str(getattr(request, part))) != str(getattr(request, part))
        ):
            yield request, twins[alike]


def told_apart(seen, part):
    """Return each address that answers otherwise for a row that bo does not see than for none."""
    story, asked = seen.story, seen.answers
    found = list(pairs(story, asked, part))
    assert len(found) > 20
    same = lambda request: samples.alike(story, asked[request].text.decode("latin-1"))  # noqa: E731
    return [str(hidden) for hidden, absent in found if same(hidden) != same(absent)]


def test_4_a_foreign_id_in_a_body_is_one_of_nothing(seen):
    """OpenProject, CVE-2026-52782: the id in the address was authorised, the one in the body was not."""
    assert told_apart(seen, "fields") == []


def test_5_a_foreign_id_in_a_filter_finds_what_none_finds(seen):
    """OpenProject, CVE-2026-44736: a filter that skipped visibility."""
    assert told_apart(seen, "query") == []


def test_7_a_foreign_row_and_none_are_answered_alike_at_each_address(seen):
    """OpenProject, CVE-2026-22605: a plain reference to somebody else's row in a module that nobody thought of."""
    assert told_apart(seen, "address") == []


def test_12_no_answer_names_a_row_that_its_reader_does_not_see(seen):
    """Plane, CVE-2026-104968: pickers that list everybody. Ids of people, and of all other rows, in every answer."""
    shown = {row["id"] for name, rows in seen.beyond.items() if name.startswith("rows of") for row in rows}
    hidden = seen.rows - shown
    named = defaultdict(set)
    for request, answer in seen.answers.items():
        if request.method == "GET":
            for found in UUIDS.findall(answer.text):
                named[UUID(found.decode())].add(str(request))

    wrong = {pk: min(where, key=len) for pk, where in named.items() if pk in hidden}
    echoed = {pk for pk, where in wrong.items() if str(pk) in where}
    assert len(named) > 50
    assert {str(pk): where for pk, where in wrong.items() if pk not in echoed} == {}
    assert len(hidden) > 50
