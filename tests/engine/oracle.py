"""Django as the oracle: what a fresh formset says of the data that the page would post."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm, BaseFormSet
from django.utils.datastructures import MultiValueDict

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.post.query_dict import query_dict

__all__ = ["assert_same_form_verdict", "assert_same_verdict", "fresh_formset"]


def fresh_formset(live: ClientFormSet, **kwargs: Any) -> BaseFormSet:
    """Build the user's own class anew from what the page would post, as a server would."""
    return live.formset_class(
        data=query_dict(live.post_data()),
        files=MultiValueDict(live.posted_files()),
        initial=live.initial,
        prefix=live.prefix,
        **kwargs,
    )


def assert_same_verdict(live: ClientFormSet, **kwargs: Any) -> BaseFormSet:
    """Compare all that a formset says; `kwargs` are what the server's view would pass besides."""
    oracle = fresh_formset(live, **kwargs)
    assert live.is_valid() == oracle.is_valid()
    assert live.errors == oracle.errors
    assert live.non_form_errors() == oracle.non_form_errors()
    assert live.non_form_errors().get_json_data() == oracle.non_form_errors().get_json_data()
    assert live.total_error_count() == oracle.total_error_count()
    assert live.has_changed() == oracle.has_changed()
    assert live.is_multipart() == oracle.is_multipart()
    assert min(live.total_form_count(), oracle.absolute_max) == oracle.total_form_count()
    assert live.initial_form_count() == oracle.initial_form_count()
    assert list(map(facts, live.forms)) == list(map(facts, oracle.forms))
    for name in ("cleaned_data", "deleted_forms", "ordered_forms"):
        assert said(live, name) == said(oracle, name)
    return oracle


def facts(form: BaseForm) -> dict[str, Any]:
    """What there is to know of a form."""
    return {
        "prefix": form.prefix,
        "errors": form.errors.get_json_data(),
        "cleaned_data": comparable(form.cleaned_data),
        "changed_data": form.changed_data,
        "empty_permitted": form.empty_permitted,
        "fields": list(form.fields),
    }


def comparable(value: Any) -> Any:
    """Files, which are made anew for each formset, by what is in them."""
    match value:
        case dict():
            return {name: comparable(each) for name, each in value.items()}
        case UploadedFile():
            value.seek(0)
            return value.name, value.size, value.content_type, value.read()
    return value


def said(formset: ClientFormSet | BaseFormSet, name: str) -> Any:
    """What `formset` answers when asked for `name`: forms by prefix, or the exception."""
    try:
        answer = getattr(formset, name)
    except AttributeError:
        return AttributeError
    return [each.prefix if isinstance(each, BaseForm) else comparable(each) for each in answer]


def assert_same_form_verdict(live: ClientForm) -> None:
    oracle = live.form_class(
        data=query_dict(live.post_data()),
        files=MultiValueDict(live.posted_files()),
        initial=live.initial,
        prefix=live.prefix,
    )
    assert live.is_valid() == oracle.is_valid()
    assert facts(live.form) == facts(oracle)
