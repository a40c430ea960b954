"""Django's forms with classes of Tailwind."""

from django import forms
from django.forms.utils import ErrorList

BOX = "block w-full rounded-md border bg-white px-3 py-2 text-slate-900"
OPTIONS = "accent-indigo-700 [&_input]:me-2 [&_input]:size-5 [&_input]:align-middle"
CLASSES = {
    "checkbox": "size-5 accent-indigo-700",
    "checkboxselectmultiple": OPTIONS,
    "radioselect": OPTIONS,
}


class TailwindField(forms.BoundField):
    """Gives the control its classes, others while the field has errors."""

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        state = "border-red-700 ring-1 ring-red-700" if self.errors else "border-slate-500"
        attrs["class"] = CLASSES.get(self.widget_type, f"{BOX} {state}")
        return attrs


class TailwindErrors(ErrorList):
    template_name = "course/errors.html"


class TailwindForm(forms.Form):
    bound_field_class = TailwindField
    template_name = "course/form.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "error_class": TailwindErrors})
