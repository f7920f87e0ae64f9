"""Django's `migrate`; an empty database gets the tables of today at once."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OTHERWISE = (
    "app_label",
    "fake",
    "fake_initial",
    "plan",
    "check_unapplied",
    "prune",
)  # options that ask for something else


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate. Of an empty database all migrations are on record afterwards, as if each had been gone through."""
        connection = connections[options["database"]]
        if not any(options[name] for name in OTHERWISE) and not connection.introspection.table_names():
            lay_out(connection)
        super().handle(*args, **options)


def lay_out(connection: BaseDatabaseWrapper) -> None:
    """
    Create the tables to which all migrations lead, at once: all or none.

    To go through the migrations takes ten times as long: Django builds most models anew for each step of each of them.
    It is right as long as what a migration does to rows does nothing where there are none.
    """
    loader = MigrationLoader(connection)
    with connection.schema_editor(atomic=True) as editor:
        for model in loader.project_state().apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        recorder = MigrationRecorder(connection)
        editor.create_model(recorder.Migration)
        recorder.migration_qs.bulk_create([recorder.Migration(app=app, name=name) for app, name in _in_order(loader)])


def _in_order(loader: MigrationLoader) -> dict[tuple[str, str], None]:
    leaves = loader.graph.leaf_nodes()
    return dict.fromkeys(key for leaf in leaves for key in loader.graph.forwards_plan(leaf))
