"""Mixins for class-based views, and helpers for function views, that respond to scripts with JSON instead of HTML.

The server always validates the submitted data, even if the page has. `response_json.py` defines the JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, connections, router, transaction
from django.forms import BaseForm, BaseFormSet
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views import csrf as django_csrf
from django.views.generic.detail import SingleObjectMixin
from django.views.generic.edit import BaseCreateView

from clientforms.server.response_json import accepted, refused, rejected, wants_json
from clientforms.server.submissions import answer_once, check_database, once, warn_of_unused_key

__all__ = [
    "ClientFormMixin", "ClientFormSetMixin", "csrf_failure", "once", "respond", "respond_fragment",
    "wants_json",
]  # fmt: skip

_DENIED = "You do not have permission to do this."
_LOGIN = "You are not logged in."
_UNTRUSTED = "CSRF verification failed: {reason} Nothing was saved."
_OF_THE_ORIGIN = ("Origin checking failed", "Referer checking failed")


class ClientFormMixin:
    """Let FormView, CreateView, UpdateView or DeleteView respond to scripts with JSON.

    Make it the first base class, so that it also handles requests that require a login.
    """

    fragment_template_name = ""
    """The template of a fragment that replaces a part of the page after success. The page then does not redirect."""

    clientforms_once = True
    """Marks the view as supporting idempotency keys, so that a repeated outbox submission is saved once."""

    _created = False

    _conflict: IntegrityError | None = None
    """The error of the database for data that was valid when it was validated."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Handle the request. The response is JSON if the request asks for it, otherwise the view's usual one."""
        return answer_once(request, lambda: self._dispatch(request, *args, **kwargs))

    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not wants_json(request):
            response = self._answer(request, *args, **kwargs)
        else:
            try:
                response = self._answer(request, *args, **kwargs)
            except PermissionDenied as error:
                _roll_back()
                response = refused(403, "permission", str(error) or _DENIED)
            if request.method == "POST" and isinstance(response, HttpResponseRedirectBase):
                response = self._accepted(request, response.url)
        patch_vary_headers(response, ("Accept",))
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the view's response.

        If another request has stored the same unique value since this one was validated, the view runs again and
        its validation reports that. Raises IntegrityError if the second validation finds no error.
        """
        response: HttpResponse
        try:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except IntegrityError as error:
            if error is not self._conflict:
                raise  # from the view's own code, which may have stored something before
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Save a valid form as the view usually does."""
        was_new = getattr(self, "object", None) is None
        with self._saving(form):
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            self._save_more()
        self._created = was_new and getattr(self, "object", None) is not None
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Respond with the form's errors."""
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        if wants_json(request):
            return rejected(request, self._forms(form))
        return super().form_invalid(form)  # type: ignore[misc]

    def handle_no_permission(self) -> HttpResponse:
        """Respond to a request without permission. Django's login and permission mixins call this."""
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        if wants_json(request) and not request.user.is_authenticated:
            login = resolve_url(self.get_login_url())  # type: ignore[attr-defined]
            return refused(401, "login", _LOGIN, login=login)
        return super().handle_no_permission()  # type: ignore[misc]

    def get_success_data(self) -> Any:
        """Return JSON-serializable `data` for the response after success, such as a primary key. None by default."""
        return None

    @contextmanager
    def _saving(self, form: Any) -> Iterator[None]:
        """Run the block in one transaction and record an IntegrityError.

        If one was recorded before, raises it again without running the block.
        """
        if self._conflict is not None:
            raise self._conflict
        models = _models(self._forms(form))
        for model in models:
            check_database(self.request, model)  # type: ignore[attr-defined]
        try:
            with _transaction(models):
                yield
        except IntegrityError as error:
            if models:  # otherwise nothing was rolled back
                self._conflict = error
            raise

    def _save_more(self) -> None:
        """Save related objects in the transaction of the form. A hook for subclasses."""

    def _forms(self, form: Any) -> list[Any]:
        return [form]

    def _accepted(self, request: HttpRequest, redirect: str) -> HttpResponse:
        html = None
        if self.fragment_template_name:
            context = self._context_afterwards()
            html = render_to_string(self.fragment_template_name, context, request)
        data = self.get_success_data()
        return accepted(
            request,
            redirect=redirect,
            created=self._created,
            html=html,
            data=data,
            saved=self._saved_rows(),
        )

    def _saved_rows(self) -> Iterable[BaseFormSet]:
        """Return the formsets whose saved rows are reported to a page that stays."""
        return ()

    def _context_afterwards(self) -> dict[str, Any]:
        """Return the context of a fragment, with a new form: for the stored object, or blank after a creation."""
        kwargs = self.get_form_kwargs()  # type: ignore[attr-defined]
        for name in ("data", "files", *(["instance"] if self._created else [])):
            kwargs.pop(name, None)
        form = self.get_form_class()(**kwargs)  # type: ignore[attr-defined]
        self._form_afterwards(form)
        context: dict[str, Any] = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return context

    def _form_afterwards(self, form: Any) -> None:
        """Prepare for rendering a fragment with this form. A hook for subclasses."""


class ClientFormSetMixin(ClientFormMixin):
    """Like ClientFormMixin, for a view with a form and formsets that are validated and saved together.

    Inline formsets belong to the form's object. The template context contains each formset under its name.
    """

    formset_classes: Mapping[str, type[BaseFormSet]] = {}
    """The formset classes by name. The name is also the formset's prefix."""

    formsets: dict[str, BaseFormSet] | None = None
    """The formsets of this request, by name."""

    def get_formset_kwargs(self, name: str) -> dict[str, Any]:
        """Return additional constructor arguments for the formset called `name`, such as `queryset`."""
        return {}

    def get_formsets(self, form: Any = None) -> dict[str, BaseFormSet]:
        """Return the formsets by name. They are bound if `form` is.

        Raises ImproperlyConfigured if the view has no `formset_classes`.
        """
        if not self.formset_classes:
            raise ImproperlyConfigured(
                f"{type(self).__name__} needs formset_classes, a dictionary of formset classes by name."
            )
        made = {}
        for name, formset_class in self.formset_classes.items():
            kwargs: dict[str, Any] = {"prefix": name}
            if form is not None and form.is_bound:
                request: HttpRequest = self.request  # type: ignore[attr-defined]
                kwargs |= {"data": request.POST, "files": request.FILES}
            if issubclass(formset_class, BaseInlineFormSet):
                kwargs["instance"] = getattr(form, "instance", None) or getattr(
                    self, "object", None
                )
            made[name] = formset_class(**{**kwargs, **self.get_formset_kwargs(name)})
        return made

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context, including the formsets."""
        if self.formsets is None:
            self.formsets = self.get_formsets()
        return super().get_context_data(**{**self.formsets, **kwargs})  # type: ignore[misc]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Validate the form and all formsets, so that all errors are reported at once."""
        if isinstance(self, BaseCreateView):
            self.object = None
        elif isinstance(self, SingleObjectMixin):
            self.object = self.get_object()
        form = self.get_form()  # type: ignore[attr-defined]
        self.formsets = self.get_formsets(form)
        if _all_valid(self._forms(form)):
            return self.form_valid(form)
        return self.form_invalid(form)

    def _save_more(self) -> None:
        """Save the formsets, in the transaction of the form."""
        for formset in (self.formsets or {}).values():
            if isinstance(formset, BaseInlineFormSet):
                formset.instance = self.object
            if hasattr(formset, "save"):
                formset.save()

    def _forms(self, form: Any) -> list[Any]:
        return [form, *(self.formsets or {}).values()]

    def _saved_rows(self) -> Iterable[BaseFormSet]:
        # A created object has a different URL: submitting the page here again would create another one.
        return () if self._created else (self.formsets or {}).values()

    def _form_afterwards(self, form: Any) -> None:
        self.formsets = self.get_formsets(form)


def respond(
    request: HttpRequest,
    form: BaseForm | BaseFormSet,
    *more: BaseForm | BaseFormSet,
    template_name: str = "",
    context: Mapping[str, Any] | None = None,
    redirect_to: Any = None,
    created: bool = False,
    fragment_template_name: str = "",
    data: Any = None,
) -> HttpResponse:
    """Return a function view's response for a form, or for several forms that belong together.

    If all forms are bound and valid, the view must have saved them already: a script gets JSON, with status 201 if
    an object was `created`, and any other request is redirected to `redirect_to` (whatever `redirect()` takes; by
    default the same page). Otherwise, a script gets the errors with status 422, and any other request gets
    `template_name`, rendered with `form` and `context`.

    If the form has an outbox, decorate the view with `once`.

    Raises ImproperlyConfigured if the template is needed and not given.
    """
    forms = (form, *more)
    warn_of_unused_key(request)
    for model in _models(forms):
        check_database(request, model)
    valid = _all_valid(forms)
    target = resolve_url(redirect_to) if redirect_to is not None else request.get_full_path()
    full = {"form": form, **(context or {})}
    response: HttpResponse
    if valid and wants_json(request):
        html = None
        if fragment_template_name:
            html = render_to_string(fragment_template_name, full, request)
        is_new = created and any(isinstance(each, BaseInlineFormSet) for each in forms)
        response = accepted(
            request,
            redirect=target,
            created=created,
            html=html,
            data=data,
            saved=() if is_new else forms,
        )
    elif valid:
        response = HttpResponseRedirect(target)
    elif wants_json(request) and any(each.is_bound for each in forms):
        response = rejected(request, forms)
    elif template_name:
        response = render(request, template_name, full)
    else:
        raise ImproperlyConfigured(
            "respond() needs template_name, because this request expects HTML."
        )
    patch_vary_headers(response, ("Accept",))
    return response


def respond_fragment(
    request: HttpRequest,
    template_name: str = "",
    context: Mapping[str, Any] | None = None,
    *,
    redirect_to: Any,
    undo: str = "",
    created: bool = False,
) -> HttpResponse:
    """Return the response to a small action, such as a button that deletes a row.

    A script gets the fragment that replaces the old one, or an empty one if there is no `template_name`. `undo` is
    the URL that reverts the action. Any other request is redirected to `redirect_to`.
    """
    response: HttpResponse
    if wants_json(request):
        html = render_to_string(template_name, context, request) if template_name else ""
        response = accepted(request, html=html, undo=undo, created=created)
    else:
        response = HttpResponseRedirect(resolve_url(redirect_to))
    patch_vary_headers(response, ("Accept",))
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Respond to a request that fails Django's CSRF check. HTML requests get Django's own page.

    If only the token was wrong, for example after a login in another tab, the JSON contains a valid token. A page of
    this site can then try again; other sites cannot read it.
    """
    if not wants_json(request):
        return django_csrf.csrf_failure(request, reason=reason)
    more = {} if reason.startswith(_OF_THE_ORIGIN) else {"csrf_token": get_token(request)}
    response = refused(403, "csrf", _UNTRUSTED.format(reason=reason), **more)
    patch_vary_headers(response, ("Accept",))
    return response


def _all_valid(forms: Iterable[Any]) -> bool:
    """Return whether all forms are valid. Every form is validated, so that all errors are reported."""
    verdicts = [form.is_valid() for form in forms]
    return all(verdicts)


def _transaction(models: Iterable[Any]) -> AbstractContextManager[Any]:
    """Return a transaction in the database of these models, or a null context if there are none."""
    for model in models:
        atomic: AbstractContextManager[Any] = transaction.atomic(using=router.db_for_write(model))
        return atomic
    return nullcontext()


def _models(forms: Iterable[Any]) -> list[Any]:
    """Return the models of the model forms and model formsets in `forms`."""
    found = [
        form._meta.model if isinstance(form, BaseModelForm) else getattr(form, "model", None)
        for form in forms
    ]
    return [model for model in found if model is not None]


def _roll_back() -> None:
    """Roll back the request's transactions, as Django does with ATOMIC_REQUESTS if a view raises an exception."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["ATOMIC_REQUESTS"] and connection.in_atomic_block:
            connection.set_rollback(True)
