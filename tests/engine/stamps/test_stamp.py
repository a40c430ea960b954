"""Stamped rows are what Django renders, for every kind of field, or there is no stamp."""

import datetime
import decimal
from html import escape
from pathlib import Path

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template.backends.django import DjangoTemplates as DjangoBackend
from django.utils.safestring import mark_safe
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientforms import ClientFormSet, ConditionalFieldsMixin
from clientforms.engine.data import from_python
from clientforms.engine.html.form_html import LAYOUTS
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.stamps.formset_stamps import WORTHWHILE, StampedRows
from clientforms.engine.stamps.stamp import GAP, PREFIX
from tests.engine.catalogue import KINDS
from tests.engine.generated import FieldPlan, field_plans

HOSTILE = [
    '<script>alert("1")</script>', "&amp; &#x27; '", "clientforms7stamp-title", "clientforms7text",
    "\0", "__prefix__", "set-0-text", "\n first", "a\r\nb\rc", "  ", "%s %(a)s", "{{ value }}", "é🙂",
]  # fmt: skip
THOROUGH = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def make_formset(fields, **options):
    form = type("StampedForm", (forms.Form,), fields)
    return forms.formset_factory(form, extra=2, max_num=9, absolute_max=99, **options)


def expect_alike(live, layout="div"):
    """Compare each row of `live` with Django's own, and what a blank one would hold."""
    live.layout = layout
    stamps, empty = StampedRows(live.formset_class), live._django.empty
    for index, row in enumerate(live.rows):
        stamp = stamps.of(empty, index < live.initial_form_count(), WORTHWHILE)
        assert stamp is not None
        prefix = live.prefix_of(index)
        initial = stamps.initial_of(empty, row, index, stamp)
        blank = live._django.blank_form_of(row, index)
        assert list(stamp.fresh(initial).items()) == list(from_python.fresh(blank, prefix).items())
        cut = stamp.cut(layout, prefix, row.values, initial)
        stamped = cut and cut.html(prefix)
        if cut is not None and cut.is_text:
            first, *pieces = cut.shape.replace(PREFIX, prefix).split(GAP)
            filled = zip(map(escape, cut.texts), pieces, strict=True)
            assert stamped == first + "".join(text + piece for text, piece in filled)
        if stamped is None:
            assert "clientforms7stamp" in str(row.values) or r"\x00" in str(row.values)
        else:
            assert stamped == live.render_row(index)


@THOROUGH
@given(
    drawn=st.lists(field_plans(), min_size=1, max_size=5, unique_by=lambda each: each.kind.name),
    prefix=st.sampled_from(["set", None, "set-1", "initial-set", "x__prefix__"]),
    options=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["can_order", "can_delete", "can_delete_extra"], st.booleans())
    ),
    layout=st.sampled_from(LAYOUTS),
    auto_id=st.sampled_from(["id_%s", False, True, "%s"]),
    choose=st.data(),
)
def test_rows_of_every_kind_are_stamped_as_django_renders_them(
    drawn, prefix, options, layout, auto_id, choose
):
    plans = {each.kind.name: each for each in drawn}
    formset = make_formset({name: each.make() for name, each in plans.items()}, **options)
    row = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(each.kind.initial) for name, each in plans.items()}
    )
    initial = choose.draw(st.lists(row, min_size=1, max_size=3))
    live = ClientFormSet(formset, prefix=prefix, initial=initial, auto_id=auto_id)
    for index in range(len(live)):
        type_something(live, index, plans, choose)
    expect_alike(live, layout)


def type_something(live, index, plans, choose):
    typed = {}
    for name, plan in plans.items():
        if plan.can_be_typed and choose.draw(st.booleans()):
            for end, values in plan.kind.typed.items():
                texts = [*values, *([each] for each in HOSTILE)]
                typed[f"{live.prefix_of(index)}-{name}{end}"] = choose.draw(st.sampled_from(texts))
    live.input(live.keys[index], typed)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_a_kind_of_field_is_stamped_with_each_of_its_values(kind):
    plan = FieldPlan(kind)
    formset = make_formset({"each": plan.make()})
    live = ClientFormSet(formset, initial=[{"each": each} for each in (*kind.initial, None)])
    expect_alike(live)
    for end, values in kind.typed.items():
        for value in (*values, *([each] for each in HOSTILE)):
            live.input(live.keys[0], {f"form-0-each{end}": value})
            expect_alike(live)


def test_numbers_and_dates_are_stamped_in_the_words_of_the_language():
    fields = {
        "much": forms.DecimalField(localize=True),
        "day": forms.DateField(localize=True),
        "time": forms.SplitDateTimeField(localize=True, required=False),
    }
    moment = datetime.datetime(1922, 2, 2, 10, 30, 1, 5)
    with override("de"):
        row = {"much": decimal.Decimal("1234.5"), "day": moment.date(), "time": moment}
        expect_alike(ClientFormSet(make_formset(fields), initial=[row]))


def test_a_stamp_follows_the_language():
    live = ClientFormSet(make_formset({"ok": forms.BooleanField()}, can_delete=True))
    stamps = StampedRows(live.formset_class)
    english = stamps.of(live._django.empty, False, 9).cut("div", "form-0", {}, {}).html("form-0")
    with override("de"):
        german = stamps.of(live._django.empty, False, 9).cut("div", "form-0", {}, {}).html("form-0")
        assert german == live.render_row(0) != english


def test_text_that_is_said_to_be_html_is_stamped_as_such():
    fields = {"text": forms.CharField(), "area": forms.CharField(widget=forms.Textarea)}
    row = dict.fromkeys(fields, mark_safe("&lt;b&gt; &amp; <i>"))
    expect_alike(ClientFormSet(make_formset(fields), initial=[row]))


@pytest.mark.parametrize("label", ["a\0b", "\0", "\0text\0", "a\0text\0b\0c"])
def test_a_label_with_what_stands_for_gaps_is_rendered_by_django(label):
    fields = {"text": forms.CharField(label=label)}
    formset = make_formset(fields)
    live = ClientFormSet(formset, initial=[{"text": "a"}] * WORTHWHILE)
    stamp = StampedRows(formset).of(formset(initial=[{}]), True, WORTHWHILE)
    assert stamp is not None
    assert stamp.cut("div", "set-0", {"text": ["a"]}, {}) is None
    assert [label in live.render_row(index) for index in range(2)] == [True, True]


def test_looks_that_django_gives_by_declaration_are_stamped():
    class Decorated(forms.Form):
        error_css_class = "wrong"
        required_css_class = "must"
        use_required_attribute = True
        given = forms.CharField(
            help_text="Say <b>what</b>.", label="G & T", label_suffix="!",
            widget=forms.TextInput({"class": "big", "data-x": "1", "placeholder": "__prefix__"}),
        )  # fmt: skip
        dates = forms.SplitDateTimeField(help_text="When?")
        some = forms.MultipleChoiceField(
            choices=[("Group", [("a", "A"), ("b", "B & b")]), ("c", "C")],
            widget=forms.CheckboxSelectMultiple, help_text="Any",
        )  # fmt: skip
        number = forms.IntegerField(widget=forms.RadioSelect(choices=[(1, "x"), (2, "y")]))
        secret = forms.CharField(widget=forms.HiddenInput, initial="s")

    formset = forms.formset_factory(Decorated, extra=2, can_order=True, can_delete=True)
    rows = [{"given": "x", "some": ["a", "c"], "number": 2}, {"number": "1", "ORDER": 7}]
    for layout in LAYOUTS:
        expect_alike(ClientFormSet(formset, initial=rows), layout)
    live = ClientFormSet(formset, form_kwargs={"initial": {"given": "all"}, "label_suffix": "?"})
    expect_alike(live)


class Custom(forms.Form):
    title = forms.CharField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.initial.get("title"):
            self.fields["title"].disabled = True


class Conditional(ConditionalFieldsMixin, forms.Form):
    ok = forms.BooleanField()
    why = forms.CharField()
    show_if = {"why": "ok"}


class OwnTemplate(forms.Form):
    template_name = "own.html"
    title = forms.CharField()


class OwnFieldTemplate(forms.Form):
    title = forms.CharField(template_name="own.html")


class OwnRenderer(forms.Form):
    default_renderer = TemplatesSetting()
    title = forms.CharField()


class LoudRenderer(DjangoTemplates):
    def render(self, template_name, context, request=None):
        return super().render(template_name, context, request).upper()


class Loud(forms.Form):
    default_renderer = LoudRenderer()
    title = forms.CharField()


class LoudBoundField(forms.BoundField):
    def label_tag(self, *args, **kwargs):
        return self.value()


class LoudField(forms.CharField):
    def get_bound_field(self, form, field_name):
        return LoudBoundField(form, self, field_name)


class OwnBoundField(forms.Form):
    title = LoudField()


@pytest.mark.parametrize(
    "form",
    [Custom, Conditional, OwnTemplate, OwnFieldTemplate, OwnRenderer, Loud, OwnBoundField],
)
def test_forms_that_may_look_otherwise_in_some_row_have_no_stamp(form):
    formset = forms.formset_factory(form, extra=9)
    assert StampedRows(formset).of(formset(), False, 9) is None


def test_formsets_that_make_forms_by_their_number_have_no_stamp():
    class ByNumber(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.fields["title"].label = f"Title {index}"

    form = type("Titled", (forms.Form,), {"title": forms.CharField()})
    formset = forms.formset_factory(form, formset=ByNumber, extra=9)
    assert StampedRows(formset).of(formset(), False, 9) is None


class Shouting(forms.TextInput):
    def format_value(self, value):
        return (value or "").upper()


class Preview(forms.TextInput):
    def render(self, name, value, attrs=None, renderer=None):
        html = super().render(name, value, attrs, renderer)
        return html + mark_safe(f"<img src='/{len(value or '')}/{name}'>")


def test_widgets_of_an_authors_own_are_rendered_for_each_row():
    turn = iter(range(1000))
    fields = {
        "loud": forms.CharField(widget=Shouting),
        "seen": forms.CharField(widget=Preview),
        "turn": forms.ChoiceField(choices=lambda: [(n, n) for n in range(5)]),
        "secret": forms.CharField(widget=forms.PasswordInput(render_value=True)),
    }
    rows = [{"loud": f"a{next(turn)}", "seen": "b" * n, "turn": n, "secret": n} for n in range(4)]
    expect_alike(ClientFormSet(make_formset(fields), initial=rows))


def test_a_callable_initial_is_asked_once_for_each_row():
    turn = iter(range(1000))
    fields = {"number": forms.IntegerField(initial=lambda: next(turn))}
    live = ClientFormSet(make_formset(fields), initial=[{}, {"number": lambda: 70 + next(turn)}])
    expect_alike(live)
    held = [row.values[f"{PLACEHOLDER}-number"] for row in live.rows]
    assert len({text for (text,) in held}) == len(live)


PLAIN = {
    "around": "<b class='row'>{% include 'django/forms/div.html' %}<i data-x></i></b>",
    "each": "{{ errors }}{% for field in form %}<p id='{{ field.auto_id }}_p'>{{ field.label_tag }}"
            "{% if field.help_text %}<i>{{ field.help_text|upper }}</i>{% endif %}{{ field }}</p>"
            "{% endfor %}",
    "by name": "<td>{{ form.title }}</td><td>{{ form.size.errors }}{{ form.size }}"
               "{{ form.title.id_for_label }}</td>",
    "fields": "{% for field, errors in fields %}{% with x=field.css_classes %}<p class='{{ x }}'>"
              "{{ errors }}{{ field }}{{ forloop.counter }}</p>{% endwith %}{% endfor %}",
    "lists": "{% spaceless %}{% for each in form.visible_fields %}{{ each }}{% empty %}-{% endfor %}"
             "{% for each in form.hidden_fields %}{{ each }}{% endfor %}{% endspaceless %}",
}  # fmt: skip
NOT_PLAIN = {
    "a value": "{{ form.title.value }}{{ form.title }}",
    "a value by a loop": "{% for f in form %}{{ f }}{% if f.value %}!{% endif %}{% endfor %}",
    "a value by a name": "{% with x=form.title %}{{ x.value }}{% endwith %}",
    "initial": "{{ form.title.initial }}",
    "data": "{% for name, value in form.data.items %}{{ value }}{% endfor %}",
    "a radio button": "{% for radio in form.size %}{{ radio }}{% endfor %}",
    "one radio button": "{{ form.size.0 }}",
    "an attribute of the author's": "{{ form.greeting }}",
    "a filter": "{{ form.title|upper }}",
    "the prefix": "{% if form.title.html_name == 'form-0-title' %}first{% endif %}",
    "the time": "{% now 'Y' %}",
    "an include by value": "{% include form.title.value %}",
    "an include that does so": "{% include 'value.html' %}",
}


def templated(source):
    """Return a formset of forms that have this template."""

    class Renderer(DjangoTemplates):
        engine = DjangoBackend(
            {
                "APP_DIRS": False, "DIRS": [], "NAME": "test",
                "OPTIONS": {"loaders": [
                    ("django.template.loaders.locmem.Loader",
                     {"form.html": source, "value.html": "{{ form.title.value }}"}),
                    ("django.template.loaders.filesystem.Loader",
                     [Path(forms.__file__).parent / "templates"]),
                ]},
            }
        )  # fmt: skip

    class Templated(forms.Form):
        template_name = "form.html"
        title = forms.CharField(help_text="A title")
        size = forms.ChoiceField(choices=[("s", "S"), ("l", "L")], widget=forms.RadioSelect)
        key = forms.CharField(widget=forms.HiddenInput, required=False)

    return forms.formset_factory(Templated, extra=2, renderer=Renderer())


@pytest.mark.parametrize("name", PLAIN)
def test_an_authors_template_that_looks_at_no_value_is_stamped(name):
    rows = [{"title": "A & b", "size": "l", "key": "7"}, {}]
    expect_alike(ClientFormSet(templated(PLAIN[name]), initial=rows))


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_an_authors_template_that_may_look_at_values_is_not_stamped(name):
    formset = templated(NOT_PLAIN[name])
    assert StampedRows(formset).of(formset(), False, 9) is None


def many_of(field, texts, **options):
    """Return a formset with a row for each of `texts`."""
    initial = [{"field": each} for each in texts]
    return ClientFormSet(make_formset({"field": field}, **options), prefix="set", initial=initial)


def test_many_rows_of_few_shapes_are_had_in_parts():
    live = many_of(forms.CharField(required=False), [f"<{n}>" for n in range(29)] + [""])
    cuts = live.in_page.cut_rows()
    assert [each.texts for each in cuts[:2]] == [["<0>"], ["<1>"]]
    assert len({each.shape for each in cuts}) == 2
    assert cuts[-1].texts == []


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        pytest.param(forms.CharField(), ["few"] * 5, id="few rows"),
        pytest.param(
            forms.ChoiceField(choices=[(str(n), n) for n in range(40)]),
            [str(n) for n in range(40)],
            id="each row has a shape of its own",
        ),
        pytest.param(forms.CharField(), ["fine"] * 30 + ["\0"], id="what HTML cannot hold"),
        pytest.param(
            forms.CharField(show_hidden_initial=True), ["fine"] * 30, id="rendered for each row"
        ),
    ],
)
def test_other_rows_are_not_had_in_parts(field, texts):
    assert many_of(field, texts).in_page.cut_rows() is None
