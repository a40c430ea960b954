"""Sticky notes, the notebooks they are in, and their labels."""

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator


class Notebook(models.Model):
    """What belongs together."""

    title = models.CharField(max_length=60, unique=True)
    about = models.CharField(max_length=200, blank=True, help_text="What is it for?")

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("notes:notebook", args=[self.pk])


class Label(models.Model):
    """A word by which notes are found."""

    name = models.CharField(max_length=30, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class StickyNoteQuerySet(models.QuerySet):
    """Which notes are to be seen, and in which order."""

    def present(self):
        """Return the notes that are not deleted."""
        return self.filter(deleted_at=None)

    def on_board(self):
        """Return the notes of the board, in its order."""
        return self.present().filter(is_archived=False).order_by("position", "pk")

    @transaction.atomic
    def arrange(self, keys):
        """Put these notes of the board into this order. All others stay at their places.

        Keys of notes that are not on the board are left out: they may have been deleted meanwhile.
        """
        notes = list(self.on_board())
        by_key = {note.pk: note for note in notes}
        wanted = iter([by_key[key] for key in dict.fromkeys(keys) if key in by_key])
        moved = set(keys)
        arranged = [next(wanted) if note.pk in moved else note for note in notes]
        for position, note in enumerate(arranged):
            note.position = position
        self.bulk_update(arranged, ["position"])


class StickyNote(models.Model):
    """A text with a time, as long or as short as it takes."""

    class Colour(models.TextChoices):
        """What a note is written on."""

        YELLOW = "yellow"
        GREEN = "green"
        BLUE = "blue"
        PINK = "pink"

    timestamp = models.DateTimeField("written", default=timezone.now)
    text = models.TextField(max_length=2000)
    notebook = models.ForeignKey(
        Notebook, models.CASCADE, null=True, blank=True, related_name="notes"
    )
    colour = models.CharField(max_length=6, choices=Colour, default=Colour.YELLOW)
    labels = models.ManyToManyField(Label, blank=True, related_name="notes")
    due = models.DateField(null=True, blank=True)
    is_pinned = models.BooleanField("pinned", default=False)
    is_archived = models.BooleanField("archived", default=False)
    position = models.IntegerField("place on the board", default=0, editable=False)
    deleted_at = models.DateTimeField("deleted", null=True, blank=True, editable=False)

    objects = StickyNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-is_pinned", "-timestamp", "-pk"]

    def __str__(self):
        return Truncator(self.heading).chars(60)

    def get_absolute_url(self):
        return reverse("notes:note", args=[self.pk])

    def save(self, *args, **kwargs):
        """Save the note. A new one comes first on the board."""
        if self._state.adding and not self.position:
            first = StickyNote.objects.aggregate(models.Min("position"))["position__min"]
            self.position = (first or 0) - 1
        super().save(*args, **kwargs)

    @property
    def heading(self):
        """The first line."""
        return self.text.strip().partition("\n")[0].strip()

    @property
    def rest(self):
        """What follows the first line."""
        return self.text.strip().partition("\n")[2].strip()

    @property
    def is_overdue(self):
        return bool(self.due and not self.is_archived and self.due < timezone.localdate())
