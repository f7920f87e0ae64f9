"""The second wall, as text: everything the database itself refuses, generated from the models."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings

REFUSAL = "consortio: a row refers to its own circle or a wider one"
KEEPS = "consortio: a row keeps its circle"
APPEND = "consortio: append only"
OPEN_TABLES = {  # table: what the serving role may do there, and why it holds no organisation's data
    "account.EmailAddress": ("SELECT, INSERT, UPDATE, DELETE", "addresses of somebody who signs in"),
    "account.EmailConfirmation": ("SELECT, INSERT, UPDATE, DELETE", "a mail on its way to such an address"),
    "accounts.Beginning": ("SELECT, INSERT", "that the first run has been"),
    "accounts.Reply": (
        "SELECT, INSERT, UPDATE, DELETE",
        "replies for a repeated call, enciphered with the caller's own key",
    ),
    "accounts.Session": ("SELECT, INSERT, UPDATE, DELETE", "who is signed in, and for which organisation"),
    "accounts.Token": ("SELECT, INSERT, UPDATE, DELETE", "programs that act as somebody; hashes, scopes and dates"),
    "accounts.User": (
        "SELECT, INSERT, UPDATE",
        "e-mail and password of somebody who signs in; says nothing of circles",
    ),
    "auth.Group": ("", "Django's own, not used"),
    "auth.Permission": ("", "Django's own, not used"),
    "contenttypes.ContentType": ("SELECT", "names of tables"),
    "mfa.Authenticator": (
        "SELECT, INSERT, UPDATE, DELETE",
        "passkeys, one-time passwords and recovery codes of a user",
    ),
    "overview.Visit": (
        "SELECT, INSERT, UPDATE, DELETE",
        "up to which number a user has read the streams of circles; nothing of what they hold",
    ),
    "notices.Digest": (
        "SELECT, INSERT, UPDATE",
        "that a user's morning mail of a day was written, and how far it told",
    ),
    "notices.Sent": ("SELECT, INSERT", "that a user was told of one effect"),
    "notices.Wish": ("SELECT, INSERT, UPDATE", "of what a user wants to be told by mail"),
}
MINE = """
    SELECT circle_id FROM access_seat
    WHERE person_id = nullif(current_setting('app.person', true), '')::uuid
      AND organisation_id = nullif(current_setting('app.organisation', true), '')::uuid AND ended_at IS NULL
    UNION ALL
    SELECT id FROM access_circle
    WHERE kind = 'public' AND id = nullif(current_setting('app.link', true), '')::uuid
"""
# In PL/pgSQL, which plans the query once in a session; a function in SQL is planned anew by each statement that asks it.
CIRCLES = f"""
CREATE OR REPLACE FUNCTION consortio_circles() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN RETURN QUERY {MINE}; END $$"""
# With one login the owner's own policies hold for these functions too. They step over them by a setting that they put
# back; a clause SET of the function would do, but only a superuser may write one for a setting of ours.
STEPPING_OVER = """
DECLARE was text := coalesce(current_setting('app.unscoped', true), '');
BEGIN PERFORM set_config('app.unscoped', 'on', true); {body} PERFORM set_config('app.unscoped', was, true); {end} END """
CIRCLES_OF_ONE_LOGIN = (
    """
CREATE OR REPLACE FUNCTION consortio_circles() RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$"""
    + STEPPING_OVER.format(body=f"RETURN QUERY {MINE};", end="RETURN;")
    + "$$"
)
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $${body}$$"""


def role(kind: str) -> str:
    """Return the name of this installation's role: owner, system or app."""
    return f"{settings.INSTALLATION}_{kind}"


def roles_are_apart() -> bool:
    """
    Tell whether this installation has its three roles, or one login that owns the tables it serves from.

    With one login the policies hold it too, and `unscoped` is a setting that it makes itself: the second wall still
    catches what the code forgets, but not what somebody means.
    """
    return settings.DATABASES["default"].get("USER") in {role("owner"), role("app")}


def guarded_models() -> list:
    return [model for model in apps.get_models() if hasattr(model, "seen_by")]


def statements(vendor: str, there: set[str]) -> list[str]:
    """Return what puts the wall round the tables that are there; nothing before circles and seats are."""
    if not {"access_seat", "access_within", "access_circle"} <= there:
        return []
    models = [model for model in guarded_models() if model._meta.db_table in there]
    if vendor == "sqlite":
        return sorted((sql for model in models for sql in _sqlite(model, there)), key=lambda sql: sql.split()[2])
    opened = [apps.get_model(label) for label in OPEN_TABLES if apps.get_model(label)._meta.db_table in there]
    made = [CIRCLES if roles_are_apart() else CIRCLES_OF_ONE_LOGIN, _raises("consortio_keeps_circle", KEEPS)]
    made += [sql for model in models for sql in _postgresql(model, there)]
    if not roles_are_apart():
        return made
    return made + [sql for model in opened for sql in _grants(model, OPEN_TABLES[model._meta.label][0], "")]


def references(model: Any, there: set[str], new: str) -> Iterator[tuple[str, str]]:
    """Yield each foreign key, and the query that finds its target among what everybody in the row's circle sees."""
    if model.seen_by != "circle_id" or model._meta.label == "access.Within":  # Within says what is wider
        return
    for field in model._meta.local_fields:
        target = field.related_model
        if target is None or not hasattr(target, "seen_by") or field.name == "circle":
            continue
        through = [(apps.get_model(label), column) for label, column in target.seen_through]
        if (model, field.name) in through:  # the row itself is what makes its target visible
            continue
        sources = [(t, t._meta.get_field(column).column) for t, column in through] or [(target, "id")]
        if all(source._meta.db_table in there for source, _ in sources):
            yield (
                field.column,
                " UNION ALL ".join(
                    f"SELECT 1 FROM access_within w JOIN {source._meta.db_table} t ON t.{source.seen_by} = w.wider_id"
                    f" WHERE w.circle_id = {new}.circle_id AND t.{column} = {new}.{field.column}"
                    for source, column in sources
                ),
            )


def _sqlite(model: Any, there: set[str]) -> Iterator[str]:
    table = model._meta.db_table

    def trigger(name: str, when: str, refusal: str) -> str:
        return f"CREATE TRIGGER wall_{table}_{name} {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"

    if model.seen_by == "circle_id":
        changed = f"BEFORE UPDATE OF circle_id ON {table} WHEN OLD.circle_id <> NEW.circle_id"
        yield trigger("keeps_circle", changed, KEEPS)
    for change in ("UPDATE", "DELETE")[: (1 if model.erasable else 2) if model.append_only else 0]:
        yield trigger(f"no_{change.lower()}", f"BEFORE {change} ON {table}", APPEND)
    for column, found in references(model, there, "NEW"):
        when = f"ON {table} WHEN NEW.{column} IS NOT NULL AND NOT EXISTS ({found})"
        yield trigger(f"{column}_insert", f"AFTER INSERT {when}", REFUSAL)
        yield trigger(f"{column}_update", f"AFTER UPDATE OF {column} {when}", REFUSAL)


def _postgresql(model: Any, there: set[str]) -> Iterator[str]:
    table, sees = model._meta.db_table, f"{model.seen_by} = ANY (ARRAY(SELECT consortio_circles()))"
    if model.seen_through:
        through = [(apps.get_model(label)._meta, column) for label, column in model.seen_through]
        named = [f"SELECT {meta.get_field(column).column} FROM {meta.db_table}" for meta, column in through]
        sees = " OR ".join(f"id IN ({query})" for query in named)
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS seen ON {table}"
    yield f"DROP POLICY IF EXISTS unscoped ON {table}"
    if roles_are_apart():
        yield from _grants(model, *_may(model))
        yield f"CREATE POLICY seen ON {table} TO {_quoted('app')} USING ({sees})"
        yield f"CREATE POLICY unscoped ON {table} TO {_quoted('system')}, CURRENT_USER USING (true)"
    else:
        yield f"CREATE POLICY seen ON {table} USING (current_setting('app.unscoped', true) = 'on' OR {sees})"
    yield f"DROP TRIGGER IF EXISTS keeps_circle ON {table}"
    yield f"DROP TRIGGER IF EXISTS refers ON {table}"
    if model.seen_by == "circle_id":
        yield (
            f"CREATE TRIGGER keeps_circle BEFORE UPDATE ON {table} FOR EACH ROW"
            " WHEN (OLD.circle_id <> NEW.circle_id) EXECUTE FUNCTION consortio_keeps_circle()"
        )
    yield f"DROP TRIGGER IF EXISTS refers_again ON {table}"
    lacks = [f"(n.{c} IS NOT NULL AND NOT EXISTS ({found}))" for c, found in references(model, there, "n")]
    if lacks:  # once for each statement, so that an import of thousands of rows is one check
        refused = f"IF EXISTS (SELECT FROM new_rows n WHERE {' OR '.join(lacks)}) THEN {{}} END IF;"
        yield _raises(f"wall_{table}", REFUSAL, refused)
        for name, change in (("refers", "INSERT"), ("refers_again", "UPDATE")):
            yield (
                f"CREATE TRIGGER {name} AFTER {change} ON {table} REFERENCING NEW TABLE AS new_rows"
                f" FOR EACH STATEMENT EXECUTE FUNCTION wall_{table}()"
            )


def _may(model: Any) -> tuple[str, str]:
    """Return what the serving role and the system role may do to a table."""
    change = [] if model.append_only else ["UPDATE"]
    erase = ["DELETE"] if model.erasable or not model.append_only else []
    app = ["SELECT"] if model.written_by == "system" else ["SELECT", "INSERT", *change]
    return ", ".join(app), ", ".join(["SELECT", "INSERT", *change, *erase])


def _grants(model: Any, app: str, system: str) -> Iterator[str]:
    """Identity columns need no grant on their sequence; a table with a serial column would."""
    table = model._meta.db_table
    yield f"REVOKE ALL ON {table} FROM {_quoted('app')}, {_quoted('system')}"
    for kind, may in (("app", app), ("system", system)):
        if may:
            yield f"GRANT {may} ON {table} TO {_quoted(kind)}"


def _raises(name: str, refusal: str, body: str = "{}") -> str:
    raising = body.format(f"RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation';")
    if roles_are_apart():
        return FUNCTION.format(name=name, body=f" BEGIN {raising} RETURN NULL; END ")
    return FUNCTION.format(name=name, body=STEPPING_OVER.format(body=raising, end="RETURN NULL;"))


def _quoted(kind: str) -> str:
    return f'"{role(kind)}"'
