"""Let templates find libraries of tags that are in the snapshot, and so have no file in the page."""

from __future__ import annotations

import sys

from django import templatetags
from django.apps import apps
from django.template.backends import django as backend

from clientforms.engine.project.template_tags import import_tags_when_loaded

__all__ = ["install"]


def install() -> None:
    """Add the imported libraries to those that Django finds by their files."""
    import_tags_when_loaded()
    by_files = backend.get_installed_libraries

    def installed() -> dict[str, str]:
        packages = [templatetags.__name__]
        packages += [f"{app.name}.templatetags" for app in apps.get_app_configs()]
        imported = {
            name.removeprefix(f"{package}."): name
            for package in packages
            for name in sys.modules
            if name.startswith(f"{package}.")
        }
        return {**imported, **by_files()}

    backend.get_installed_libraries = installed
