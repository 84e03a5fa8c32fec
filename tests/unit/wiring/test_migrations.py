"""The migrations say what the models say."""

from io import StringIO

from django.core.management import call_command


def test_no_model_was_changed_without_a_migration(db: None) -> None:
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)
    assert said.getvalue().strip() == "No changes detected"
