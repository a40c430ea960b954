"""Validate all forms and formsets of one `<form>` together when it is submitted.

The browser then submits a form with an `action` or `method="post"`, with the names and values in
the page. A form without them is not sent: the event `clientforms:submit` has its cleaned data.

`static/submits.js` cancels a submit unless the callback here returns True.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.plain_controls import PlainControls
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.reveal import go_to, reveal
from clientforms.browser.dom.scope import Scope
from clientforms.browser.drafts.draft_contents import withhold
from clientforms.browser.drafts.form_drafts import FormDrafts, drafts_of
from clientforms.browser.rows.row_view import show_busy
from clientforms.browser.runtime import custom_event, document, guard_submits, rows_script, window
from clientforms.browser.submit.error_summary import ErrorSummary
from clientforms.texts import counted

__all__ = ["FormGroup", "has_target"]

_SUBMITS = 'button:not([type="button"], [type="reset"]), input:is([type="submit"], [type="image"])'


def has_target(form: Any, submitter: Any | None) -> bool:
    """Return whether a submit of `form` by the button `submitter` is sent to a server.

    A POST without `action` goes to the page's own address (HTML standard, 4.10.22.3, form submission
    algorithm), as in Django's views and its admin. A GET without `action` would only put the values
    into the address.
    """
    if form.hasAttribute("action") or (submitter and submitter.hasAttribute("formaction")):
        return True
    method = (submitter and submitter.getAttribute("formmethod")) or form.getAttribute("method")
    return str(method).lower() == "post"


class FormGroup:
    """The bindings in one `<form>`; it ends with the last one.

    Make it while the form is small, because a form searches all its controls for each property that
    is read.
    """

    def __init__(self, form: Any) -> None:
        self.form = form
        self.bindings: list[Binding] = []
        self.has_ended = False
        self._plain = PlainControls(form, self._is_field)
        self._scope = Scope()
        self._waiting = False  # for asynchronous rules and for files to be read
        self._summary = ErrorSummary(form, lambda: self.bindings)
        self._scope.at_end(self._summary.hide)
        self._is_over = False  # the user is fixing an error, so the waiting submit has failed
        end = guard_submits(form, self._scope.function(self._on_submit))
        self._scope.at_end(end)
        self._scope.listen(form, "reset", self._on_reset)
        self._scope.listen(window, "pageshow", lambda _: self._catch_up())
        # Otherwise the browser would show its own messages and not fire `submit`.
        self._had_novalidate = form.hasAttribute("novalidate")
        if self._had_novalidate:
            rows_script().leaveUnchecked(form)  # the author disabled rules given as attributes
        form.setAttribute("novalidate", "")
        self._keeps_drafts = form.hasAttribute("data-draft")
        self._drafts: FormDrafts | None = None

    def add(self, binding: Binding) -> None:
        """Add `binding`, which has started, until it is unbound."""
        self.bindings.append(binding)
        binding.scope.at_end(lambda: self._leave(binding))
        withhold(self.form, self.bindings)
        if self._keeps_drafts and len(self.bindings) == 1:
            self._drafts = drafts_of(self.form, self.bindings, self._scope)

    def end_if_empty(self) -> None:
        """Stop if there is no binding."""
        if not self.bindings:
            self.has_ended = True
            self._scope.end()
            if not self._had_novalidate:
                self.form.removeAttribute("novalidate")

    def _leave(self, binding: Binding) -> None:
        if self._drafts:
            self._drafts.leave(binding)
        self.bindings.remove(binding)
        self.end_if_empty()

    def _on_submit(self, event: Any) -> bool:
        """Return whether the browser may send the form."""
        pressed_pointer.let_go()
        submitter = event.submitter
        is_sent = has_target(self.form, submitter)
        if submitter and submitter.formNoValidate:
            if self._drafts and is_sent:
                self._drafts.sent()
            return is_sent
        if self._waiting:
            self._is_over = False
            return False
        everywhere = [binding for outer in self.bindings for binding in outer.tree()]
        self._catch_up()
        if any(binding.uploads.is_reading() for binding in everywhere):
            self._wait(submitter)
            return False
        for binding in everywhere:
            binding.before_submit()
        verdicts = [binding.validate() for binding in self.bindings]
        if not all(verdicts):
            if any(binding.live.is_pending() for binding in self.bindings):
                self._wait(submitter)
            else:
                self.refuse()
            return False
        if control := self._plain.first_invalid():
            go_to(control, self._scope)
            control.reportValidity()
            return False
        posting = [binding for binding in self.bindings if not binding.is_disabled()]
        cleaned = {binding.name: binding.cleaned_data() for binding in posting}
        accepted = custom_event("clientforms:submit", {"cleanedData": cleaned}, cancelable=True)
        if not self.form.dispatchEvent(accepted):
            return False
        if self._drafts:
            if is_sent:
                self._drafts.sent()
            else:
                self._drafts.done()
        return is_sent

    def refuse(self) -> None:
        """Say what is wrong, and move the focus there: to a summary of the errors, or to the first."""
        if not (self._summary.is_wanted() and self._summary.show()):
            _go_to_first_error(self.bindings, self._scope)

    def tell_refusal(self) -> None:
        """Show the summary if the server that rendered the forms refused what was sent."""
        everywhere = (binding for outer in self.bindings for binding in outer.tree())
        if any(binding.was_refused for binding in everywhere) and self._summary.is_wanted():
            self._summary.show(takes_focus=_is_focus_free())

    def _is_field(self, control: Any) -> bool:
        everywhere = (binding for outer in self.bindings for binding in outer.tree())
        return any(binding.events.field_at(control) for binding in everywhere)

    def _catch_up(self) -> None:
        """Read the page, whose values a browser may have restored."""
        for binding in self.bindings:
            binding.catch_up()

    def _wait(self, submitter: Any) -> None:
        self._waiting, self._is_over = True, False
        self._scope.task(self._submit_later(submitter))

    async def _submit_later(self, submitter: Any) -> None:
        """Wait for files and asynchronous rules, then submit again.

        If an error came meanwhile, and the user fixes it before all answers are there, the form is not
        submitted: as without a wait, that takes another press.
        """
        show_busy(self.form, True)
        waiting = Scope()
        for event in ("input", "click"):
            waiting.listen(self.form, event, self._on_going_on, capture=True)  # before it counts
        try:
            verdicts = [await binding.avalidate() for binding in list(self.bindings)]
        finally:
            waiting.end()
            self._waiting = False
            show_busy(self.form, False)
        pressed_pointer.after(self._scope, lambda: self._go_on(submitter, all(verdicts)))

    def _on_going_on(self, event: Any) -> None:
        if event.type == "click" and not event.target.closest("[data-formset-action]"):
            return
        posting = (binding for binding in self.bindings if not binding.is_disabled())
        if not all(binding.live.is_valid() for binding in posting):
            self._is_over = True

    def _go_on(self, submitter: Any, valid: bool) -> None:
        if self._is_over:
            return
        if not valid:
            self.refuse()
        elif submitter:
            self.form.requestSubmit(submitter)
        else:
            self.form.requestSubmit()

    def _on_reset(self, event: Any) -> None:
        if event.defaultPrevented:
            return
        event.preventDefault()
        for binding in self.bindings:
            binding.reset()
        self._plain.reset()
        self._summary.hide()
        if self._drafts:
            self._drafts.reset()


def _is_focus_free() -> bool:
    """Return whether nobody has begun to do anything on the page, so that the focus may be moved."""
    focused = document.activeElement
    if not focused or focused.isSameNode(document.body):
        return not window.scrollY
    if focused.matches("[autofocus]:is(input, textarea)"):  # by the page, not by a person
        return bool(focused.value == focused.defaultValue)
    return bool(focused.matches(_SUBMITS))  # and the answer came without a page load


def _go_to_first_error(bindings: Sequence[Binding], scope: Scope) -> None:
    """Announce how many errors these forms show, and move the focus to the first."""
    shown = [binding.shown_errors() for binding in bindings]
    count = sum(error_count for error_count, _ in shown)
    announce(
        counted("Not sent: %(count)d error to fix.", "Not sent: %(count)d errors to fix.", count)
    )
    for binding in bindings:
        control = binding.first_invalid()
        if control:
            go_to(control, scope)
            return
    for _, elements in shown:
        if elements:
            reveal(elements[0])
            elements[0].scrollIntoView(block="center")
            return
