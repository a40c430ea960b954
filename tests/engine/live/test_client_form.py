"""ClientForm: one form, its policy of showing errors, and its data."""

import pytest
from django import forms

from clientforms import ClientForm, DataError, TargetError
from clientforms.changes import FieldErrorsChanged, NonFieldErrorsChanged
from clientforms.engine.drafts.draft_data import draft_of
from demo.forms import ArticleFormSet, SignupForm
from tests.engine.builders import changes_of
from tests.engine.oracle import assert_same_form_verdict

VALID = {
    "username": "nora",
    "email": "nora@example.org",
    "password": "long enough",
    "password_again": "long enough",
    "plan": "team",
    "terms": True,
}


@pytest.fixture
def signup():
    return ClientForm(SignupForm, name="signup")


def test_posts_what_an_untouched_page_would(signup):
    assert signup.post_data() == {
        "username": [""],
        "email": [""],
        "password": [""],
        "password_again": [""],
        "plan": ["free"],
    }
    assert_same_form_verdict(signup)


def test_set_data_fills_and_judges(signup):
    assert signup.set_data(VALID) is True
    assert signup.cleaned_data["terms"] is True
    assert signup.post_data()["terms"] == ["on"]
    assert_same_form_verdict(signup)


def test_update_data_shows_only_what_it_touched(signup):
    seen = changes_of(signup, FieldErrorsChanged)
    signup.update_data({"email": "no"})
    assert [each.field for each in seen] == ["email"]
    assert_same_form_verdict(signup)


def test_a_cross_field_rule_shows_where_it_was_put(signup):
    signup.set_data(VALID)
    seen = changes_of(signup, FieldErrorsChanged)
    signup.update_data({"password_again": "something else"})
    assert seen[0].messages == ("The two passwords are not the same.",)
    signup.update_data({"password": "something else"})
    assert seen[1].messages == ()


def test_errors_of_the_form_as_a_whole_have_their_own_place():
    class Pair(forms.Form):
        low = forms.IntegerField()
        high = forms.IntegerField()

        def clean(self):
            if self.cleaned_data.get("low", 0) > self.cleaned_data.get("high", 0):
                raise forms.ValidationError("Low is above high.")

    live = ClientForm(Pair)
    seen = changes_of(live, NonFieldErrorsChanged)
    live.set_data({"low": 2, "high": 1})
    assert seen[0].messages == ("Low is above high.",)
    assert 'class="errorlist nonfield"' in seen[0].html


def test_hidden_fields_errors_stand_at_the_top():
    class Hidden(forms.Form):
        token = forms.IntegerField(widget=forms.HiddenInput)

    live = ClientForm(Hidden)
    seen = changes_of(live, NonFieldErrorsChanged)
    live.set_data({"token": "x"})
    assert seen[0].messages == ("(Hidden field token) Enter a whole number.",)


def test_reset_forgets(signup):
    signup.set_data(VALID | {"email": "no"})
    signup.reset()
    assert signup.post_data()["email"] == [""]
    seen = changes_of(signup, FieldErrorsChanged)
    signup.update_data({"username": "nora"})
    assert not seen


def test_a_callable_initial_is_taken_once():
    calls = iter(range(100))

    class Ticket(forms.Form):
        number = forms.IntegerField(initial=lambda: next(calls), required=False)
        note = forms.CharField(required=False)

    live = ClientForm(Ticket)
    live.update_data({"note": "typed"})
    assert live.form.changed_data == ["note"]


def test_prefix_is_honoured():
    live = ClientForm(SignupForm, prefix="join")
    assert live.set_data({f"join-{name}": value for name, value in VALID.items()}) is True
    assert live.post_data()["join-email"] == ["nora@example.org"]
    assert_same_form_verdict(live)


def test_reads_like_the_django_form(signup):
    assert list(signup.fields) == list(SignupForm.base_fields)
    assert signup["email"].html_name == "email"
    assert isinstance(signup.form, SignupForm)


def test_what_is_no_form_is_named():
    with pytest.raises(TargetError, match="use ClientFormSet"):
        ClientForm(ArticleFormSet)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"emial": "x"}, "there is no field 'emial' in SignupForm"),
        ({"email": ["x"]}, "takes one value"),
        (["x"], "expected an object"),
    ],
)
def test_data_that_does_not_fit_is_named(signup, data, message):
    before = signup.post_data()
    with pytest.raises(DataError, match=message):
        signup.set_data(data)
    assert signup.post_data() == before


def test_a_servers_errors_are_shown_until_their_field_changes(signup):
    signup.set_data(VALID)
    signup.set_errors({"username": [{"message": "Taken.", "code": "x"}], "__all__": ["Closed."]})
    assert signup.errors["username"] == ["Taken."]
    assert signup.non_field_errors() == ["Closed."]
    with pytest.raises(DataError, match="no field 'name'"):
        signup.set_errors({"name": ["x"]})
    signup.set_errors({})
    assert signup.is_valid()


class TestPause:
    def pause(self, form, name, event, *, edited=True):
        key = form.keys[0]
        if edited:
            form.input(key, {name: ["changed"]})
        return form.pause(key, name, event)

    def test_auto_waits_while_typing_and_acts_on_leaving(self, signup):
        assert self.pause(signup, "email", "input") == 369
        assert self.pause(signup, "email", "blur") == 0
        assert self.pause(signup, "email", "change") is None

    def test_a_field_left_as_it_was_is_not_validated(self, signup):
        assert self.pause(signup, "email", "blur", edited=False) is None

    def test_choices_act_at_once(self, signup):
        assert self.pause(signup, "terms", "change") == 0
        assert self.pause(signup, "plan", "input") == 0

    def test_manual_never_acts(self):
        form = ClientForm(SignupForm, validation="manual")
        for event in ("input", "change", "blur"):
            assert self.pause(form, "email", event) is None

    def test_event_names_can_be_any(self):
        form = ClientForm(SignupForm, validation="blur keyup", delay=50)
        assert self.pause(form, "email", "blur") == 0
        assert self.pause(form, "email", "keyup") == 0
        assert self.pause(form, "email", "input") is None

    def test_a_widget_can_have_its_own_policy(self):
        class Own(forms.Form):
            name = forms.CharField(widget=forms.TextInput({"data-validation": "blur"}))
            other = forms.CharField()

        form = ClientForm(Own)
        assert self.pause(form, "name", "input") is None
        assert self.pause(form, "other", "input") == 369

    @pytest.mark.parametrize("policy", ["auto blur", "", "manual auto"])
    def test_a_policy_that_makes_no_sense_is_refused(self, policy):
        with pytest.raises(DataError, match="olicy"):
            ClientForm(SignupForm, validation=policy)


class ByScript(forms.Widget):
    """As captchas have it: a script adds the control, whose name has nothing to do with the field's."""

    template_name = "django/forms/widgets/attrs.html"  # no control

    def value_from_datadict(self, data, files, name):
        return data.get("g-recaptcha-response")


class TwoByScript(forms.MultiWidget):
    def decompress(self, value):
        return [None, None]


class Joined(forms.MultiValueField):
    def compress(self, data_list):
        return "".join(map(str, data_list))


@pytest.mark.parametrize("prefix", [None, "human"])
@pytest.mark.parametrize(
    "field",
    [
        forms.CharField(widget=ByScript),
        Joined([forms.CharField()] * 2, widget=TwoByScript([forms.TextInput, ByScript])),
    ],
)
def test_a_control_that_only_its_widget_knows_belongs_to_the_field(prefix, field):
    class Human(forms.Form):
        name = forms.CharField()
        check = field

    live = ClientForm(Human, prefix=prefix)
    (key,) = live.keys
    start = f"{prefix}-" if prefix else ""
    live.input(key, {f"{start}name": ["Ada"], f"{start}check_0": ["a"]})
    assert not live.is_valid()
    assert live.input(key, {"g-recaptcha-response": ["token"]}) == {"check"}
    assert live.is_valid()
    assert live.post_data()["g-recaptcha-response"] == ["token"]
    assert_same_form_verdict(live)
    assert "token" not in str(draft_of(live))
    posted = live.post_data()
    if prefix:
        assert live.set_data(posted) is True
        assert live.post_data() == posted
    live.set_data({})
    assert not live.is_valid()
