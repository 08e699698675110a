"""Each model change has its migration: what `makemigrations --check` says, without a database."""

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.house.tree import APPS


def missing(models_now: ProjectState) -> list[str]:
    """The operations that migrations lack to make `models_now`, one line each."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    changes = MigrationAutodetector(loader.project_state(), models_now).changes(graph=loader.graph)
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    ]


def test_migrations_are_complete() -> None:
    assert missing(ProjectState.from_apps(apps)) == []


def test_a_new_column_without_a_migration_is_found() -> None:
    planted = ProjectState.from_apps(apps)
    planted.add_model(ModelState("base", "Planted", [("id", models.BigAutoField(primary_key=True))]))
    assert "base: Create model Planted" in missing(planted)


def test_the_graph_has_one_end_in_each_app() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert loader.detect_conflicts() == {}
    assert {app for app, _ in loader.graph.leaf_nodes()} & set(APPS) == loader.migrated_apps & set(APPS)
