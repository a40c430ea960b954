"""Events of the controls of one binding: read at once, validated according to the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.rows.file_inputs import Uploads
from clientforms.browser.rows.row_view import Look, RowView
from clientforms.browser.rows.row_views import RowViews
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.post.control_names import to_local

__all__ = ["FieldEvents", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """Pairs of a row's key and a field: changed values, changed errors of controls, and controls that
    were enabled although conditions withhold their field.
    """

    values: set[tuple[str, str]] = field(default_factory=set)
    errors: set[tuple[str, str]] = field(default_factory=set)
    enabled: set[tuple[str, str]] = field(default_factory=set)

    def __ior__(self, other: Taken) -> Taken:
        self.values.update(other.values)  # in place, for speed: there may be a thousand
        self.errors.update(other.errors)
        self.enabled.update(other.enabled)
        return self

    def __bool__(self) -> bool:
        return bool(self.values or self.errors or self.enabled)


class FieldEvents:
    """Passes `input`, `change`, `blur` and other events of the policy to the live form.

    `row_of` returns the element of the row that contains a control; `noted` is called for each row
    with a changed value, with the control's name.
    """

    def __init__(
        self,
        live: ClientForm | ClientFormSet,
        views: RowViews,
        elsewhere: Elsewhere,
        uploads: Uploads,
        scope: Scope,
        *,
        row_of: Callable[[Any], Any | None],
        noted: Callable[[RowView, str], None],
    ) -> None:
        self._live = live
        self._views = views
        self._elsewhere = elsewhere
        self._uploads = uploads
        self._scope = scope
        self._row_of = row_of
        self._noted = noted
        self._unvalidated: set[tuple[str, str]] = set()

    def listen(self, container: Any) -> None:
        """Listen to the controls in `container`, and to those outside that belong to its form."""
        marked = container.querySelectorAll("[data-validation][name]")
        policies = tuple(str(control.getAttribute("data-validation")) for control in marked)
        for event in self._live.policy.event_names(policies) | {"input", "change", "blur"}:
            if event == "blur":
                self._scope.listen(container, "focusout", self._on_blur)
                self._elsewhere.listen(self._scope, "focusout", self._on_blur)
            else:
                self._scope.listen(container, event, self._on_event, capture=True)
                self._elsewhere.listen(self._scope, event, self._on_event, capture=True)

    def field_at(self, control: Any) -> tuple[str, str] | None:
        """Return the row's key and the field of `control`, None if it belongs to no field."""
        if (place := self._place(control)) is None:
            return None
        field = self._live.field_of(place[0], str(control.name))
        return None if field is None else (place[0], field)

    def take_up(self, control: Any, event: str) -> None:
        """Handle an event of a control from before the page was live.

        Its value was taken over already; the policy decides when its field is validated.
        """
        if place := self.field_at(control):
            if event != "blur":
                self._unvalidated.add(place)
            self._handle(control, event)

    def catch_up(self) -> Taken:
        """Read changes of controls that fired no event.

        Scripts, date pickers and password managers set values, and disable controls, silently.
        """
        others = self._elsewhere.controls(None)
        found, places = self._views.news(others)
        if others:  # controls of one name may be inside and outside
            found = [(key, self._look_again(key, looks), files) for key, looks, files in found]
        taken = self._take_looks((key, looks) for key, looks, _ in found)
        for key, _, files in found:
            for name in files:
                taken |= self._take_files(self._views[key], name)
        for control in (others[place] for place in places):
            if (place := self._place(control)) and self.field_at(control):
                taken |= self._take_in(place[1], control)
        self._follow(taken)
        return taken

    def cancel_pauses(self) -> None:
        """Cancel all validations that wait for a pause."""
        for pause in self._scope.pending():
            self._scope.cancel(pause)
        self._unvalidated.clear()

    # Private

    def _on_event(self, event: Any) -> None:
        control, kind = event.target, str(event.type)
        if pressed_pointer.is_showing():  # its value may be older than the engine's
            pressed_pointer.after(self._scope, lambda: self._handle(control, kind))
            return
        pressed_pointer.bring_in_step()  # so that names in the page match the engine's
        self._handle(control, kind)

    def _on_blur(self, event: Any) -> None:
        if pressed_pointer.is_showing():  # its row is being moved: the user did not leave it
            return
        control = event.target
        pressed_pointer.after(self._scope, lambda: self._handle(control, "blur"))

    def _handle(self, control: Any, event: str) -> None:
        place = self._place(control)
        if place is None:
            return
        key, view = place
        name = str(control.name)
        field = self._live.field_of(key, name)
        if field is None:
            return
        if event in ("input", "change", "blur"):  # some pickers fire no event before blur
            self._take_up_value(view, control)
        if event == "blur":
            self._live.leave(key, field)
        due = (key, field) in self._unvalidated
        pause = self._live.pause(key, name, event) if due else None
        if pause == 0:
            self._validate_soon(key, field)
        elif pause is not None:
            self._scope.later((key, field), pause, lambda: self._validate_soon(key, field))
        elif event in ("input", "change", "blur"):  # the policy does not cover editing states
            wait = 0 if event == "blur" else self._live.policy.delay
            self._scope.later((key, ""), wait, lambda: self._show_editing(key))

    def _show_editing(self, key: str) -> None:
        pressed_pointer.after(self._scope, lambda: self._live.show_editing(key))

    def _take_up_value(self, view: RowView, control: Any) -> None:
        taken = self._take_in(view, control)
        if taken.values:
            self._noted(view, str(control.name))
        self._follow(taken)

    def _take_in(self, view: RowView, control: Any) -> Taken:
        name = str(control.name)
        taken = self._take_looks([(view.key, {name: view.look(name)})])
        if control.type == "file":
            taken |= self._take_files(view, name)
        return taken

    def _take_files(self, view: RowView, name: str) -> Taken:
        field = self._live.field_of(view.key, name)
        if field is None:
            return Taken()
        changed = {(view.key, field)} if self._uploads.take(view, name) else set()
        return Taken(changed, enabled=self._live.withhold_again(view.key, [field]))

    def _look_again(self, key: str, looks: Iterable[str]) -> dict[str, Look]:
        """Read all controls with these names, including those outside the row."""
        view = self._views[key]
        return {name: view.look(name) for name in looks if self._live.field_of(key, name)}

    def _take_looks(self, found: Iterable[tuple[str, Mapping[str, Look]]]) -> Taken:
        return Taken(*self._live.take_looks(found))

    def _follow(self, taken: Taken) -> None:
        """Note what has to be validated, and update fields whose conditions depend on it."""
        self._unvalidated |= taken.values | taken.errors
        if taken.enabled or any(self._live.steers(key, {field}) for key, field in taken.values):
            self._live.refresh()

    def _validate_soon(self, key: str, field: str) -> None:
        """Validate a field, unless it was validated meanwhile."""

        def validate() -> None:
            if (key, field) in self._unvalidated:
                self._validate_field(key, field)

        pressed_pointer.after(self._scope, validate)

    def _validate_field(self, key: str, field: str) -> None:
        self._scope.cancel((key, field))
        self._unvalidated.discard((key, field))
        if self._live.index_of(key) is not None:
            self._live.validate_field(key, field)

    def _place(self, control: Any) -> tuple[str, RowView] | None:
        if not getattr(control, "name", None):
            return None
        if self._elsewhere.has(control):
            return self._place_elsewhere(str(control.name))
        element = self._row_of(control)
        if not element:
            return None
        view = self._views.get(str(element.getAttribute("data-key")))
        if view is None or not view.owns(control):
            return None
        return view.key, view

    def _place_elsewhere(self, name: str) -> tuple[str, RowView] | None:
        for index, key in enumerate(self._live.keys):
            if to_local(name, self._live.prefix_of(index)) and self._live.field_of(key, name):
                return key, self._views[key]
        return None
