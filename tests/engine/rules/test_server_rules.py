"""A rule that asks for what the page does not have is left to the server: no error, a note, and all else holds."""

import asyncio
import errno
import hashlib
import logging
import os
import smtplib
import socket
import subprocess
import threading
import urllib.request
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_slug
from django.db import ProgrammingError, connections, models
from django.template.loader import get_template
from django.test import override_settings

from clientforms import AsyncValidationMixin, ClientForm, ClientFormSet
from clientforms.changes import NoteChanged
from tests.engine.builders import changes_of
from tests.engine.library import Author
from tests.engine.loops import run

NOTE = "The server checks this."


def ask_database():
    Author.objects.filter(name="x").exists()


def ask_other_database():
    connections["archive"].cursor()


def ask_module():
    import no_such_module  # noqa: F401


def ask_connection():
    with socket.socket() as made:
        made.connect(("127.0.0.1", 1))


def ask_process():
    subprocess.run(["/no/such/program"], check=True)


def ask_thread():
    thread = threading.Thread(target=print)
    thread._started = None
    raise RuntimeError("can't start new thread")  # as Pyodide's Python says


def ask_openssl():
    hashlib.no_such_algorithm  # noqa: B018


def ask_import_of_openssl():
    from hashlib import no_such_algorithm  # noqa: F401


def ask_name_of_openssl():
    hashlib.new("no-such-algorithm")


def ask_user():
    with override_settings(AUTH_USER_MODEL="nobody.User"):
        get_user_model()


def ask_setting():
    return settings.NAME_OF_THE_SHOP


def ask_secret():
    return settings.SECRET_KEY


def ask_loop():
    asyncio.AbstractEventLoop().time()  # as Pyodide's says of sockets


NOWHERE = "http://127.0.0.1:1/"  # where nobody listens


def ask_urlopen():
    urllib.request.urlopen(NOWHERE)


def ask_https_without_ssl():
    opener = urllib.request.OpenerDirector()  # Python without ssl has no other
    for handler in (urllib.request.HTTPHandler, urllib.request.UnknownHandler):
        opener.add_handler(handler())
    opener.open("https://127.0.0.1:1/")


def ask_socket_of_a_page():
    raise OSError(errno.ENOTCONN, "Socket not connected")  # as Pyodide's says when it is used


def ask_mail_server():
    smtplib.SMTP("127.0.0.1", 1)


class PackageError(Exception):
    """As requests and httpx have them, which know nothing of each other's."""


def ask_package_from():
    try:
        ask_connection()
    except OSError as error:
        raise PackageError("no answer") from error


def ask_package_while_handling():
    try:
        ask_urlopen()
    except OSError:
        raise PackageError("no answer")  # noqa: B904


def ask_package_with_a_reason():
    failed = PackageError("no answer")
    try:
        ask_package_from()
    except PackageError as error:
        failed.reason = error
    raise failed


def ask_several():
    failures = []
    for ask in (ask_connection, ask_urlopen):
        try:
            ask()
        except OSError as error:
            failures.append(error)
    raise ExceptionGroup("no answer", failures)


def ask_file():
    open("/no/such/words.txt").close()


def ask_environment():
    return os.environ["NO_SUCH_VARIABLE"]


def ask_template():
    get_template("no/such/mail.txt")


def ask_table():
    raise ProgrammingError('relation "shop_item" does not exist')


def ask_request(request=None):
    return request.user


ASKING = [
    ask_urlopen,
    ask_https_without_ssl,
    ask_socket_of_a_page,
    ask_mail_server,
    ask_package_from,
    ask_package_while_handling,
    ask_package_with_a_reason,
    ask_several,
    ask_file,
    ask_environment,
    ask_template,
    ask_table,
    ask_request,
    ask_setting,
    ask_secret,
    ask_loop,
    ask_user,
    ask_database,
    ask_other_database,
    ask_module,
    ask_connection,
    ask_process,
    ask_thread,
    ask_openssl,
    ask_import_of_openssl,
    ask_name_of_openssl,
]


def form_asking(where, ask):
    """Return a form class with a rule at `where` that asks in vain, and other rules beside it."""

    class Field(forms.CharField):
        def clean(self, value):
            if where == "field":
                ask()
            return super().clean(value)

    class AskingForm(forms.Form):
        name = Field(max_length=5)
        age = forms.IntegerField(min_value=1)

        def clean_name(self):
            if where == "clean_name":
                ask()
            return self.cleaned_data["name"].upper()

        def clean_age(self):
            if self.cleaned_data["age"] == 13:
                raise forms.ValidationError("Not thirteen.")
            return self.cleaned_data["age"]

        def clean(self):
            if where == "clean":
                ask()
            return self.cleaned_data

        def _post_clean(self):
            if where == "_post_clean":
                ask()

    return AskingForm


@pytest.mark.parametrize("where", ["field", "clean_name", "clean", "_post_clean"])
@pytest.mark.parametrize("ask", ASKING, ids=lambda each: each.__name__)
def test_a_rule_that_asks_in_vain_is_left_to_the_server(where, ask):
    live = ClientForm(form_asking(where, ask))
    notes = changes_of(live, NoteChanged)
    assert live.set_data({"name": "Ann", "age": "13"}) is False
    assert live.errors == {"age": ["Not thirteen."]}
    assert live.set_data({"name": "Ann", "age": "12"}) is True
    assert live.errors == {}
    assert live.cleaned_data["age"] == 12
    assert live.cleaned_data["name"].upper() == "ANN"
    field = "name" if where in ("field", "clean_name") else None
    assert [(each.field, each.text) for each in notes] == [(field, NOTE)]


def test_rows_and_the_formset_s_own_rule_are_left_to_it_as_well():
    class BaseSet(forms.BaseFormSet):
        def clean(self):
            ask_database()

    formset_class = forms.formset_factory(
        form_asking("clean_name", ask_module), formset=BaseSet, extra=2
    )
    live = ClientFormSet(formset_class)
    notes = changes_of(live, NoteChanged)
    assert live.set_data([{"name": "Ann", "age": "12"}, {"name": "Bob", "age": "0"}]) is False
    assert live.errors == [{}, {"age": ["Ensure this value is greater than or equal to 1."]}]
    assert live.update_data([{}, {"age": "3"}]) is True
    places = {(each.key, each.field) for each in notes}
    assert places == {(live.keys[0], "name"), (live.keys[1], "name"), (None, None)}


def test_other_validators_of_the_field_hold():
    def taken(value):
        ask_database()

    def reserved(value):
        if value == "admin":
            raise forms.ValidationError("Reserved.")

    for validators in ([taken, reserved], [reserved, taken]):

        class NameForm(forms.Form):
            name = forms.CharField(validators=validators)

        live = ClientForm(NameForm)
        assert live.set_data({"name": "admin"}) is False
        assert live.errors["name"] == ["Reserved."]
        assert live.set_data({"name": "ada"}) is True


def test_rules_after_one_that_asks_in_vain_hold():
    """Django passes over a model's validators for a field that has an error."""

    class Member(models.Model):
        name = models.CharField(max_length=20, validators=[validate_slug])

        class Meta:
            app_label = "members"

    class MemberForm(forms.ModelForm):
        def clean_name(self):
            ask_database()

        class Meta:
            model = Member
            fields = ("name",)

    live = ClientForm(MemberForm)
    assert live.set_data({"name": "no slug"}) is False
    assert live.errors["name"] == [str(validate_slug.message)]
    assert live.set_data({"name": "slug"}) is True
    assert live.cleaned_data == {"name": "slug"}


def fail_by_key():
    return {}["mistake"]


def fail_by_none(request=None):
    row = None
    return row.owner


def fail_in_open():
    open("/", "w").close()


def fail_by_url():
    urllib.request.urlopen("no-such-scheme://127.0.0.1/")


MISTAKES = [fail_by_key, fail_by_none, fail_in_open, fail_by_url]


@pytest.mark.parametrize("where", ["field", "clean_name", "clean", "_post_clean"])
@pytest.mark.parametrize("fail", MISTAKES, ids=lambda each: each.__name__)
def test_what_a_rule_raises_by_mistake_is_no_rule_for_the_server(where, fail):
    live = ClientForm(form_asking(where, fail))
    assert live.set_data({"name": "Ann", "age": "12"}) is False


@pytest.mark.parametrize("where", ["field", "clean_name", "clean"])
def test_an_error_that_a_rule_says_itself_stands(where):
    def say():
        try:
            ask_connection()
        except OSError:
            raise forms.ValidationError("No answer.")  # noqa: B904

    live = ClientForm(form_asking(where, say))
    assert live.set_data({"name": "Ann", "age": "12"}) is False
    assert list(live.errors.values()) == [["No answer."]]


def test_a_mistake_after_a_rule_that_is_left_is_still_one():
    class AskingForm(forms.Form):
        name = forms.CharField()

        def clean_name(self):
            ask_database()

        def clean(self):
            return {}["mistake"]

    class BaseSet(forms.BaseFormSet):
        asked = False

        def clean(self):
            if not BaseSet.asked:
                BaseSet.asked = True
                ask_database()
            return {}["mistake"]

    assert ClientForm(AskingForm).set_data({"name": "Ann"}) is False
    plain = type("NameForm", (forms.Form,), {"name": forms.CharField()})
    live = ClientFormSet(forms.formset_factory(plain, formset=BaseSet))
    assert live.set_data([{"name": "Ann"}]) is False


def test_the_author_is_told_once_of_each_rule_with_file_and_line(caplog):
    class TellingForm(forms.Form):
        name = forms.CharField()

        def clean_name(self):
            ask_database()

    live = ClientForm(TellingForm)
    with caplog.at_level(logging.WARNING, "clientforms"):
        live.set_data({"name": "Ann"})
        live.set_data({"name": "Bob"})
    (record,) = caplog.records
    line = ask_line(TellingForm)
    assert record.getMessage().startswith(f"{Path(__file__).name}:{line}: ")
    assert "TellingForm.clean_name() asks for a database" in record.getMessage()


def ask_line(form_class):
    return form_class.clean_name.__code__.co_firstlineno + 1


def test_a_password_is_validated_as_far_as_that_needs_nothing(settings_with_validators):
    class PasswordForm(forms.Form):
        password = forms.CharField()

        def clean_password(self):
            validate_password(self.cleaned_data["password"])
            return self.cleaned_data["password"]

    live = ClientForm(PasswordForm)
    assert live.set_data({"password": "short"}) is False
    assert "too short" in live.errors["password"][0]


@pytest.fixture
def settings_with_validators():
    from django.contrib.auth import password_validation

    name = "django.contrib.auth.password_validation.MinimumLengthValidator"
    with override_settings(AUTH_PASSWORD_VALIDATORS=[{"NAME": name}]):
        password_validation.get_default_password_validators.cache_clear()
        yield
    password_validation.get_default_password_validators.cache_clear()


def test_an_asynchronous_rule_is_left_to_it_as_well(caplog):
    class MailForm(AsyncValidationMixin, forms.Form):
        name = forms.CharField()
        mail = forms.CharField(required=False)
        async_validators = {"mail": [ask_in_vain]}

        async def clean_name(self):
            ask_module()

        async def clean(self):
            if self.cleaned_data["name"] == "nobody":
                raise forms.ValidationError("Not nobody.")

    async def scenario():
        live = ClientForm(MailForm)
        notes = changes_of(live, NoteChanged)
        live.set_data({"name": "nobody", "mail": "x"})
        assert await live.avalidate() is False
        assert live.errors == {"__all__": ["Not nobody."]}
        live.set_data({"name": "Ann", "mail": "x"})
        assert await live.avalidate() is True
        assert live.is_valid()
        assert live.cleaned_data == {"name": "Ann", "mail": "x"}
        assert {(each.field, each.text) for each in notes if each.text} == {
            ("name", NOTE),
            ("mail", NOTE),
        }

    with caplog.at_level(logging.WARNING, "clientforms"):
        run(scenario)
    told = [each.getMessage() for each in caplog.records if each.name == "clientforms"]
    line = MailForm.async_cleaners["clean_name"].__code__.co_firstlineno + 1
    assert f"{Path(__file__).name}:{line}: " in told[0]
    assert "MailForm.clean_name() asks for the module no_such_module" in told[0]
    assert "ask_in_vain() asks for a connection" in told[1]
    assert len(told) == 2


async def ask_in_vain(value):
    _, writer = await asyncio.open_connection("127.0.0.1", 1)
    writer.close()


def test_a_formset_s_own_asynchronous_rule_is_left_to_it():
    class BaseSet(AsyncValidationMixin, forms.BaseFormSet):
        async def clean(self):
            await ask_in_vain("")

    class WordForm(forms.Form):
        word = forms.CharField()

    async def scenario():
        live = ClientFormSet(forms.formset_factory(WordForm, formset=BaseSet))
        notes = changes_of(live, NoteChanged)
        live.set_data([{"word": "a"}])
        assert await live.avalidate() is True
        assert live.is_valid()
        assert [(each.key, each.field, each.text) for each in notes] == [(None, None, NOTE)]

    run(scenario)
