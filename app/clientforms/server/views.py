"""Views that answer a script with JSON, and everybody else with a page: mixins, and functions for function views.

The server validates what it gets, whatever the page found. What the JSON has is in `response_json.py`.
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
    """For FormView, CreateView, UpdateView and DeleteView: the same view answers scripts with JSON.

    Write it first among the bases, so that it also answers for a log-in that is missing.
    """

    fragment_template_name = ""
    """A template of the part of the page that is shown anew after success; the page then stays."""

    clientforms_once = True
    """What an outbox sends again is not saved again."""

    _created = False

    _conflict: IntegrityError | None = None
    """Why the database did not store what was valid a moment before."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the request: with JSON if it asks for that, else as the view always does."""
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
        """Return the view's answer.

        If another request has stored the same unique value since this one was validated, the view
        validates again, and finds that. Raises IntegrityError if it finds nothing wrong.
        """
        response: HttpResponse
        try:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except IntegrityError as error:
            if error is not self._conflict:
                raise  # the view's own, which may have stored something before
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Do what the view does with a valid form."""
        was_new = getattr(self, "object", None) is None
        with self._saving(form):
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            self._save_more()
        self._created = was_new and getattr(self, "object", None) is not None
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Answer what is wrong."""
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        if wants_json(request):
            return rejected(request, self._forms(form))
        return super().form_invalid(form)  # type: ignore[misc]

    def handle_no_permission(self) -> HttpResponse:
        """Answer who may not come here; called by Django's own mixins about log-in and permissions."""
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        if wants_json(request) and not request.user.is_authenticated:
            login = resolve_url(self.get_login_url())  # type: ignore[attr-defined]
            return refused(401, "login", _LOGIN, login=login)
        return super().handle_no_permission()  # type: ignore[misc]

    def get_success_data(self) -> Any:
        """Return what a script gets as `data` after success, plain values such as a key. By default, nothing."""
        return None

    @contextmanager
    def _saving(self, form: Any) -> Iterator[None]:
        """Save in one transaction. Notes a conflict; if there was one before, raises it again and saves nothing."""
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
        """Save what belongs to the form."""

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
        """Return formsets whose rows a page can go on with."""
        return ()

    def _context_afterwards(self) -> dict[str, Any]:
        """Return the context of a fragment, with a form as it is now: of what is stored, or a blank one."""
        kwargs = self.get_form_kwargs()  # type: ignore[attr-defined]
        for name in ("data", "files", *(["instance"] if self._created else [])):
            kwargs.pop(name, None)
        form = self.get_form_class()(**kwargs)  # type: ignore[attr-defined]
        self._form_afterwards(form)
        context: dict[str, Any] = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return context

    def _form_afterwards(self, form: Any) -> None:
        """Take note of the form of a fragment."""


class ClientFormSetMixin(ClientFormMixin):
    """The same for a view with a form and formsets, which are validated and saved together.

    Inline formsets belong to the form's object. Each formset is in the template's context by its name.
    """

    formset_classes: Mapping[str, type[BaseFormSet]] = {}
    """The formset classes by name, which is their prefix too."""

    formsets: dict[str, BaseFormSet] | None = None
    """Those of this request."""

    def get_formset_kwargs(self, name: str) -> dict[str, Any]:
        """Return more arguments of the constructor of the formset called `name`, such as its `queryset`."""
        return {}

    def get_formsets(self, form: Any = None) -> dict[str, BaseFormSet]:
        """Return the formsets by name, those of `form`: bound if it is.

        Raises ImproperlyConfigured if the view names none.
        """
        if not self.formset_classes:
            raise ImproperlyConfigured(
                f"{type(self).__name__} needs formset_classes, a dictionary of names and formset classes."
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
        """Return the context, with the formsets in it."""
        if self.formsets is None:
            self.formsets = self.get_formsets()
        return super().get_context_data(**{**self.formsets, **kwargs})  # type: ignore[misc]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Validate form and formsets; all of them, so that all errors are reported."""
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
        # What was created has an address of its own: at this one, the page would create it again.
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
    """Return a function view's answer about a form, or several that belong together.

    If all of them are bound and valid, the view has done its work before: a script gets JSON, with status
    201 if something was `created`; everybody else goes to `redirect_to` (whatever `redirect()` takes; by
    default the same page). Otherwise a script gets the errors with status 422, everybody else
    `template_name`, with `form` and `context`. Raises ImproperlyConfigured if that template is needed and
    not given.

    The view's work is done by then. If its form has an outbox, decorate the view with `once`.
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
        raise ImproperlyConfigured("respond() needs template_name: this request gets a page.")
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
    """Return the answer to a small action, such as a button that deletes a row.

    A script gets the fragment that takes the place of the old one, nothing if there is no
    `template_name`; `undo` is the address that takes the action back. Everybody else goes to `redirect_to`.
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
    """Answer a request that Django's protection against forged requests refuses; Django's own page for people.

    If only the token was wrong, as after a log-in in another tab, the answer has one that is right: a page
    of this site can try again, and no other site can read it.
    """
    if not wants_json(request):
        return django_csrf.csrf_failure(request, reason=reason)
    more = {} if reason.startswith(_OF_THE_ORIGIN) else {"csrf_token": get_token(request)}
    response = refused(403, "csrf", _UNTRUSTED.format(reason=reason), **more)
    patch_vary_headers(response, ("Accept",))
    return response


def _all_valid(forms: Iterable[Any]) -> bool:
    """Return whether all of them are valid; each is asked, so that each has its errors."""
    verdicts = [form.is_valid() for form in forms]
    return all(verdicts)


def _transaction(models: Iterable[Any]) -> AbstractContextManager[Any]:
    """Return a transaction in the database of these models, nothing if there are none."""
    for model in models:
        atomic: AbstractContextManager[Any] = transaction.atomic(using=router.db_for_write(model))
        return atomic
    return nullcontext()


def _models(forms: Iterable[Any]) -> list[Any]:
    """Return the models of those forms and formsets that have one."""
    found = [
        form._meta.model if isinstance(form, BaseModelForm) else getattr(form, "model", None)
        for form in forms
    ]
    return [model for model in found if model is not None]


def _roll_back() -> None:
    """Undo what the request did in the database, as Django does with ATOMIC_REQUESTS if an exception passes."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["ATOMIC_REQUESTS"] and connection.in_atomic_block:
            connection.set_rollback(True)
