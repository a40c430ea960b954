"""Formset classes as many developers might write them, made from random choices."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from hypothesis import strategies as st

from tests.engine.catalogue import KINDS, Kind

__all__ = ["FieldPlan", "Plan", "plans"]


class NoInitial:
    """No initial value was written."""

    def __repr__(self) -> str:
        return "NO_INITIAL"


NO_INITIAL = NoInitial()
FORM_RULES = ("none", "adds", "raises", "raises at a field", "replaces", "numbers")
FORMSET_RULES = ("none", "unique", "counts", "raises several", "adds", "reads")


@dataclass(frozen=True)
class FieldPlan:
    """One field of a generated form."""

    kind: Kind
    required: bool = True
    initial: Any = NO_INITIAL
    initial_is_callable: bool = False
    disabled: bool = False
    hidden: bool = False
    show_hidden_initial: bool = False

    def make(self) -> forms.Field:
        options: dict[str, Any] = {"required": self.required, "disabled": self.disabled}
        if self.initial is not NO_INITIAL:
            value = self.initial
            options["initial"] = (lambda: value) if self.initial_is_callable else value
        if self.show_hidden_initial:
            options["show_hidden_initial"] = True
        made = self.kind.make(**options)
        if self.hidden:
            made.widget = made.hidden_widget()
        return made

    @property
    def can_be_typed(self) -> bool:
        return not (self.disabled or self.hidden or self.kind.takes_file)

    @property
    def can_be_given(self) -> bool:
        return bool(self.kind.given) and not self.disabled


@dataclass(frozen=True)
class Plan:
    """A formset class and how it is used."""

    fields: dict[str, FieldPlan]
    prefix: str | None = "set"
    form_rule: str = "none"
    formset_rule: str = "none"
    by_index: bool = False
    more_fields: bool = False
    initial: list[dict[str, Any]] | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def formset_class(self) -> type[forms.BaseFormSet]:
        form = type(
            "PlannedForm",
            (PlannedForm,),
            {name: each.make() for name, each in self.fields.items()} | {"rule": self.form_rule},
        )
        base = type(
            "PlannedFormSet",
            (PlannedFormSet,),
            {
                "rule": self.formset_rule,
                "by_index": self.by_index,
                "more_fields": self.more_fields,
            },
        )
        return forms.formset_factory(form, formset=base, **self.options)

    def valid_row(self) -> dict[str, Any]:
        """What a script would give to fill every field."""
        return {name: each.kind.valid for name, each in self.fields.items() if each.can_be_given}


class PlannedForm(forms.Form):
    """A form whose `clean()` follows its `rule`."""

    rule = "none"

    def __init__(self, *args, number=None, greeting="", **kwargs):
        super().__init__(*args, **kwargs)
        self.number = number
        self.greeting = greeting

    def clean(self):
        cleaned = super().clean()
        names = [name for name in self.fields if name not in ("ORDER", "DELETE")]
        first, last = names[0], names[-1]
        both = str(cleaned.get(first, "")), str(cleaned.get(last, ""))
        match self.rule:
            case "adds" if both[0] == "same":
                self.add_error(last, ValidationError("Not with %(x)s", "cross", {"x": "same"}))
            case "raises" if both[0] and both[0] == both[1]:
                raise ValidationError(["All alike.", ValidationError("Really.", code="alike")])
            case "raises at a field" if not both[0]:
                raise ValidationError({first: "Say something.", forms.ALL_FIELDS: "Nothing there."})
            case "replaces":
                return {**cleaned, "both": both}
            case "numbers":
                cleaned["number"] = (self.number, self.greeting)
        return cleaned


class PlannedFormSet(forms.BaseFormSet):
    """A formset whose `clean()` follows its `rule`, and whose forms may differ by index."""

    rule = "none"
    by_index = False
    more_fields = False

    def get_form_kwargs(self, index):
        kwargs = super().get_form_kwargs(index)
        return kwargs | {"number": index} if self.by_index else kwargs

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.more_fields and index is not None and index % 2:
            form.fields[f"more_{index}"] = forms.CharField(required=False, max_length=3)

    def clean(self):
        kept = [form for form in self.forms if form not in self.deleted_forms]
        values = [str(list(form.cleaned_data.values())[:1]) for form in kept]
        match self.rule:
            case "unique" if len(set(values)) < len(values):
                raise ValidationError("Twice the same.", code="duplicate")
            case "counts" if sum(form.has_changed() for form in kept) % 2:
                raise ValidationError("%(count)s is odd.", "odd", {"count": len(kept)})
            case "raises several" if any(form.errors for form in self.forms):
                raise ValidationError(["One.", ValidationError("Two.", code="two")])
            case "adds":
                for form in self.forms:
                    if form.has_changed() and len(form.cleaned_data) % 2:
                        form.add_error(None, f"Not among {len(self.forms)}.")
            case "reads":
                assert self.is_valid() in (True, False)
                if self.can_order and self.is_valid() and len(self.ordered_forms) == 2:
                    raise ValidationError("Two are too few to order.")


@st.composite
def field_plans(draw) -> FieldPlan:
    kind = draw(st.sampled_from(KINDS))
    initial: Any = NO_INITIAL
    if draw(st.integers(0, 3)) == 3:
        initial = draw(st.sampled_from(kind.initial))
    rare = st.integers(0, 9).map(lambda number: number == 9)
    return FieldPlan(
        kind,
        required=draw(st.booleans()),
        initial=initial,
        initial_is_callable=draw(st.booleans()),
        disabled=draw(rare),
        hidden=draw(rare) and kind.can_be_hidden,
        show_hidden_initial=draw(rare) and not kind.takes_file,
    )


@st.composite
def formset_options(draw) -> dict[str, Any]:
    max_num = draw(st.one_of(st.none(), st.integers(0, 5)))
    options = {
        "extra": draw(st.integers(0, 3)),
        "min_num": draw(st.one_of(st.none(), st.integers(1, 2))),
        "max_num": max_num,
        "validate_min": draw(st.booleans()),
        "validate_max": draw(st.booleans()),
        "can_order": draw(st.booleans()),
        "can_delete": draw(st.booleans()),
        "can_delete_extra": draw(st.booleans()),
    }
    if max_num is not None and draw(st.booleans()):
        options["absolute_max"] = max_num + draw(st.integers(0, 2))
    return options


@st.composite
def plans(draw) -> Plan:
    """A formset of one to four fields, with random options, rules and initial rows."""
    drawn = draw(
        st.lists(field_plans(), min_size=1, max_size=4, unique_by=lambda each: each.kind.name)
    )
    fields = {each.kind.name: each for each in drawn}
    row = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(each.kind.initial) for name, each in fields.items()}
    )
    return Plan(
        fields,
        prefix=draw(
            st.sampled_from(["set", "set", None, "set-1", "initial-set", "a_b", "x__prefix__"])
        ),
        form_rule=draw(st.sampled_from(FORM_RULES)),
        formset_rule=draw(st.sampled_from(FORMSET_RULES)),
        by_index=draw(st.booleans()),
        more_fields=draw(st.integers(0, 3)) == 3,
        initial=draw(st.lists(row, max_size=3)) or None,
        options=draw(formset_options()),
    )
