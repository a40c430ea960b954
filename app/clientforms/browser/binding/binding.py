"""The common base of bound forms and formsets: events in, changes out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from clientforms.browser.binding.change_patches import ChangePatches
from clientforms.browser.binding.deferred_verdict import Postponing
from clientforms.browser.binding.field_events import FieldEvents
from clientforms.browser.binding.listed_errors import ListedError, errors_of_row
from clientforms.browser.binding.waiting_changes import Batch, merged, outdated
from clientforms.browser.dom.announcer import prepare_announcer
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
    FieldStateChanged,
    FormAdded,
    FormDeletionChanged,
    FormRemoved,
    FormReplaced,
    ValuesChanged,
    VerdictChanged,
)
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.html.required_fields import MARKS, marks_of

__all__ = ["Binding"]

# Changes of the data that would be posted, except by typing.
_DATA_CHANGES = (FormAdded, FormDeletionChanged, FormRemoved, FormReplaced, ValuesChanged)


class Binding(ABC):
    """A live form or formset bound to its container.

    Owns a scope: `unbind()` ends every listener, timer and proxy, and leaves the form in the page
    as it is, ready for a plain submit.
    """

    depth = 0
    """How many bindings contain this one."""

    def __init__(self, container: Any, live: ClientForm | ClientFormSet, name: str) -> None:
        self.container = container
        self.live = live
        self.name = name
        self._waiting: list[Batch] = []  # batches to show
        self.scope = Scope()
        self.was_refused = False  # by the server that rendered the markup
        self.elsewhere = Elsewhere(container, self.form_element, self.scope)
        self._views = RowViews(self._new_view)
        self.uploads = Uploads(live, self._views, self.scope)
        self._values = RowValues(live, self._views, self.elsewhere, self.uploads)
        self._row_patches = RowPatches(live, self._views, self._values, self.elsewhere, self.slots)
        self._patches = ChangePatches(container, self._views, self._row_patches, self._values)
        self._slots: Mapping[str, Slot] | None = None
        self._asks_again = False  # for the verdict: the page had other values
        self._is_patching = False
        self.events = FieldEvents(
            live, self._views, self.elsewhere, self.uploads, self.scope,
            row_of=self.row_element, noted=self.noted,
        )  # fmt: skip

    # For other modules of this layer

    @property
    def form_element(self) -> Any:
        """The `<form>` that is or contains the container; the container itself without one."""
        return self.container.closest("form") or self.container

    def is_bound(self) -> bool:
        """Return whether `unbind()` has not been called."""
        return self.container.hasAttribute("data-bound")

    def inside(self) -> Iterator[Binding]:
        """Yield the nested bindings: those of formsets in the rows of this one."""
        yield from ()

    def tree(self) -> Iterator[Binding]:
        """Yield this binding and the nested ones."""
        yield self
        yield from self.inside()

    def unbind(self) -> None:
        """Stop, and leave the page as it is."""
        if self.is_bound():
            self.container.removeAttribute("data-bound")
            self.scope.end()

    def catch_up(self) -> bool:
        """Read changes in the page that fired no event; return whether there were any.

        This is called before every verdict, so that it is about what a POST would carry. While a
        pointer is pressed, a page that is behind the engine is not read: its names may be outdated.
        """
        if pressed_pointer.is_behind():
            if pressed_pointer.is_down():
                return False
            pressed_pointer.bring_in_step()
        for binding in list(self.tree()):
            binding.take_in_rows()
        return self._catch_up_with_controls()

    def take_in_rows(self) -> None:  # noqa: B027 - a hook
        """Read what other scripts did to the rows in the running task."""

    def _catch_up_with_controls(self) -> bool:
        found = [] if self.is_disabled() else [binding.events.catch_up() for binding in self.tree()]
        if any(taken.values for taken in found):
            self.dispatch(self.container, "formset:change")
        return self._follow_fieldsets() or any(found)

    def _follow_fieldsets(self) -> bool:
        """Note which bindings, nested ones too, are disabled; return whether that changed."""
        news = [
            binding for binding in self.tree() if binding.live.set_disabled(binding.is_disabled())
        ]
        for binding in news:
            binding.live.refresh()  # its errors disappear, or reappear
        return bool(news)

    def is_disabled(self) -> bool:
        """Return whether a disabled `<fieldset>` contains all: nothing is posted or validated."""
        return bool(rows_script().isDisabled(self.container))

    def is_valid(self) -> bool:
        """Return whether there are no errors, shown or not."""
        return self.is_disabled() or self.live.is_valid()

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry: name to strings."""
        return {} if self.is_disabled() else self.live.post_data()

    def set_data(self, data: Any) -> bool:
        """Replace the data, and return whether there are no errors, including those of controls."""
        return self._after(self.live.set_data(data))

    def update_data(self, data: Any) -> bool:
        """Replace part of the data, and return the same as `set_data()`."""
        return self._after(self.live.update_data(data))

    def _after(self, valid: bool) -> bool:
        if not self.catch_up():
            return valid
        self.live.refresh()
        return self.live.is_valid() and not self.live.is_pending()

    def validate(self) -> bool:
        """Show all errors and return whether there are none."""
        self.catch_up()
        self.events.cancel_pauses()
        return self.is_disabled() or self.live.validate()

    async def avalidate(self) -> bool:
        """Like `validate()`, after files were read and asynchronous rules have answered."""
        self.catch_up()
        self.events.cancel_pauses()
        if self.is_disabled():
            return True
        for binding in self.tree():
            await binding.uploads.wait()
        return await self.live.avalidate()

    def before_submit(self) -> None:  # noqa: B027 - a hook
        """Remove what nobody typed and a server would refuse."""

    def cleaned_data(self) -> Any:
        """Return the cleaned data as plain values; None while there are errors or pending rules."""
        sure = self.live.is_valid() and not self.live.is_pending()
        return self.live.plain_cleaned_data() if sure else None

    def first_invalid(self) -> Any | None:
        """Return the first control that is marked invalid, or None."""
        found = (view.first_invalid() for view in self._views.with_errors(self.live.keys))
        return next(filter(None, found), None)

    def listed_errors(self, outer: str = "") -> Iterator[ListedError]:
        """Yield the shown errors in the order of the page; `outer` is the name of a row around."""
        for row in self.live.rows:
            yield from errors_of_row(row, partial(self._views.__getitem__, row.key), outer)

    def shown_errors(self) -> tuple[int, list[Any]]:
        """Return the number of shown errors, and the elements that show them."""
        views = self._views.with_errors(self.live.keys)
        return self._views.error_count(), [error for view in views for error in view.shown_errors()]

    def reset(self, initial: Any = None, *, keep_typed: bool = False) -> None:
        """Go back to the initial data, or to new initial data from JSON."""
        if initial is not None:
            initial = self.live.initial_from_json(initial)
        self.events.cancel_pauses()
        self.live.reset(initial, keep_typed=keep_typed)

    # Starting

    def start(self) -> None:
        """Render the form or take over its markup, and listen."""
        self.container.setAttribute("data-bound", "")
        prepare_announcer()
        self.scope.at_end(self.live.cancel_checks)
        self.live.start_over_in_the_page()  # this page did not get earlier reports
        pressed_pointer.follow(self.scope)
        self.scope.at_end(self.live.subscribe(self._show))
        self.mount()
        if not self.container.hasAttribute(MARKS) and (marks := marks_of(self.live.row_fields())):
            self.container.setAttribute(MARKS, marks)
        if self.live.has_conditions():
            self.live.refresh()
        Postponing(self.live, self.scope).start()
        when_idle(lambda: self.slots() if self.is_bound() else None)
        self.events.listen(self.container)

    @abstractmethod
    def mount(self) -> None:
        """Render the rows, or find them in the page."""

    @abstractmethod
    def row_element(self, control: Any) -> Any | None:
        """Return the element of the row that contains `control`."""

    def slots(self) -> Mapping[str, Slot]:
        """Return where Django puts each field's errors, found on first use."""
        if self._slots is None:
            self._slots = find_slots(self.live.sample())
        return self._slots

    def learn_places(self, keys: Iterable[str]) -> None:
        """Learn from the markup of these rows where it puts errors."""
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
        """Return the controls of a field of the row `key`, in order; none if there is no such row."""
        view = self._views.get(key)
        return view.field_controls(field) if view else []

    def take_over_errors(self, key: str) -> bool:
        """Replace errors in existing markup by the engine's; return whether there were any.

        Errors that only the server can find are kept.
        """
        view = self._views[key]
        shown = view.errors_in_markup()
        found = view.forget_errors()
        if shown:
            self.live.keep_errors(key, shown)
        return found

    def noted(self, view: RowView, name: str) -> None:
        """Fire the event for a row that read the value of a control."""
        detail = {"index": self.live.index_of(view.key), "name": name}
        self.dispatch(view.element, "formset:change", detail)

    def dispatch(self, target: Any, name: str, detail: Mapping[str, Any] | None = None) -> None:
        """Fire one of the documented events on `target`."""
        target.dispatchEvent(custom_event(name, {"formsetName": self.name, **(detail or {})}))

    # Changes

    def _show(self, changes: Sequence[Change]) -> None:
        """Patch the page at once, or, if a pointer is pressed, after the click.

        Patches may report to the engine, which may publish more changes: those are shown next.
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
                self.live.refresh()  # its changes are appended to the waiting ones
            batches, self._waiting = self._waiting, []
            return merged(batches, self.live, prefix, self._forms_html)
        return self._waiting.pop()[1]

    def _forms_html(self, indexes: Sequence[int]) -> Sequence[str]:
        return [self.live.render_row(index) for index in indexes]

    def _tell(self, shown: Sequence[Change]) -> None:
        """Fire the events of the shown changes, and refresh if the page corrected any value."""
        for change in shown:
            if isinstance(change, VerdictChanged):
                self._tell_verdict(change)
        if any(isinstance(change, _DATA_CHANGES) for change in shown):
            self.dispatch(self.container, "formset:change")
        if any(isinstance(change, FieldStateChanged) and not change.required for change in shown):
            self._asks_again |= self._catch_up_with_controls()  # they may not be missing any more
        asked, self._asks_again = self._asks_again, False
        if self._values.were_corrected() or asked:
            self.live.refresh(asked=asked)
        tidy_soon()

    def _tell_verdict(self, change: VerdictChanged) -> None:
        if not change.valid:
            self.dispatch(self.container, "formset:invalid")
        elif pressed_pointer.is_behind() or self._catch_up_with_controls():
            self._asks_again = True  # when the rest of the page is up to date
        else:
            self.dispatch(self.container, "formset:valid", {"cleanedData": self.cleaned_data()})

    def _prefix(self) -> str:
        return str(self.live.prefix or "")

    def ask_again(self, key: str, field: str, text: str) -> None:
        """Show a note that asks for a value which was not kept; an empty `text` removes it."""
        pressed_pointer.after(
            self.scope, lambda: self._row_patches.show_note(key, field, text, "ask")
        )
