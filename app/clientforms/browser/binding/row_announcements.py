"""What is announced of a formset's rows: what happened, once, after the page shows it."""

from __future__ import annotations

from collections.abc import Iterable

from clientforms.browser.dom.announcer import announce
from clientforms.changes import FormDeletionChanged, FormMoved
from clientforms.engine import ClientFormSet
from clientforms.engine.html.row_names import row_name
from clientforms.texts import counted, joined, text

__all__ = ["RowAnnouncements", "limit_reached"]


class RowAnnouncements:
    """Collects what happens to the rows of one formset until `say()` announces it."""

    def __init__(self, live: ClientFormSet) -> None:
        self._live = live
        self._added: list[str] = []
        self._gone: list[str] = []  # names
        self._removed: set[str] = set()  # keys of rows that may come back
        self._others: list[str] = []

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
        self._others.append(
            text("%(row)s moved to place %(place)d of %(count)d.", row=name, **places)
        )

    def marked(self, change: FormDeletionChanged) -> None:
        """Take note of a row that will be deleted, or will not be any more."""
        name = self._name_of(change.key)
        if change.deleted:
            self._others.append(text("%(row)s will be deleted.", row=name))
        else:
            self._others.append(text("%(row)s restored.", row=name))

    def say(self, *, aloud: bool) -> None:
        """Announce what happened since the last call, or forget it if it is not to be said `aloud`."""
        added = [key for key in self._added if key in self._live.keys]
        gone, others = self._gone, self._others
        self._added, self._gone, self._others = [], [], []
        if aloud and (said := [*self._of_gone(gone), *self._of_added(added), *others[-1:]]):
            announce(joined(said))
        self._removed.difference_update(added)

    def _of_added(self, keys: list[str]) -> Iterable[str]:
        if not keys:
            return
        came_back = self._removed.issuperset(keys)
        match len(keys):
            case 1 if came_back:
                yield text("%(row)s restored.", row=self._name_of(keys[0]))
            case 1:
                yield text("%(row)s added.", row=self._name_of(keys[0]))
            case count if came_back:
                yield counted("%(count)d restored.", "%(count)d restored.", count)
            case count:
                yield counted("%(count)d added.", "%(count)d added.", count)
        if self._live.limits().add_refused:
            yield limit_reached(self._live)

    def _of_gone(self, names: list[str]) -> Iterable[str]:
        if not names:
            return
        if len(names) == 1:
            yield text("%(row)s removed.", row=names[0])
        else:
            yield counted("%(count)d removed.", "%(count)d removed.", len(names))
        left = len(self._live)
        yield counted("%(count)d left.", "%(count)d left.", left)
        if self._live.removals():
            yield text("Undo available.")

    def _name_of(self, key: str) -> str:
        return row_name(self._live.row_label, self._live.order.index(key) + 1)


def limit_reached(live: ClientFormSet) -> str:
    """Return the sentence that says that no row can be added."""
    most = live.management_data()[f"{live.prefix}-MAX_NUM_FORMS"]
    return text("Maximum of %(count)d reached.", count=int(most))
