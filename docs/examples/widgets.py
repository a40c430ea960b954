from django import forms

KINDS = [("a", "Fiction"), ("b", "Fact"), ("c", "Poems and plays")]
GROUPS = [("Prose", KINDS[:2]), ("Verse", KINDS[2:])]


def typed(kind, **given):
    return forms.CharField(widget=forms.TextInput({"type": kind}), required=False, **given)


class WidgetsForm(forms.Form):
    text = forms.CharField(help_text="As it is on the cover.")
    email = forms.EmailField()
    url = forms.URLField(label="URL", assume_scheme="https")
    password = forms.CharField(widget=forms.PasswordInput)
    number = forms.IntegerField(initial=3)
    price = forms.DecimalField(help_text="With the tax.")
    search = typed("search")
    telephone = typed("tel")
    date = typed("date")
    time = typed("time")
    moment = typed("datetime-local")
    month = typed("month")
    week = typed("week")
    colour = typed("color", initial="#0b6844")
    volume = typed("range", help_text="From soft to loud.")
    split = forms.SplitDateTimeField(label="Date and time", help_text="Of the departure.")
    birthday = forms.DateField(widget=forms.SelectDateWidget(years=range(1990, 2031)))
    duration = forms.DurationField(required=False)
    select = forms.ChoiceField(choices=KINDS)
    grouped = forms.ChoiceField(choices=GROUPS, help_text="In groups.")
    multiple = forms.MultipleChoiceField(choices=KINDS)
    unknown = forms.NullBooleanField(required=False)
    radios = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect, help_text="One of these.")
    grouped_radios = forms.ChoiceField(choices=GROUPS, widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(choices=KINDS, widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(help_text="To be read before.")
    file = forms.FileField(help_text="A PDF.")
    image = forms.FileField(widget=forms.FileInput({"accept": "image/*"}), required=False)
    textarea = forms.CharField(widget=forms.Textarea({"rows": 3}))
    json = forms.JSONField(label="JSON", required=False)
    disabled = forms.CharField(disabled=True, initial="Cannot be changed")
    read_only = forms.CharField(widget=forms.TextInput({"readonly": True}), initial="Can be copied")


class LineForm(forms.Form):
    item = forms.CharField(help_text="As on the invoice.")
    amount = forms.IntegerField(min_value=1)
    kind = forms.ChoiceField(choices=KINDS)
    paid = forms.BooleanField(required=False)


LineFormSet = forms.formset_factory(LineForm, extra=2, can_delete=True, can_order=True)
