"""Bind a plain form to its container."""

from __future__ import annotations

from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.form_controls import (
    controls_in,
    default_values,
    locked_values,
    options_of,
)
from clientforms.browser.dom.widget_media import load_media
from clientforms.browser.rows.callable_initial import fill_moments
from clientforms.browser.rows.file_inputs import stored_files
from clientforms.browser.rows.unoffered_initial import begin_with_lost
from clientforms.engine import ClientForm
from clientforms.engine.html.row_html import FIELDS_TAGS, PRERENDERED, SERIES
from clientforms.engine.html.unoffered_values import lost_initial

__all__ = ["FormBinding"]


class FormBinding(Binding):
    """Binds a ClientForm to a container, which is often the `<form>` itself."""

    live: ClientForm

    def mount(self) -> None:
        key = self.live.keys[0]
        if self._has_markup():
            self._take_over(key)
            return
        tag = FIELDS_TAGS[self.live.layout]
        html = f"<{tag} data-form-fields>{self.live.render_row(0)}</{tag}>"
        self.container.insertAdjacentHTML("afterbegin", html)
        fields = self.container.querySelector("[data-form-fields]")
        fields.setAttribute("data-key", key)
        self._views.put(key, fields)
        self._values.fit([key])
        self._values.tell_starts([key])
        load_media(self.live.media_html())

    def row_element(self, control: Any) -> Any | None:
        return control.closest("[data-key]")

    def _has_markup(self) -> bool:
        names = {self.live.form.add_prefix(name) for name in self.live.fields}
        there = controls_in(self.container) + self.elsewhere.controls(None)
        return any(control.name in names for control in there)

    def _take_over(self, key: str) -> None:
        # A prerendered page has the element that the page itself would make.
        element = self.container.querySelector("[data-form-fields]") or self.container
        element.setAttribute("data-key", key)
        fill_moments([element], self.live)
        there = controls_in(self.container) + self.elsewhere.controls(None)
        controls = [control for control in there if self.live.field_of(key, control.name)]
        self.live.in_page.take_options(options_of(controls, self.live.prefix))
        begin_with_lost(controls, lost_initial(self.live.blank_form(0)))
        made_by = element.getAttribute(PRERENDERED)
        fields = {} if made_by == SERIES else self.live.row_fields()
        self.live.in_page.take_over(
            default_values(controls), stored_files(controls), locked_values(controls, fields)
        )
        self._values.take_over(self._views.put(key, element))
        element.removeAttribute(PRERENDERED)
        self.container.removeAttribute(PRERENDERED)
        if made_by == SERIES:
            return
        self.learn_places([key])
        self.was_refused = self.take_over_errors(key)
        if self.was_refused:
            self.live.validate()
