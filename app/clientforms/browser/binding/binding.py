"""A live form or formset bound to its container: events in, changes out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from clientforms.browser.binding.change_patches import ChangePatches
from clientforms.browser.binding.deferred_verdict import Postponing
from clientforms.browser.binding.field_events import FieldEvents
from clientforms.browser.binding.waiting_changes import Batch, merged, outdated
from clientforms.browser.dom.garbage_collection import tidy_soon
from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.rows.error_places import places_in
from clientforms.browser.rows.error_slots import Slot, find_slots
from clientforms.browser.rows.file_inputs import Uploads
from clientforms.browser.rows.row_patches import RowPatches
from clientforms.browser.rows.row_values import RowValues
from clientforms.browser.rows.row_view import RowView
from clientforms.browser.rows.row_views import RowViews
from clientforms.browser.runtime import custom_event, rows_script, when_idle
from clientforms.changes import (
    Change,
    FormAdded,
    FormDeletionChanged,
    FormRemoved,
    FormReplaced,
    ValuesChanged,
    VerdictChanged,
)
from clientforms.engine import ClientForm, ClientFormSet

__all__ = ["Binding"]

# What changes the data that would be posted, apart from typing.
_DATA_CHANGES = (FormAdded, FormDeletionChanged, FormRemoved, FormReplaced, ValuesChanged)


class Binding(ABC):
    """What a bound form and a bound formset have in common.

    Owns a scope: `unbind()` ends every listener, timer and proxy, and leaves the form in the
    page as it stands, ready for a plain submit.
    """

    depth = 0
    """How many other bindings this one stands in."""

    def __init__(self, container: Any, live: ClientForm | ClientFormSet, name: str) -> None:
        self.container = container
        self.live = live
        self.name = name
        self._waiting: list[Batch] = []  # to be shown
        self.scope = Scope()
        self.was_refused = False  # by the server that rendered the markup
        self.elsewhere = Elsewhere(container, self.form_element, self.scope)
        self._views = RowViews(self._new_view)
        self.uploads = Uploads(live, self._views, self.scope)
        self._values = RowValues(live, self._views, self.elsewhere, self.uploads)
        self._row_patches = RowPatches(live, self._views, self._values, self.elsewhere, self.slots)
        self._patches = ChangePatches(container, self._views, self._row_patches, self._values)
        self._slots: Mapping[str, Slot] | None = None
        self._asks_again = False  # for the verdict: the page held something else
        self._is_patching = False
        self.events = FieldEvents(
            live, self._views, self.elsewhere, self.uploads, self.scope,
            row_of=self.row_element, noted=self.noted,
        )  # fmt: skip

    # For other modules of this layer

    @property
    def form_element(self) -> Any:
        """The `<form>` that the container is, or stands in; the container if there is none."""
        return self.container.closest("form") or self.container

    def is_bound(self) -> bool:
        """Return whether the binding still works."""
        return self.container.hasAttribute("data-bound")

    def inside(self) -> Iterator[Binding]:
        """Yield the bindings inside this one: formsets in the rows of a formset."""
        yield from ()

    def tree(self) -> Iterator[Binding]:
        """Yield this binding and those inside it."""
        yield self
        yield from self.inside()

    def unbind(self) -> None:
        """Stop. What is in the page stays as it is."""
        if self.is_bound():
            self.container.removeAttribute("data-bound")
            self.scope.end()

    def catch_up(self) -> bool:
        """Take in what the page holds and no event told of; return whether there was anything.

        Called before every verdict, so that it is on what a POST would carry. While a pointer is
        pressed, a page that is behind the engine is not read: its names may be older.
        """
        if pressed_pointer.is_behind():
            if pressed_pointer.is_down():
                return False
            pressed_pointer.bring_in_step()
        for binding in list(self.tree()):
            binding.take_in_rows()
        return self._catch_up_with_controls()

    def take_in_rows(self) -> None:  # noqa: B027 - a hook
        """Take in what other scripts did to the rows in the running task."""

    def _catch_up_with_controls(self) -> bool:
        found = [] if self.is_disabled() else [binding.events.catch_up() for binding in self.tree()]
        if any(taken.values for taken in found):
            self.dispatch(self.container, "formset:change")
        return self._follow_fieldsets() or any(found)

    def _follow_fieldsets(self) -> bool:
        """Take note of what is disabled now as a whole, rows' formsets too; return whether that is news."""
        news = [
            binding for binding in self.tree() if binding.live.set_disabled(binding.is_disabled())
        ]
        for binding in news:
            binding.live.refresh()  # what was said of it is not said any more, or again
        return bool(news)

    def is_disabled(self) -> bool:
        """Return whether a disabled `<fieldset>` holds all of it: nothing is posted, nor validated."""
        return bool(rows_script().isDisabled(self.container))

    def is_valid(self) -> bool:
        """Return whether there is no error, shown or not."""
        return self.is_disabled() or self.live.is_valid()

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry: name to strings."""
        return {} if self.is_disabled() else self.live.post_data()

    def set_data(self, data: Any) -> bool:
        """Replace the data, and return whether there is no error, in the page's controls too."""
        return self._after(self.live.set_data(data))

    def update_data(self, data: Any) -> bool:
        """Replace part of the data, and return whether there is no error, as `set_data()`."""
        return self._after(self.live.update_data(data))

    def _after(self, valid: bool) -> bool:
        if not self.catch_up():
            return valid
        self.live.refresh()
        return self.live.is_valid() and not self.live.is_pending()

    def validate(self) -> bool:
        """Show all errors and return whether there is none."""
        self.catch_up()
        self.events.cancel_pauses()
        return self.is_disabled() or self.live.validate()

    async def avalidate(self) -> bool:
        """As `validate()`, once files are read and the asynchronous rules have answered."""
        self.catch_up()
        self.events.cancel_pauses()
        if self.is_disabled():
            return True
        for binding in self.tree():
            await binding.uploads.wait()
        return await self.live.avalidate()

    def before_submit(self) -> None:  # noqa: B027 - a hook
        """Tidy up what nobody typed and a server would refuse."""

    def cleaned_data(self) -> Any:
        """Return the cleaned data as plain values; None while there are errors or open questions."""
        sure = self.live.is_valid() and not self.live.is_pending()
        return self.live.plain_cleaned_data() if sure else None

    def first_invalid(self) -> Any | None:
        """Return the first control that is marked invalid, or None."""
        found = (view.first_invalid() for view in self._views.with_errors(self.live.keys))
        return next(filter(None, found), None)

    def shown_errors(self) -> tuple[int, list[Any]]:
        """Return how many errors are shown, and the elements that show them."""
        views = self._views.with_errors(self.live.keys)
        return self._views.error_count(), [error for view in views for error in view.shown_errors()]

    def reset(self, initial: Any = None, *, keep_typed: bool = False) -> None:
        """Go back to the initial data, or to a new one, as JSON has it."""
        if initial is not None:
            initial = self.live.initial_from_json(initial)
        self.events.cancel_pauses()
        self.live.reset(initial, keep_typed=keep_typed)

    # Starting

    def start(self) -> None:
        """Render or take over the markup and listen."""
        self.container.setAttribute("data-bound", "")
        self.scope.at_end(self.live.cancel_checks)
        self.live.start_over_in_the_page()  # what was told before, this page has not heard
        pressed_pointer.follow(self.scope)
        self.scope.at_end(self.live.subscribe(self._show))
        self.mount()
        if self.live.has_conditions():
            self.live.refresh()
        Postponing(self.live, self.scope).start()
        when_idle(lambda: self.slots() if self.is_bound() else None)
        self.events.listen(self.container)

    @abstractmethod
    def mount(self) -> None:
        """Put the rows into the page, or find them there."""

    @abstractmethod
    def row_element(self, control: Any) -> Any | None:
        """Return the element of the row that `control` stands in."""

    def slots(self) -> Mapping[str, Slot]:
        """Return where Django puts each field's errors; looked up when the first one comes."""
        if self._slots is None:
            self._slots = find_slots(self.live.sample())
        return self._slots

    def learn_places(self, keys: Iterable[str]) -> None:
        """Put errors where the markup of these rows has them."""
        views = [self._views[key] for key in keys]
        self._slots = {**self.slots(), **places_in(views, self.slots())}

    def _new_view(self, key: str, element: Any) -> RowView:
        return RowView(
            key, element, self.slots, partial(self._elsewhere_of, key),
            partial(self.live.field_of, key), self._views.count_errors,
        )  # fmt: skip

    def _elsewhere_of(self, key: str) -> list[Any]:
        if not self.elsewhere.is_possible:
            return []
        return self.elsewhere.controls(self.live.names_of(key)[0])

    def field_controls(self, key: str, field: str) -> list[Any]:
        """Return the controls of one field of row `key`, in order; none if there is no such row."""
        view = self._views.get(key)
        return view.field_controls(field) if view else []

    def take_over_errors(self, key: str) -> bool:
        """Show the errors of markup that is there as the engine's own; return whether there were any.

        Those that the rules here do not find, because only the server can, are kept.
        """
        view = self._views[key]
        shown = view.errors_in_markup()
        found = view.forget_errors()
        if shown:
            self.live.keep_errors(key, shown)
        return found

    def noted(self, view: RowView, name: str) -> None:
        """Tell of a row that took in what a control holds."""
        detail = {"index": self.live.index_of(view.key), "name": name}
        self.dispatch(view.element, "formset:change", detail)

    def dispatch(self, target: Any, name: str, detail: Mapping[str, Any] | None = None) -> None:
        """Fire one of the contract's events on `target`."""
        target.dispatchEvent(custom_event(name, {"formsetName": self.name, **(detail or {})}))

    # Changes

    def _show(self, changes: Sequence[Change]) -> None:
        """Patch the page, unless a pointer is pressed: then after the click.

        What the engine is told by patches, it may answer with changes: those follow.
        """
        self._waiting.append((self._prefix(), changes))
        if not self._is_patching:
            pressed_pointer.show_after(self.scope, self._show_waiting, self.depth)

    def _show_waiting(self) -> None:
        shown: list[Change] = []
        while self._waiting and not self._is_patching:
            self._is_patching = True
            try:
                changes = self._take_waiting()
                self._patches.show(changes)
                self._values.settle_doubtful()
            finally:
                self._is_patching = False
            shown += changes
        if shown:
            self._tell(shown)

    def _take_waiting(self) -> Sequence[Change]:
        prefix = self._prefix()
        if len(self._waiting) > 1 or self._waiting[0][0] != prefix:
            if again := outdated(self._waiting, self.live, prefix):
                self.live.tell_again(again)
                self.live.refresh()  # what it tells comes behind what waits
            batches, self._waiting = self._waiting, []
            return merged(batches, self.live, prefix, self._forms_html)
        return self._waiting.pop()[1]

    def _forms_html(self, indexes: Sequence[int]) -> Sequence[str]:
        return [self.live.render_row(index) for index in indexes]

    def _tell(self, shown: Sequence[Change]) -> None:
        """Fire the events of what was shown; have the engine go on with what the page made of it."""
        for change in shown:
            if isinstance(change, VerdictChanged):
                self._tell_verdict(change)
        if any(isinstance(change, _DATA_CHANGES) for change in shown):
            self.dispatch(self.container, "formset:change")
        asked, self._asks_again = self._asks_again, False
        if self._values.were_corrected() or asked:
            self.live.refresh(asked=asked)
        tidy_soon()

    def _tell_verdict(self, change: VerdictChanged) -> None:
        if not change.valid:
            self.dispatch(self.container, "formset:invalid")
        elif pressed_pointer.is_behind() or self._catch_up_with_controls():
            self._asks_again = True  # once the rest of the page shows what the engine holds
        else:
            self.dispatch(self.container, "formset:valid", {"cleanedData": self.cleaned_data()})

    def _prefix(self) -> str:
        return str(self.live.prefix or "")

    def ask_again(self, key: str, field: str, text: str) -> None:
        """Ask at the field for what the page could not keep; an empty `text` takes it back."""
        pressed_pointer.after(
            self.scope, lambda: self._row_patches.show_note(key, field, text, "ask")
        )
