"""Keep the values of rows in the page and in the engine in sync."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from clientforms.browser.dom.form_controls import default_values, posted_values, set_values
from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.rows.file_inputs import Uploads
from clientforms.browser.rows.row_view import RowView
from clientforms.browser.rows.row_views import Given, Names, RowViews, alike
from clientforms.changes import ValuesChanged
from clientforms.engine.live.live_forms import LiveForms
from clientforms.engine.post.control_names import to_posted

__all__ = ["RowValues"]


class RowValues:
    """The values of the rows `views` of one binding."""

    def __init__(
        self, live: LiveForms, views: RowViews, elsewhere: Elsewhere, uploads: Uploads
    ) -> None:
        self._live = live
        self._views = views
        self._elsewhere = elsewhere
        self._uploads = uploads
        self._doubtful: dict[str, None] = {}  # rows whose values may differ in the page
        self._told: set[str] = set()  # rows whose first values were passed on
        self._corrected = False

    # From the engine to the page

    def put(self, changes: Sequence[ValuesChanged]) -> None:
        """Write the engine's values and files into the rows of these changes."""
        keys = [change.key for change in changes]
        there = [key for key in keys if key in self._views]
        for key in there if self._live.takes_files() else ():
            self.put_back_files(self._views[key])
        self.fit(there)
        self.tell_starts([key for key in there if key in self._doubtful])
        self._tell_again(there)
        for key in keys:
            self._doubtful.pop(key, None)

    def put_back_files(self, view: RowView) -> None:
        """Put the engine's files into the row's file inputs."""
        self._corrected |= self._uploads.put_back(view)

    def fit(self, keys: Iterable[str]) -> None:
        """Write the engine's values into rows, and read back what they post."""
        for key in self._write(keys):
            self.settle(key)

    def tell_starts(self, keys: Collection[str]) -> None:
        """Pass the first values of rendered rows to `static/keeping.js`.

        Default values in the HTML of a row that was typed into are its present values instead.
        """
        self._told |= {key for key in keys if not self._live.holds_start(key)}
        self._tell_again(keys)

    # From the page to the engine

    def take_over(self, view: RowView) -> None:
        """Read a row of existing markup into the engine.

        Values that differ from the defaults count as typed.
        """
        controls = view.own(view.controls())
        now, before = posted_values(controls), default_values(controls)
        self._live.input(view.key, {name: now.get(name) for name in now.keys() | before.keys()})
        self._uploads.take_all(view)

    def take_over_files(self, view: RowView) -> None:
        """Read the files of a new row into the engine, which knows its other values."""
        self._uploads.take_all(view)
        self._corrected = True

    def settle(self, key: str) -> None:
        """Read back what a row posts, because controls may reject values."""
        view = self._views[key]
        controls = view.own(view.controls())
        posted = posted_values(controls)
        names = {control.name for control in controls if control.type != "file"}
        self._corrected |= self._live.correct(key, {name: posted.get(name) for name in names})

    def doubt(self, key: str) -> None:
        """Let `settle_doubtful()` settle this row, unless values are put into it first."""
        self._doubtful[key] = None

    def settle_doubtful(self) -> None:
        """Settle the rows whose controls were replaced without new values."""
        doubtful, self._doubtful = self._doubtful, {}
        for key in doubtful:
            self.settle(key)
        self.tell_starts(doubtful)

    def were_corrected(self) -> bool:
        """Return, once, whether the engine read values from the page that it has to publish."""
        corrected, self._corrected = self._corrected, False
        return corrected

    # Private

    def _tell_again(self, keys: Collection[str]) -> None:
        """Pass on the first values of these rows again, if they were passed on before."""
        if told := self._told.intersection(keys):
            self._views.tell_starts({key: self._live.start_of(key) for key in told})

    def _write(self, keys: Iterable[str]) -> list[str]:
        """Write the engine's values into rows; return the keys of those that post something else."""
        if self._elsewhere.controls(None):
            return [key for key in keys if self._write_here_and_there(key)]
        given: Iterator[tuple[Names, Given]] = (
            (names, (key, prefix, values, unread))
            for key, prefix, names, values, unread in self._live.contents_of(keys)
        )
        found: list[str] = []
        for names, rows in alike(given):
            found += self._views.set_values(names, rows)
        return found

    def _write_here_and_there(self, key: str) -> bool:
        prefix, view = self._live.names_of(key)[0], self._views[key]
        values = {
            to_posted(name, prefix): strings for name, strings in self._live.held_by(key).items()
        }
        set_values(view.own(view.controls()), values)
        return True
