"""Forms that a function makes live as those of a class do."""

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.targets.dotted_paths import form_name, live_of
from clientforms.engine.targets.function_targets import class_made_by
from clientforms.errors import TargetError


class OrderForm(forms.Form):
    amount = forms.IntegerField(min_value=1)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["note"] = forms.CharField(max_length=user["longest"])


def plain():
    return OrderForm(user={"longest": 3})


def with_arguments(data=None, files=None, prefix=None, initial=None):
    return OrderForm(data, files, prefix=prefix, initial=initial, user={"longest": 3})


def with_any(**kwargs):
    return OrderForm(user={"longest": 3}, **kwargs)


def a_class():
    class MadeForm(OrderForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, user={"longest": 3}, **kwargs)

    return MadeForm


@pytest.mark.parametrize("function", [plain, with_arguments, with_any, a_class])
@pytest.mark.parametrize("prefix", [None, "shop"])
def test_a_form_is_made_anew_each_time_with_the_arguments_that_count(function, prefix):
    live = ClientForm(class_made_by(function, "make"), prefix=prefix, initial={"amount": 7})
    lead = f"{prefix}-" if prefix else ""
    assert live.post_data() == {f"{lead}amount": ["7"], f"{lead}note": [""]}
    assert live.set_data({"amount": "0", "note": "long"}) is False
    assert set(live.errors) == {"amount", "note"}
    assert live.set_data({"amount": "2", "note": "ok"}) is True
    assert live.cleaned_data == {"amount": 2, "note": "ok"}
    assert live.has_changed()
    assert f'name="{lead}note"' in live.render_row(0)


def test_a_formset_keeps_what_it_was_made_with():
    made = forms.formset_factory(OrderForm, extra=1)

    def make_orders():
        return made(prefix="orders", initial=[{"amount": 5}], form_kwargs={"user": {"longest": 2}})

    live = ClientFormSet(class_made_by(make_orders, "make_orders"))
    assert live.prefix == "orders"
    assert live.post_data()["orders-0-amount"] == ["5"]
    live.add_another()
    assert len(live) == 3
    assert live.set_data([{"amount": "1", "note": "abc"}]) is False
    assert list(live.errors[0]) == ["note"]


def test_a_container_may_name_a_function():
    live = live_of({"data-form": f"{__name__}.plain"}, lambda _: None)
    assert list(live.fields) == ["amount", "note"]
    assert form_name("shop.forms.make_order_form") == "order"
    assert form_name("shop.forms.OrderForm") == "order"


def test_what_is_no_form_is_told():
    with pytest.raises(TargetError, match=r"make\(\) returned 3\. Let it return a form"):
        class_made_by(lambda: 3, "make")
