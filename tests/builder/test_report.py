"""The report of a build, and `clientforms check`, which does what a build does: as text and as JSON."""

import json
import os
import re

import pytest

from clientforms.builder.author.analysis import Form, run_in_a_process
from clientforms.builder.output.findings import Finding
from clientforms.builder.output.site_files import BuildError
from clientforms.builder.site.report import BUDGET, PackedFile, Report
from tests.builder.test_build import PLAIN, content, write
from tests.builder.test_installed_packages import FORM, SHELF, installed
from tests.support.commands import checked

RULES = """from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from clientforms import AsyncValidationMixin


class NameForm(AsyncValidationMixin, forms.Form):
    name = forms.CharField(max_length=8)
    mail = forms.EmailField()

    def clean_name(self):
        if User.objects.filter(username=self.cleaned_data["name"]).exists():
            raise forms.ValidationError("Taken.")
        return self.cleaned_data["name"]

    def clean(self):
        if self.cleaned_data.get("name") == "nobody enters this":
            import no_such_service
            no_such_service.ask()

    async def clean_mail(self):
        import asyncio
        reader, _ = await asyncio.open_connection("192.0.2.1", 25)
        return self.cleaned_data["mail"]


class UnusedForm(forms.Form):
    def clean(self):
        User.objects.count()


class HeirForm(NameForm):
    pass


NameFormSet = forms.formset_factory(NameForm)


class FreeForm(forms.Form):
    def clean(self):
        if not self.cleaned_data:
            raise forms.ValidationError("Nothing.")


class UserForm(forms.Form):
    def clean(self):
        get_user_model()._default_manager.count()
"""


# What was built


def test_a_build_tells_pages_bytes_files_and_that_every_rule_runs(tmp_path, run):
    write(tmp_path, shop=PLAIN)
    status, out, err = run("build", "shop.py:PlainForm", "--out", "site", "--list")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "Forms: shop.PlainForm (form)." in lines
    assert re.search(r"^Pages: index\.html \(\d+ kB\), offline\.html \(1\d\.\d MB\)\.$", out, re.M)
    assert re.search(r"^A first visit fetches [56]\.\d MB\.$", out, re.M)
    assert f"Packed: 1 file of yours ({len(PLAIN)} bytes)." in lines
    assert "Left to the server: nothing that was found." in lines
    assert f"  shop.py ({len(PLAIN)} bytes)" in lines


def test_check_lists_files_as_build_does_and_writes_none(tmp_path, run):
    write(tmp_path, shop=PLAIN)
    before = set(tmp_path.rglob("*"))
    status, out, err = run("check", "shop.py:PlainForm", "--list")
    assert (status, err) == (0, "")
    assert set(tmp_path.rglob("*")) == before
    _, built, _ = run("build", "shop.py:PlainForm", "--out", "site", "--list")
    report = built[built.index("Forms: ") : built.index("Wrote site")]
    assert out == report
    assert f"  shop.py ({len(PLAIN)} bytes)\n" in out
    _, plain, _ = run("check", "shop.py:PlainForm")
    assert "  shop.py" not in plain


def test_the_text_lists_files_if_asked_and_packages_past_the_budget():
    packed = [PackedFile("shop.py", 10, 5), PackedFile("shelf/a.bin", 2_000_000, BUDGET, "shelf 1"),
              PackedFile("box/b.bin", 900, 800, "box 2")]  # fmt: skip
    rule = Finding(None, 0, "A.clean() asks for a database", False)
    form = Form("a.A", "form", "", "a", (), "A", False, rules=(rule,))
    free = Form("a.B", "formset", "", "b", (), "B", False)
    both = Form("a.C", "form", "", "c", (), "C", False, rules=(rule, rule))
    report = Report(
        forms=[form, free, both], packed=packed, settings={"MOST": "3", "LEAST": "1"}, rules=[rule]
    )
    lines = list(report.lines())
    assert (
        "Forms: a.A (form, 1 rule left to the server), a.B (formset), a.C (form, 2 rules left to the server)."
        in lines
    )
    assert (
        "Packed: 1 file of yours (10 bytes), shelf 1 (1.0 MB compressed), box 2 (800 bytes compressed)."
        in lines
    )
    start = lines.index("That is 1.0 MB compressed, more than 1.0 MB. By size:")
    assert lines[start + 1 : start + 3] == ["  1.0 MB: shelf 1", "  800 bytes: box 2"]
    assert "Settings published: MOST, LEAST." in lines
    assert lines[-1] == "  A.clean() asks for a database."
    assert not [line for line in lines if "a.bin" in line]
    assert "  shelf/a.bin (2.0 MB, shelf 1)" in report.lines(listing=True)


def test_rules_that_are_left_to_the_server_are_told_with_file_and_line(tmp_path, run):
    """Those that made-up values reach, asynchronous ones too, and those that the text alone tells of."""
    write(tmp_path, names=RULES)
    targets = ("NameForm", "HeirForm", "NameFormSet", "UserForm", "FreeForm")
    prefixes = [word for each in targets for word in ("--prefix", each)]
    report = checked(run, *(f"names.py:{each}" for each in targets), *prefixes)
    lines = RULES.splitlines()
    found = {(each["line"], each["message"]) for each in report["left_to_server"]}
    assert {each["file"] for each in report["left_to_server"]} == {str(tmp_path / "names.py")}
    query = lines.index(next(line for line in lines if ".filter(" in line)) + 1
    service = lines.index("            import no_such_service") + 1
    connection = lines.index(next(line for line in lines if "open_connection" in line)) + 1
    assert (query, "NameForm.clean_name() asks for a database.") in found
    assert (connection, "NameForm.clean_mail() asks for a connection or a process.") in found
    user = lines.index("        get_user_model()._default_manager.count()") + 1
    assert (user, "UserForm.clean() asks for a database.") in found
    assert {line for line, _ in found} == {query, service, connection, user}
    names = {query, service, connection}
    of_forms = {
        each["target"]: {rule["line"] for rule in each["left_to_server"]}
        for each in report["forms"]
    }
    assert of_forms == {
        "names.NameForm": names, "names.HeirForm": names, "names.NameFormSet": names,
        "names.UserForm": {user}, "names.FreeForm": set(),
    }  # fmt: skip
    assert report["warnings"] == []


def test_a_report_names_settings_and_what_packages_add(tmp_path, run):
    files = {**SHELF, "shelf/places.bin": ""}
    search = installed(tmp_path, files)
    (tmp_path / "site-packages" / "shelf" / "places.bin").write_bytes(os.urandom(11_000))
    write(tmp_path, forms=FORM + "\n    from django.conf import settings\n    most = settings.MOST\n",
          conf="MOST = 3\nUSE_TZ = True\n")  # fmt: skip
    report = checked(run, "forms.py:BookForm", "--settings", "conf", PYTHONPATH=search)
    assert report["errors"] == []
    assert report["settings"] == {"MOST": "3", "USE_TZ": "True"}
    assert report["packages"]["shelf 1"] > 11_000
    assert {each["package"] for each in report["packed"]} == {None, "shelf 1"}
    assert report["forms"] == [
        {
            "target": "forms.BookForm",
            "kind": "form",
            "file": str(tmp_path / "forms.py"),
            "line": 5,
            "left_to_server": [],
            "suggestions": [],
        }
    ]
    assert report["pages"].keys() == {"index.html", "offline.html"}


PERSON = """from django import forms


class PersonForm(forms.Form):
    first_name = forms.CharField()
    contact = forms.EmailField()
    secret = forms.CharField(widget=forms.PasswordInput)
    password = forms.CharField(widget=forms.PasswordInput)
    zip_code = forms.CharField(widget=forms.TextInput({"autocomplete": "off"}))
    city_of_origin = forms.CharField()
    user = forms.CharField(widget=forms.HiddenInput)
"""


def test_a_report_suggests_what_a_browser_can_fill_in(tmp_path, run):
    write(tmp_path, forms=PERSON)
    report = checked(run, "forms.py:PersonForm")
    [form] = report["forms"]
    said = [
        re.sub(r':.*"autocomplete": "([^"]+)".*', r": \1", each) for each in form["suggestions"]
    ]
    assert said == ["first_name: given-name", "contact: email", "password: new-password"]
    assert report["warnings"] == []


NUMBERS = """from django import forms
from django.core.validators import RegexValidator


class NumbersForm(forms.Form):
    phone = forms.CharField(widget=forms.TextInput({"autocomplete": "tel"}))
    mobile = forms.CharField(widget=forms.TextInput({"autocomplete": "tel", "type": "tel"}))
    price = forms.DecimalField(min_value=0)
    change = forms.DecimalField()
    count = forms.IntegerField(min_value=0)
    weight = forms.DecimalField(min_value=0, localize=True)
    code = forms.CharField(validators=[RegexValidator(r"^\\d{6}$")])
    plate = forms.CharField(validators=[RegexValidator(r"^\\d+[A-Z]$")])
    pin = forms.RegexField("[0-9]{4,}", widget=forms.PasswordInput({"autocomplete": "off"}))
"""


def test_a_report_suggests_which_keys_a_phone_shows(tmp_path, run):
    write(tmp_path, forms=NUMBERS)
    [form] = checked(run, "forms.py:NumbersForm")["forms"]
    said = [re.sub(r":.*attrs=(.*), so .*", r" \1", each) for each in form["suggestions"]]
    assert said == [
        'phone {"type": "tel"}',
        'price {"inputmode": "decimal"}',
        'code {"inputmode": "numeric"}',
        'pin {"inputmode": "numeric"}',
    ]


THEIRS = """from django import forms


class LoginForm(forms.Form):
    name = forms.CharField()

    def clean(self):
        if "name" in self.cleaned_data:
            self.cleaned_data["name"].none
"""
FAILING = """from django import forms
from shelf.forms import LoginForm as Theirs

from clientforms import AsyncValidationMixin


class FieldForm(forms.Form):
    name = forms.CharField()

    def clean_name(self):
        return self.cleaned_data["name"].none  # FieldForm


class WaitForm(AsyncValidationMixin, forms.Form):
    name = forms.CharField()

    async def clean_name(self):
        return self.cleaned_data["name"].none  # WaitForm


class WholeForm(forms.Form):
    name = forms.CharField()

    def clean(self):
        if "name" in self.cleaned_data:
            self.cleaned_data["name"].none  # WholeForm


class LoginForm(Theirs):  # LoginForm
    pass


class BaseFieldFormSet(forms.BaseFormSet):
    def clean(self):
        if any(form.has_changed() for form in self.forms):
            "".none  # RowFormSet


class RowForm(forms.Form):
    name = forms.CharField()


RowFormSet = forms.formset_factory(RowForm, formset=BaseFieldFormSet, extra=0)
"""


def test_a_rule_that_fails_on_made_up_values_is_a_warning(tmp_path, run):
    search = installed(tmp_path, {"shelf/__init__.py": "", "shelf/forms.py": THEIRS})
    write(tmp_path, names=FAILING)
    targets = ("FieldForm", "WaitForm", "WholeForm", "LoginForm", "RowFormSet")
    prefixes = [word for each in targets for word in ("--prefix", each)]
    named = [f"names.py:{each}" for each in targets]
    report = checked(run, *named, *prefixes, PYTHONPATH=search)
    assert report["errors"] == []
    lines = [line.rpartition("  # ")[2] for line in FAILING.splitlines()]
    expected = {
        (lines.index(each) + 1, "shelf" if each == "LoginForm" else None) for each in targets
    }
    assert {(each["line"], each["package"]) for each in report["warnings"]} == expected
    for each in report["warnings"]:
        assert each["file"] == str(tmp_path / "names.py")
        assert "AttributeError: 'str' object has no attribute 'none'" in each["message"]
        assert "when the form was tried with made-up values" in each["message"]


# What stays out


def test_backups_and_hidden_files_stay_out(tmp_path, run):
    read = "\nfrom pathlib import Path\n[each.read_text() for each in (Path(__file__).parent / 'data').iterdir()]\n"
    write(tmp_path, shop__forms=PLAIN + read, shop__data__module="")
    (tmp_path / "shop" / "__init__.py").touch()
    left_over = (
        ".secret.txt",
        "a.txt~",
        "a.txt.orig",
        "a.txt.bak",
        ".a.txt.swp",
        "#a.txt#",
        "a.txt.rej",
    )
    for folder in ("data", "templates"):
        (tmp_path / "shop" / folder).mkdir(exist_ok=True)
        for name in (*left_over, "a.txt"):
            (tmp_path / "shop" / folder / name).write_text("a")
    names = {each["name"] for each in checked(run, "shop/forms.py:PlainForm")["packed"]}
    assert {"shop/data/a.txt", "shop/templates/a.txt"} <= names
    assert [name for name in names if name.endswith(left_over)] == []


@pytest.mark.parametrize(
    ("line", "name"),
    [("SECRET_KEY = 'k9'", "SECRET_KEY"), ("API_TOKEN: str = 'abc'", "API_TOKEN"),
     ("DATABASES = {'default': {'PASSWORD': 'abc'}}", "DATABASES"), ("HOOK = 'https://ann:pw@example.org/'", "HOOK"),
     ("SECRET_KEY = open('key')", ""), ("TOKEN_FIELD = 'token'", ""), ("PRIMARY_KEY = 'id'", ""),
     ("password = 'old'", "password"), ("password = forms.CharField()", ""), ("KEYS = [1, 2]", "")],
)  # fmt: skip
def test_a_module_that_holds_a_secret_is_a_warning(tmp_path, line, name):
    from clientforms.builder.author.published_secrets import secrets_in

    (tmp_path / "conf.py").write_text(f"from django import forms\n{line}\n")
    assert list(secrets_in(tmp_path / "conf.py")) == ([(2, name)] if name else [])


# What is wrong


WIDGET = "from django import forms\n\n\nclass Odd(forms.TextInput):\n    {}\n\n\nclass OddForm(forms.Form):\n    plain = forms.CharField()\n    odd = forms.CharField(widget=Odd{})\n"
WRONG = {
    "a widget's template": (WIDGET.format("template_name = 'none.html'", ""), 8, "odd", "none.html"),
    "a widget that fails": (WIDGET.format("def get_context(self, *a): return 1 / 0", ""), 5, "odd", "ZeroDivisionError"),
    "a field's own rule": (
        "from django import forms\n\n\nclass Field(forms.CharField):\n    def clean(self, value):\n        return value.none\n\n\n"
        "class OddForm(forms.Form):\n    plain = forms.CharField()\n    odd = Field()\n", 6, "odd", "AttributeError"),
    "a listener in HTML": (
        "from django import forms\n\n\nclass OddForm(forms.Form):\n"
        "    odd = forms.CharField(widget=forms.TextInput({'onchange': 'x()'}))\n", 4, "odd", "<input onchange=…>"),
    "a name that is not there": (PLAIN, None, None, "there is no OddForm"),
    "an end without a word": ("import os\n\nos._exit(3)\n", 3, None, "ends Python"),
    "a crash": ("import os, signal\n\nos.kill(os.getpid(), signal.SIGSEGV)\n", 3, None, "Segmentation fault"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_an_error_names_file_line_and_field_and_never_an_innocent_line(tmp_path, run, case):
    text, line, field, said = WRONG[case]
    write(tmp_path, odd=text)
    report = checked(run, "odd.py:OddForm")
    (error,) = report["errors"]
    assert (error["file"], error["line"], error["field"]) == (str(tmp_path / "odd.py"), line, field)
    assert said in error["message"]
    if field:
        assert re.search(rf"field {field}:|OddForm\.{field} ", error["message"])


def test_an_error_in_a_package_names_the_package(tmp_path, run):
    search = installed(tmp_path, {"shelf/__init__.py": "", "shelf/widgets.py": "\n1 / 0\n"})
    (tmp_path / "forms.py").write_text(FORM)
    (error,) = checked(run, "forms.py:BookForm", PYTHONPATH=search)["errors"]
    assert (error["package"], error["line"]) == ("shelf", 2)
    assert error["message"] == "ZeroDivisionError: division by zero (in shelf/widgets.py:2)."


def test_a_module_that_waits_for_ever_is_told_with_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr("clientforms.builder.author.analysis.PATIENCE", 5)
    write(tmp_path, slow="import time\n\n\ndef wait():\n    time.sleep(60)\n\n\nwait()\n")
    asked = {"roots": [str(tmp_path)], "settings": "", "urls": {"source": "", "left_out": {}, "error": ""}, "packages": [], "contrib": [], "read": [],
             "targets": [{"module": "slow", "name": "A", "file": str(tmp_path / "slow.py")}]}  # fmt: skip
    with pytest.raises(BuildError) as caught:
        run_in_a_process(
            "author.inspection", json.dumps(asked), Finding(tmp_path / "slow.py", 0, "importing it")
        )
    (finding,) = caught.value.findings
    assert (finding.file, finding.line) == (tmp_path / "slow.py", 5)
    assert "did not end after 5 seconds" in finding.what


def test_check_finds_what_only_the_packed_page_lacks_and_writes_nothing(tmp_path, run):
    """It reads a file from the folder that one happens to be in, and a package that nobody packed."""
    (tmp_path / "words.txt").write_text("a b")
    write(tmp_path, deep__forms="open('words.txt').close()\n" + PLAIN)
    before = content(tmp_path)
    (error,) = checked(run, "deep/forms.py:PlainForm")["errors"]
    assert (error["file"], error["line"]) == (str(tmp_path / "deep" / "forms.py"), 5)
    assert "words.txt" in error["message"]
    status, _, err = run("build", "deep/forms.py:PlainForm", "--out", "site")
    assert (status, err) == (1, f"clientforms: deep/forms.py:5: {error['message']}\n")
    assert content(tmp_path) == before


@pytest.mark.parametrize("choices", ["[]", "[('', '---')]", "lambda: []"])
@pytest.mark.parametrize("kind", ["ChoiceField", "TypedChoiceField", "MultipleChoiceField"])
def test_a_required_field_with_nothing_to_choose_is_a_warning(choices, kind):
    from django import forms

    from clientforms import ClientForm, ClientFormSet
    from clientforms.builder.django_project.model_choices import without_choices

    field = getattr(forms, kind)
    given = {"choices": eval(choices)}
    form_class = type("PickForm", (forms.Form,), {
        "pick": field(**given), "free": field(required=False, **given), "full": field(choices=[("a", "A")]),
    })  # fmt: skip
    assert list(without_choices(ClientForm(form_class))) == [("pick", False)]
    assert list(without_choices(ClientFormSet(forms.formset_factory(form_class, extra=0)))) == [
        ("pick", False)
    ]


@pytest.mark.parametrize("template", [False, True], ids=["its own page", "a template"])
def test_a_file_that_a_form_s_html_names_is_told_with_the_form_and_its_field(
    tmp_path, run, template
):
    """Never with the page.html of clientforms, where nobody wrote it; static folders have such files too."""
    shop = (
        "from django import forms\nfrom django.utils.safestring import mark_safe\n\n\n"
        "class Face(forms.TextInput):\n    template_name = 'shop/face.html'\n\n\n"
        "class OrderForm(forms.Form):\n    face = forms.CharField(widget=Face())\n"
        "    terms = forms.BooleanField(help_text=mark_safe('<a href=\"terms.html\">Terms</a>'))\n\n\n"
        "OrderFormSet = forms.formset_factory(OrderForm)\n"
    )
    write(tmp_path, shop__forms=shop)
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "templates" / "shop").mkdir(parents=True)
    face = '{% include "django/forms/widgets/text.html" %}<img src="face.svg" alt=""><img src="there.svg" alt="">'
    (tmp_path / "shop" / "templates" / "shop" / "face.html").write_text(face)
    (tmp_path / "shop" / "static").mkdir()
    (tmp_path / "shop" / "static" / "there.svg").write_text("<svg/>")
    page = "".join(
        f'<div data-{kind.lower()}="shop.forms.Order{kind}" data-prefix="{kind}"></div>'
        for kind in ("FormSet", "Form")
    )
    own = f"<!DOCTYPE html><html><head></head><body>{page}<a href='own.html'>a</a></body></html>"
    (tmp_path / "page.html").write_text(own)
    named = ("--prefix", "rows", "--prefix", "one")
    if template:
        named = ("--template", "page.html")
    targets = ("shop/forms.py:OrderFormSet", "shop/forms.py:OrderForm")
    report = checked(run, *targets, *named)
    assert report["errors"] == []
    warnings = report["warnings"]
    found = {(each["file"], each["line"], each["field"], each["message"]) for each in warnings}
    file = str(tmp_path / "shop" / "forms.py")
    expected = {
        (file, line, field, f"{name}.{field} names {url} in its HTML, which no static folder has.")
        for line, name in ((9, "OrderForm"), (14, "OrderFormSet"))
        for field, url in (("face", "face.svg"), ("terms", "terms.html"))
    }
    if template:
        message = "own.html does not exist, but the page refers to it."
        expected.add(("page.html", None, None, message))
    assert found == expected


def test_warnings_name_the_author_s_file_line_and_field(tmp_path, run):
    """Of a secret that is packed, a field with nothing to choose, and a file that a widget's Media names."""
    media = "class Media:\n        js = ['shop/none.js']"
    write(
        tmp_path,
        odd="from conf import SIZE\n" + WIDGET.format(media, "()"),
        conf="SIZE = 1\n\nSECRET_KEY = 'k9'\n",
        pick="from django import forms\n\n\nclass PickForm(forms.Form):\n    size = forms.ChoiceField()\n",
    )
    warnings = checked(run, "odd.py:OddForm", "pick.py:PickForm")["warnings"]
    found = {(each["file"], each["line"], each["field"]): each["message"] for each in warnings}
    assert found == {
        (str(tmp_path / "conf.py"), 3, None): "SECRET_KEY is in this file, which anyone who opens the page can read. "
        "Move it to a module that no form imports.",
        (str(tmp_path / "pick.py"), 4, "size"): "PickForm.size is required but has no choices, so that no value is "
        "valid. Give it choices.",
        (str(tmp_path / "odd.py"), 10, "odd"): "OddForm.odd (Odd) names shop/none.js in its Media, which no static "
        "folder has.",
    }  # fmt: skip
