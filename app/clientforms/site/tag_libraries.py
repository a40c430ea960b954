"""Let templates find libraries of tags that are in the snapshot, and so have no file in the page."""

from __future__ import annotations

import sys
from functools import cache

from django import templatetags
from django.apps import apps
from django.template.backends import django as backend

from clientforms.engine.project.template_tags import import_tags_when_loaded

__all__ = ["install"]

_FOLDER = ".templatetags."


def install() -> None:
    """Add the imported libraries to those that Django finds by their files."""
    import_tags_when_loaded()
    by_files = backend.get_installed_libraries

    @cache  # each template engine asks for it
    def installed() -> dict[str, str]:
        packages = {templatetags.__name__.partition(".")[0]}
        packages |= {app.name for app in apps.get_app_configs()}
        imported = {}
        for name in sys.modules:
            package, folder, library = name.partition(_FOLDER)
            if folder and package in packages:
                imported[library] = name
        return {**imported, **by_files()}

    backend.get_installed_libraries = installed
