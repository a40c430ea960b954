"""`manage.py clientforms_clear_submissions`: forgets old submissions of outboxes."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clientforms.server.models import Submission


class Command(BaseCommand):
    """Deletes keys and answers. What a page still sends after that time is saved as something new."""

    help = "Deletes what is stored of submissions that pages sent from their outbox, by age."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=90, help="keep those of so many days (default: 90)"
        )

    def handle(self, *, days: int = 90, **options: Any) -> None:
        if days < 1:
            raise CommandError("--days is a number above 0.")
        old = Submission.objects.filter(created__lt=timezone.now() - timedelta(days=days))
        count, _ = old.delete()
        self.stdout.write(f"{count} deleted.")
