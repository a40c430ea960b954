"""Rows never share what differs between them, whatever sets it, from what, and by which way.

Each case is a form that sets one thing of one field for itself: every thing that can be set, from
all that a form can know of its row, through code of every kind. Django is the oracle.
"""

import functools
import itertools
import sys
from types import ModuleType

import pytest
from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator

from clientforms import ClientFormSet, ConditionalFieldsMixin
from clientforms.engine.html.html_controls import submitted
from tests.engine.oracle import assert_same_verdict, fresh_formset

WORDS = ["ann", "ben", "cy"]


def choices(form, word):
    form.fields["pick"].choices = [(word, word.title()), ("all", f"All but {word}")]


def widget_choices(form, word):
    form.fields["pick"].widget.choices = [(word, word.title())]


def callable_choices(form, word):
    form.fields["pick"].choices = lambda: [(word, word.title())]


def grown_choices(form, word):
    form.fields["pick"].choices += [(word, word.title())]


def initial(form, word):
    form.fields["text"].initial = word


def callable_initial(form, word):
    form.fields["text"].initial = lambda: word


def initial_of_the_form(form, word):
    form.initial = {**form.initial, "text": word}


def required(form, word):
    form.fields["text"].required = word == "ben"


def disabled(form, word):
    form.fields["text"].disabled = word == "ben"


def label(form, word):
    form.fields["text"].label = word


def help_text(form, word):
    form.fields["text"].help_text = word


def attributes(form, word):
    form.fields["text"].widget.attrs["placeholder"] = word


def validators(form, word):
    form.fields["text"].validators.append(MaxLengthValidator(len(word)))


def messages(form, word):
    form.fields["text"].error_messages["required"] = f"Say it, {word}."


def limits(form, word):
    field = form.fields["number"]
    field.min_value, field.max_value = 0, len(word)
    field.validators += [MinValueValidator(0), MaxValueValidator(len(word))]
    field.widget.attrs |= {"min": 0, "max": len(word)}


def widget(form, word):
    if word == "ben":
        form.fields["text"].widget = forms.Textarea()


def localize(form, word):
    form.fields["number"].localize = form.fields["number"].widget.is_localized = word == "ben"


def input_formats(form, word):
    form.fields["day"].input_formats = ["%d.%m.%Y"] if word == "ben" else ["%Y-%m-%d"]


def empty_value(form, word):
    form.fields["text"].empty_value = word


def another_field(form, word):
    form.fields["text"] = forms.CharField(max_length=len(word), required=False)


def one_more(form, word):
    form.fields[word] = forms.CharField(required=False)


def one_less(form, word):
    if word == "ben":
        del form.fields["number"]


def order(form, word):
    form.order_fields(["number", "pick"] if word == "ben" else ["text"])


def error_class(form, word):
    form.error_css_class = word
    form.required_css_class = f"wants-{word}"


THINGS = [
    choices, widget_choices, callable_choices, grown_choices, initial, callable_initial,
    initial_of_the_form, required, disabled, label, help_text, attributes, validators, messages,
    limits, widget, localize, input_formats, empty_value, another_field, one_more, one_less, order,
    error_class,
]  # fmt: skip
RULES = [required, validators, messages, limits, input_formats]
"""What a form can still set as it is cleaned: its controls are in the page before."""


class PersonForm(forms.Form):
    text = forms.CharField(required=False)
    pick = forms.ChoiceField(choices=[("none", "Nobody")], required=False)
    number = forms.IntegerField(required=False)
    day = forms.DateField(required=False)


class ByNumber(forms.BaseFormSet):
    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "word": WORDS[(index or 0) % 3]}


def made(name, body, *, init=None, base=PersonForm, formset=forms.BaseFormSet, **options):
    form = type(
        name, (base,), {"__module__": __name__, **({"__init__": init} if init else {}), **body}
    )
    return forms.formset_factory(form, formset=formset, extra=2, can_delete=True, **options)


def from_the_number(thing):
    def init(self, *args, word, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        thing(self, word)

    return made("Numbered", {}, init=init, formset=ByNumber), {}


def from_form_kwargs(thing):
    def init(self, *args, words, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        thing(self, words.get(str(self.prefix)[-1:], "cy"))

    return made("Given", {}, init=init), {
        "form_kwargs": {"words": dict(zip("012", WORDS, strict=True))}
    }


def from_the_initial(thing):
    def init(self, *args, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        thing(self, self.initial.get("text") or "cy")

    return made("Initial", {}, init=init), {}


def from_the_data(thing):
    def init(self, *args, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        thing(self, self.data.get(self.add_prefix("text")) or "cy")

    return made("Data", {}, init=init), {}


def from_add_fields(thing):
    def add_fields(self, form, index):
        forms.BaseFormSet.add_fields(self, form, index)
        thing(form, WORDS[(index or 0) % 3])

    formset = type("Adds", (forms.BaseFormSet,), {"__module__": __name__, "add_fields": add_fields})
    return made("Added", {}, formset=formset), {}


SOURCES = [from_the_number, from_form_kwargs, from_the_initial, from_the_data, from_add_fields]


def word_of(form):
    return form.data.get(form.add_prefix("text")) or "cy"


class Helper:
    """Sets things of a form, as an object that the form's code makes."""

    def __init__(self, form, thing):
        self.form = form
        self.thing = thing

    def work(self):
        self.thing(self.form, word_of(self.form))


HELPER = ModuleType("helper_of_rows_apart")
sys.modules[HELPER.__name__] = HELPER


class Registry:
    def work(self, form):
        self.thing(form, word_of(form))


REGISTRY = Registry()


def in_full_clean(thing):
    def full_clean(self):
        thing(self, word_of(self))
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_a_class(thing):
    def full_clean(self):
        Helper(self, thing).work()
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_a_module(thing):
    HELPER.work = lambda form: thing(form, word_of(form))

    def full_clean(self):
        HELPER.work(self)
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_an_import(thing):
    HELPER.work = lambda form: thing(form, word_of(form))

    def full_clean(self):
        from helper_of_rows_apart import work

        work(self)
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_an_object(thing):
    REGISTRY.thing = thing

    def full_clean(self):
        REGISTRY.work(self)
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_a_partial(thing):
    work = functools.partial(lambda given, form: given(form, word_of(form)), thing)

    def full_clean(self):
        work(self)
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_a_wrapper(thing):
    def wrapping(function):
        @functools.wraps(function)
        def wrapper(self):
            thing(self, word_of(self))
            return function(self)

        return wrapper

    @wrapping
    def full_clean(self):
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def through_a_list(thing):
    works = [lambda form: thing(form, word_of(form))]

    def full_clean(self):
        for work in works:
            work(self)
        forms.Form.full_clean(self)

    return {"full_clean": full_clean}


def in_a_rule(thing):
    """A rule of the first field sets what the others are cleaned by."""

    def clean_text(self):
        thing(self, word_of(self))
        return self.cleaned_data["text"]

    return {"clean_text": clean_text}


WAYS = [
    in_full_clean, through_a_class, through_a_module, through_an_import, through_an_object,
    through_a_partial, through_a_wrapper, through_a_list, in_a_rule,
]  # fmt: skip


class Declared(ConditionalFieldsMixin, forms.Form):
    text = forms.CharField(required=False)
    pick = forms.ChoiceField()
    number = forms.IntegerField(required=False)
    day = forms.DateField(required=False)

    choices_for = {"pick": lambda data: [(data["text"] or "cy", "One"), ("all", "All")]}
    require_if = {"number": lambda data: data["text"] == "ben"}


CASES = {
    **{
        f"{source.__name__} {thing.__name__}": lambda source=source, thing=thing: source(thing)
        for source, thing in itertools.product(SOURCES, THINGS)
        if not (thing is callable_initial and source in (from_the_number, from_add_fields))
    },  # what a callable says is a row's for life, whatever its number
    **{
        f"{way.__name__} {thing.__name__}": lambda way=way, thing=thing: (
            made("Cleaned", way(thing)),
            {},
        )
        for way, thing in itertools.product(WAYS, RULES)
    },
    "declared": lambda: (made("Conditions", {}, base=Declared), {}),
}


@pytest.mark.parametrize("case", CASES)
def test_each_row_is_as_django_makes_it(case):
    formset_class, kwargs = CASES[case]()
    initial = [{"text": "ann", "pick": "ann"}, {"text": "ben", "pick": "ben", "number": 1}]
    live = ClientFormSet(formset_class, prefix="set", initial=initial, **kwargs)
    assert first_values(live) == first_values_of_django(formset_class, initial, kwargs)
    same_as_django(live, kwargs)
    rows = [
        {"text": "ben", "pick": "all", "number": 4},
        {"text": "ann", "pick": "all", "number": 3},
        {"text": "cy", "pick": "cy", "number": 2, "day": "2026-01-02"},
    ]
    fields = [live.blank_form(index).fields for index in range(3)]
    live.set_data(
        [
            {name: value for name, value in row.items() if name in there}
            for row, there in zip(rows, fields, strict=True)
        ]
    )
    same_as_django(live, kwargs)
    live.duplicate(2)
    same_as_django(live, kwargs)
    live.input(live.keys[0], {"set-0-text": ["ann"]})
    live.validate_field(live.keys[0], "text")
    same_as_django(live, kwargs)
    live.remove_form(2)
    live.validate()
    same_as_django(live, kwargs)


def same_as_django(live, kwargs):
    """What the rows say, and how those look that set things as they are made."""
    assert_same_verdict(live, **kwargs)
    fresh = fresh_formset(live, **kwargs)
    assert fresh.is_valid() == live.is_valid()
    for form, oracle in zip(live.forms, fresh.forms, strict=True):
        if isinstance(form, Declared) or type(form).full_clean is forms.Form.full_clean:
            assert str(form) == str(oracle)


def first_values(live):
    return {key: value for key, value in live.post_data().items() if not key.endswith("_FORMS")}


def first_values_of_django(formset_class, initial, kwargs):
    formset = formset_class(prefix="set", initial=initial, **kwargs)
    posted = {}
    for form in formset.forms:
        posted |= submitted(str(form))
        name = form.add_prefix("pick")
        chosen = form["pick"].value() if name in posted else None
        if chosen and chosen not in dict(form["pick"].field.widget.choices):
            posted[name] = [chosen]  # a browser alone would choose another
    return posted
