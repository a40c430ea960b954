"""What rows post in the page, and what the engine holds of them: each brought into line with the other."""

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
        self._doubtful: dict[str, None] = {}  # rows that may hold other values than the page
        self._told: set[str] = set()  # rows of which it was told what they began with
        self._corrected = False

    # From the engine to the page

    def put(self, changes: Sequence[ValuesChanged]) -> None:
        """Let the rows of these changes post what the engine holds now, files too."""
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
        """Give the row's file inputs the files that the engine has."""
        self._corrected |= self._uploads.put_back(view)

    def fit(self, keys: Iterable[str]) -> None:
        """Let rows post what the engine holds of them, and the engine hold what they post."""
        for key in self._write(keys):
            self.settle(key)

    def tell_starts(self, keys: Collection[str]) -> None:
        """Tell what reads controls without Python what rows that were just rendered began with.

        The HTML of a row that somebody has typed into says what it holds instead.
        """
        self._told |= {key for key in keys if not self._live.holds_start(key)}
        self._tell_again(keys)

    # From the page to the engine

    def take_over(self, view: RowView) -> None:
        """Tell the engine what a row of existing markup holds.

        What was typed before Python was up counts as typed.
        """
        controls = view.own(view.controls())
        now, before = posted_values(controls), default_values(controls)
        self._live.input(view.key, {name: now.get(name) for name in now.keys() | before.keys()})
        self._uploads.take_all(view)

    def take_over_files(self, view: RowView) -> None:
        """Tell the engine which files a new row has; the rest of what it posts, it knows."""
        self._uploads.take_all(view)
        self._corrected = True

    def settle(self, key: str) -> None:
        """The page has the last word on what it posts: a number input holds no letters."""
        view = self._views[key]
        controls = view.own(view.controls())
        posted = posted_values(controls)
        names = {control.name for control in controls if control.type != "file"}
        self._corrected |= self._live.correct(key, {name: posted.get(name) for name in names})

    def doubt(self, key: str) -> None:
        """Let `settle_doubtful()` settle this row, unless it is given values before."""
        self._doubtful[key] = None

    def settle_doubtful(self) -> None:
        """Settle the rows that were given other controls, and no values."""
        doubtful, self._doubtful = self._doubtful, {}
        for key in doubtful:
            self.settle(key)
        self.tell_starts(doubtful)

    def were_corrected(self) -> bool:
        """Return, once, whether the engine took something from the page that it has to publish."""
        corrected, self._corrected = self._corrected, False
        return corrected

    # Private

    def _tell_again(self, keys: Collection[str]) -> None:
        """Tell what those of these rows began with of which that was told before."""
        if told := self._told.intersection(keys):
            self._views.tell_starts({key: self._live.start_of(key) for key in told})

    def _write(self, keys: Iterable[str]) -> list[str]:
        """Let rows post what the engine holds of them; return the keys of those that do not."""
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
