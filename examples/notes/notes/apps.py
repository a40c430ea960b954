"""The app of sticky notes."""

from django.apps import AppConfig


class NotesConfig(AppConfig):
    """Notes, notebooks and labels."""

    name = "notes"
    verbose_name = "Sticky notes"
