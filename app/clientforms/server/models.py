"""The table of submissions from outboxes: their keys and answers, so that nothing is saved twice."""

from __future__ import annotations

from django.db import models

__all__ = ["Submission"]


class Submission(models.Model):
    """One that was saved. The row is written in the transaction of the save itself.

    Rows are not needed for longer than pages try again: `manage.py clientforms_clear_submissions`.
    """

    key = models.CharField(max_length=64, primary_key=True)
    """The request's `Idempotency-Key`."""
    owner = models.CharField(max_length=64, blank=True)
    """Who sent it, empty for somebody who was not logged in."""
    digest = models.CharField(max_length=64)
    """Of the address and of all that was posted, files included."""
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    """The JSON that the page got, or would have got."""
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        app_label = "clientforms"  # so that its modules can be imported without the app

    def __str__(self) -> str:
        return self.key
