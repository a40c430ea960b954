"""The table of outbox submissions. It stores idempotency keys and responses, so that nothing is saved twice."""

from __future__ import annotations

from django.db import models

__all__ = ["Submission"]


class Submission(models.Model):
    """A saved submission. Its row is written in the same transaction as the submitted data.

    Rows are needed only as long as pages may send a submission again. `manage.py clientforms_clear_submissions`
    deletes old ones.
    """

    key = models.CharField(max_length=64, primary_key=True)
    """The request's `Idempotency-Key`."""
    owner = models.CharField(max_length=64, blank=True)
    """A hash that identifies the user, empty if nobody was logged in."""
    digest = models.CharField(max_length=64)
    """The digest of the URL and the posted data, including files."""
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    """The JSON of the response, which may not have reached the page."""
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        app_label = "clientforms"  # so that this module can be imported if the app is not installed

    def __str__(self) -> str:
        return self.key
