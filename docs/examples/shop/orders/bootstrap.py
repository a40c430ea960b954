"""The same forms, laid out by crispy-forms."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from .forms import OrderForm, OrderLineForm
from .models import Order, OrderLine


class CrispyOrderForm(OrderForm):
    template_name = "orders/order_form.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False  # the page has the <form>
        self.helper.layout = Layout(Row(Column("name"), Column("email")), "delivery", "note")


class CrispyOrderLineForm(OrderLineForm):
    template_name = "orders/line_form.html"


class BaseLines(forms.BaseInlineFormSet):
    template_name = "orders/lines.html"


CrispyLineFormSet = forms.inlineformset_factory(
    Order,
    OrderLine,
    form=CrispyOrderLineForm,
    formset=BaseLines,
    extra=0,
    min_num=1,
    validate_min=True,
    max_num=5,
)
