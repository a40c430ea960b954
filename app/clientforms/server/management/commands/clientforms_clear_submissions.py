"""`manage.py clientforms_clear_submissions`: deletes the stored keys of old submissions."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clientforms.server.models import Submission


class Command(BaseCommand):
    """Delete old idempotency keys and responses. A submission that is sent again after that is saved as a new one."""

    help = "Deletes the stored idempotency keys and responses of old outbox submissions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=90, help="keep those of the last DAYS days (default: 90)"
        )

    def handle(self, *, days: int = 90, **options: Any) -> None:
        if days < 1:
            raise CommandError("--days must be greater than 0.")
        old = Submission.objects.filter(created__lt=timezone.now() - timedelta(days=days))
        count, _ = old.delete()
        self.stdout.write(f"{count} deleted.")
