"""`manage.py clientforms_build`: builds the static files of pages with live forms."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clientforms.builder.output.site_files import BuildError
from clientforms.server import building, configuration
from clientforms.server.registry import registered


class Command(BaseCommand):
    """Build the static files. Run it before `collectstatic`; `runserver` builds automatically."""

    help = "Builds the static files of pages with live forms. Run it before collectstatic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="list the files that were built")

    def handle(self, *, list: bool = False, verbosity: int = 1, **options: Any) -> None:
        tell = self.stdout.write if verbosity > 1 else _tell_nobody
        if not registered():
            self.stderr.write(
                "No form is registered. Call clientforms.server.register() with a form class, "
                'or list it in CLIENTFORMS["FORMS"].'
            )
        try:
            made = building.build(tell)
        except BuildError as error:
            raise CommandError(str(error)) from error
        for finding in made.warnings:
            self.stderr.write(f"warning: {finding}")
        for rule in made.rules:
            self.stderr.write(f"left to the server: {rule}")
        if list:
            for name in sorted(made.files):
                self.stdout.write(name)
        size = sum(map(len, made.files.values())) / 1_000_000
        self.stdout.write(
            f"{configuration.build_folder() / made.folder}: {len(made.files)} files, {size:.1f} MB"
        )


def _tell_nobody(line: str) -> None:
    """Discard progress messages."""
