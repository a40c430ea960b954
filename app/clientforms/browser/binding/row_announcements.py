"""What is announced of a formset's rows: what happened, once, after the page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clientforms.browser.dom.announcer import announce
from clientforms.changes import FormMoved
from clientforms.engine import ClientFormSet
from clientforms.engine.html.row_names import row_name
from clientforms.texts import counted, joined, text

__all__ = ["RowAnnouncements", "limit_reached", "name_of"]


class RowAnnouncements:
    """Collects what happens to the rows of one formset until `say()` announces it."""

    def __init__(self, live: ClientFormSet) -> None:
        self._live = live
        self._added: list[str] = []  # keys
        self._gone: list[str] = []  # names
        self._removed: set[str] = set()  # keys of rows that may come back
        self._deleted: set[str] = set()  # keys of rows that will be deleted, as far as was said
        self._has_marks = False
        self._moved: list[str] = []

    def added(self, keys: Iterable[str]) -> None:
        """Take note of new rows."""
        self._added += keys

    def removed(self, key: str, name: str) -> None:
        """Take note of a row that is no longer there, and was called `name`."""
        self._gone.append(name)
        self._removed.add(key)

    def moved(self, change: FormMoved, name: str) -> None:
        """Take note of a row that was called `name`, and stands at another place."""
        places = {"place": change.position + 1, "count": len(self._live)}
        self._moved.append(
            text("%(row)s moved to place %(place)d of %(count)d.", row=name, **places)
        )

    def marked(self, key: str, *, from_start: bool = False) -> None:
        """Take note that a row will be deleted, or will not be any more; nothing is said `from_start`."""
        if from_start:
            self._deleted.add(key)
        else:
            self._has_marks = True

    def has_news(self) -> bool:
        """Return whether anything happened since the last call of `say()`."""
        return bool(self._added or self._gone or self._has_marks or self._moved)

    def say(self, *, aloud: bool) -> None:
        """Announce what happened since the last call, or forget it if it is not to be said `aloud`."""
        refused = self._live.limits().add_refused  # after which it is known what will be deleted
        keys = self._live.order
        came = set(self._added).intersection(keys)
        now = {row.key for row in self._live.rows if row.deleted}
        kept = self._deleted - now
        sentences = [
            *self._of_gone([key for key in keys if key in now - self._deleted]),
            *self._of_restored(
                [key for key in keys if key in kept or (key in came and key in self._removed)]
            ),
            *self._of_added([key for key in keys if key in came and key not in self._removed]),
            *self._moved[-1:],
        ]
        if came and refused:
            sentences.append(limit_reached(self._live))
        self._removed.difference_update(came)
        self._added, self._gone, self._moved = [], [], []
        self._deleted, self._has_marks = now, False
        if aloud and sentences:
            announce(joined(sentences))

    def _of_gone(self, marked: list[str]) -> Iterator[str]:
        """Yield what is said of rows that are gone, and those that will be deleted."""
        if not self._gone and len(marked) == 1:
            yield text("%(row)s will be deleted.", row=name_of(self._live, marked[0]))
            return
        if len(self._gone) == 1 and not marked:
            yield text("%(row)s removed.", row=self._gone[0])
        elif count := len(self._gone) + len(marked):
            yield counted("%(count)d removed.", "%(count)d removed.", count)
        else:
            return
        left = sum(not row.deleted for row in self._live.rows)
        yield counted("%(count)d left.", "%(count)d left.", left)
        if self._live.removals():
            yield text("Undo available.")

    def _of_restored(self, keys: list[str]) -> Iterator[str]:
        if len(keys) == 1:
            yield text("%(row)s restored.", row=name_of(self._live, keys[0]))
        elif keys:
            yield counted("%(count)d restored.", "%(count)d restored.", len(keys))

    def _of_added(self, keys: list[str]) -> Iterator[str]:
        if len(keys) == 1:
            yield text("%(row)s added.", row=name_of(self._live, keys[0]))
        elif keys:
            yield counted("%(count)d added.", "%(count)d added.", len(keys))


def name_of(live: ClientFormSet, key: str) -> str:
    """Return what the row `key` is called at its present place."""
    return row_name(live.row_label, live.order.index(key) + 1)


def limit_reached(live: ClientFormSet) -> str:
    """Return the sentence that says that no row can be added."""
    most = live.management_data()[f"{live.prefix}-MAX_NUM_FORMS"]
    return text("Maximum of %(count)d reached.", count=int(most))
