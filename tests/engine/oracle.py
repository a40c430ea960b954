"""Django as the oracle: what a fresh formset says of the data that the page would post."""

from django.forms import BaseFormSet

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.query import query_dict


def fresh_formset(live: ClientFormSet) -> BaseFormSet:
    """Build the user's own class anew from `post_data()`, as a server would."""
    return live.formset_class(
        data=query_dict(live.post_data()), initial=live.initial, prefix=live.prefix
    )


def assert_same_verdict(live: ClientFormSet) -> None:
    oracle = fresh_formset(live)
    assert live.is_valid() == oracle.is_valid()
    assert live.errors == oracle.errors
    assert live.non_form_errors() == oracle.non_form_errors()
    assert live.total_error_count() == oracle.total_error_count()
    assert live.has_changed() == oracle.has_changed()
    assert [each.errors for each in live.forms] == [each.errors for each in oracle.forms]
    assert [each.cleaned_data for each in live.forms] == [
        each.cleaned_data for each in oracle.forms
    ]
    if oracle.is_valid():
        assert live.cleaned_data == oracle.cleaned_data
        assert [each.prefix for each in live.deleted_forms] == [
            each.prefix for each in oracle.deleted_forms
        ]
        if oracle.can_order:
            assert [each.prefix for each in live.ordered_forms] == [
                each.prefix for each in oracle.ordered_forms
            ]


def assert_same_form_verdict(live: ClientForm) -> None:
    oracle = live.form_class(
        data=query_dict(live.post_data()), initial=live.initial, prefix=live.prefix
    )
    assert live.is_valid() == oracle.is_valid()
    assert live.errors == oracle.errors
    assert live.cleaned_data == oracle.cleaned_data
