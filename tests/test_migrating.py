"""An empty database, which gets its tables at once, beside one that has gone through all migrations."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from consortio.access.management.commands.migrate import lay_out
from consortio.access.wall_text import role

# What a database says of itself, in lines that can be compared. The order of columns is left out: it tells when each came.
ON_SQLITE = """
    SELECT m.name, 'column', c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m
        JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'
    UNION ALL SELECT m.name, 'key', k."from", k."table", k."to", k.on_delete, '' FROM sqlite_master m
        JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
    UNION ALL SELECT tbl_name, type, name, sql, '', '', '' FROM sqlite_master WHERE type <> 'table'
"""
ON_POSTGRESQL = """
    SELECT table_name::text, 'column', column_name::text, udt_name::text, is_nullable::text,
        column_default::text, concat_ws(' ', is_identity, identity_generation, character_maximum_length,
            numeric_precision, numeric_scale, datetime_precision, collation_name)
        FROM information_schema.columns WHERE table_schema = current_schema
    UNION ALL SELECT tablename, 'index', indexname, replace(indexdef, current_schema || '.', ''), '', '', ''
        FROM pg_indexes WHERE schemaname = current_schema
    UNION ALL SELECT conrelid::regclass::text, 'constraint', conname, pg_get_constraintdef(oid), '', '', ''
        FROM pg_constraint WHERE connamespace = current_schema::regnamespace
"""
CHECKS = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"


def go_through(empty: Any) -> None:
    executor = MigrationExecutor(empty)
    executor.migrate(executor.loader.graph.leaf_nodes())


def structure(of: Any) -> list[tuple[str, ...]]:
    with of.cursor() as cursor:
        cursor.execute(ON_SQLITE if of.vendor == "sqlite" else ON_POSTGRESQL)
        lines = cursor.fetchall()
        if of.vendor == "sqlite":
            cursor.execute(CHECKS)
            lines += [(name, "part", part) for name, sql in cursor.fetchall() for part in parts(sql)]
    return sorted(tuple(map(str, line)) for line in lines)


def parts(sql: str) -> list[str]:
    """Return what stands between the outer brackets of a table's text, part by part."""
    depth, found = 0, [""]
    for letter in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found]


def rows(of: Any) -> dict[str, int]:
    with of.cursor() as cursor:
        names = of.introspection.table_names(cursor)
        return {name: cursor.execute(f'SELECT count(*) FROM "{name}"') and cursor.fetchone()[0] for name in names}


@pytest.fixture
def empty(tmp_path, django_db_setup, django_db_blocker):
    """Return a connection to a database that nobody has used: a file, or a schema of the test's own database."""

    def one(name: str) -> Any:
        settings = {**connection.settings_dict}
        if connection.vendor == "sqlite":
            settings["NAME"] = tmp_path / name
        else:
            settings["USER"] = role("owner")
            settings["OPTIONS"] = {**settings["OPTIONS"], "options": f"-c search_path={name}"}
        connections.settings[name] = settings
        if connection.vendor == "postgresql":
            with connections[name].cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {name}")
        made.append(name)
        return connections[name]

    made: list[str] = []
    with django_db_blocker.unblock():
        yield one
        for name in made:
            if connection.vendor == "postgresql":
                with connections[name].cursor() as cursor:
                    cursor.execute(f"DROP SCHEMA {name} CASCADE")
            connections[name].close()
            del connections[name], connections.settings[name]


@pytest.mark.slow
def test_an_empty_database_gets_what_its_migrations_would_have_made(empty: Callable[[str], Any]) -> None:
    through, laid = empty("gone_through"), empty("laid_out")
    go_through(through)

    lay_out(laid)

    assert structure(laid) == structure(through)
    assert rows(laid) == rows(through)
    executor = MigrationExecutor(laid)
    assert executor.loader.applied_migrations.keys() == MigrationExecutor(through).loader.applied_migrations.keys()
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_a_database_that_has_some_migrations_goes_through_the_others(empty, monkeypatch) -> None:
    begun = empty("begun")
    executor = MigrationExecutor(begun)
    executor.migrate([("organisations", "0001_initial")])
    monkeypatch.setattr(migrate.Command, "handle", lambda self, **_: None)

    call_command("migrate", database="begun", skip_checks=True)

    assert set(begun.introspection.table_names()) == {
        "django_migrations",
        "organisations_organisation",
        "organisations_person",
    }
