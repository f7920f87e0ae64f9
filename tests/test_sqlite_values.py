"""Values of SQLite become Python's as Django turns them, by fewer calls."""

import pytest
from django.db import connection
from django.db.models.sql import compiler as django_compiler

from consortio import access
from consortio.plans.models import Item, Scheduled
from consortio.plans.tests.builders import bring_in, quay

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has such values of its own"),
]


@pytest.mark.parametrize("model", [Item, Scheduled])
def test_rows_are_what_django_makes_of_them(world, monkeypatch, model):
    plan_id, ada = bring_in(world, quay()), world.actor("ada@Harbour")
    own = connection.ops.compiler("SQLCompiler")

    def rows():
        with access.reading(ada):
            found = access.visible(ada, model).filter(plan=plan_id).order_by("pk")
            return list(found.values())

    ours = rows()
    monkeypatch.setattr(own, "apply_converters", django_compiler.SQLCompiler.apply_converters)
    theirs = rows()

    assert own is not django_compiler.SQLCompiler and len(ours) > 3
    assert ours == theirs
    assert [[type(value) for value in row.values()] for row in ours] == [
        [type(value) for value in row.values()] for row in theirs
    ]
