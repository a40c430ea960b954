"""Questions and refusals, asked of a real server."""

import json
import urllib.error
import urllib.request

import pytest
from django import forms
from django.core.cache import cache
from django.test import RequestFactory, override_settings

from clientforms.server.answer_view import answer_view
from clientforms.server.answers import answer
from clientforms.server.refusals import Refusal
from clientforms.server.registry import Registration
from tests.server.stock_project import StockProject

LINES = "orders.forms.LineFormSet"
TOKEN = "x" * 32


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = StockProject(tmp_path_factory.mktemp("answers"))
    made.add_settings('CLIENTFORMS = {"LARGEST_QUESTION": 4000, "QUESTIONS_PER_SECOND": 5000}')
    return made


@pytest.fixture(scope="module")
def address(project):
    with project.serving() as address:
        yield address


@pytest.fixture
def ask(address):
    """Return a function that asks, and returns the status and what the server says."""

    def asked(question, *, token=TOKEN, cookies="", query=""):
        body = question if isinstance(question, bytes) else json.dumps(question).encode()
        headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": token,
            "Cookie": f"csrftoken={TOKEN}; {cookies}",
        }
        request = urllib.request.Request(f"{address}/clientforms/answers/{query}", body, headers)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            assert "Traceback" not in text
            return error.code, json.loads(text) if text.startswith("{") else text

    return asked


def lines(*products, **more):
    """Return a question about a formset with these products, in rows r0, r1, and so on."""
    rows = {
        f"r{index}": {"__prefix__-product": [product], "__prefix__-count": ["1"]}
        for index, product in enumerate(products)
    }
    return {
        "form": LINES, "number": 1, "prefix": "lines", "page": "p" * 22, "initial": 0, "order": list(rows),
        "rows": rows, **more,
    }  # fmt: skip


def test_errors_come_by_row_and_field_with_djangos_codes(ask):
    status, said = ask(lines("tea", "sand", ""))
    assert status == 200
    assert said["errors"] == {
        "r1": {"product": [{"message": "There is no product sand.", "code": "gone"}]},
        "r2": {"product": [{"message": "This field is required.", "code": "required"}]},
    }
    assert said["whole"] == []


def test_a_question_may_say_what_has_changed(ask):
    assert ask(lines("tea", "sand"))[1]["kept"]
    change = {"rows": {"r0": {"__prefix__-product": ["mud"]}}, "order": ["r1", "r0"]}
    status, said = ask(
        {"form": LINES, "prefix": "lines", "page": "p" * 22, "number": 2, "base": 1, **change}
    )
    assert status == 200
    assert {key: errors["product"][0]["code"] for key, errors in said["errors"].items()} == {
        "r0": "gone", "r1": "gone",
    }  # fmt: skip
    assert ask(lines("tea", base=77))[0] == 409
    assert ask({**lines("tea"), "page": "q" * 22, "base": 2})[0] == 409


def test_the_answer_is_in_the_language_of_the_page(ask):
    _, said = ask(lines(""), query="?language=de&zone=Europe/Berlin")
    assert said["errors"]["r0"]["product"][0]["message"] == "Dieses Feld ist zwingend erforderlich."


ONE = {"number": 1, "order": ["a"], "initial": 0}


@pytest.mark.parametrize(
    ("question", "status", "reason"),
    [
        (b"{", 400, "not valid JSON"),
        (b"[" * 3000, 400, "not valid JSON"),
        ([], 400, "JSON object"),
        ({"form": "os.path"}, 404, "No form of this name"),
        ({"form": "orders.forms.ProductFormSet"}, 404, "No form of this name"),
        ({"form": LINES}, 400, "no number"),
        ({"form": LINES, "number": 1}, 400, "no rows"),
        (lines("tea", order=["r0", "r0"]), 400, "contains a row twice"),
        (lines("tea", order=["r9"]), 400, "or an unknown row"),
        (lines("tea", initial=2), 400, "more initial rows"),
        (lines("tea", initial=-1), 400, "not a valid number"),
        (lines("tea", rows=[]), 400, "not an object"),
        (lines("tea", rows={"r0": {"__prefix__-product": "tea"}}), 400, "not a list of strings"),
        (lines("tea", prefix="p" * 300), 400, "too long"),
        (lines("\ud800"), 400, "an unpaired surrogate"),
        (lines("t" * 5000), 413, "LARGEST_QUESTION"),
        (lines("tea", about="forged"), 400, "signed token for an object is not valid"),
        ({"form": "secret", **ONE, "rows": {"a": {"word": ["x"]}}}, 403, "may not ask"),
        ({"form": "broken", **ONE, "rows": {"a": {"word": ["x"]}}}, 500, "own code failed"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(ask, question, status, reason):
    said = ask(question)
    assert said[0] == status
    assert reason in said[1]["refused"]


def test_who_may_ask_gets_an_answer(ask):
    question = {"form": "secret", **ONE, "rows": {"a": {"word": ["mellon"]}}}
    status, said = ask(question, cookies="key=1")
    assert status == 200
    assert said["errors"]["a"]["word"][0]["code"] == "known"


def test_the_management_form_is_the_servers(ask):
    tampered = {f"lines-{name}": ["9999"] for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    status, said = ask(lines("tea", more=tampered))
    assert (status, said["errors"]) == (200, {})


def test_without_a_token_nothing_is_answered(ask):
    assert ask(lines("tea"), token="")[0] == 403


@override_settings(CLIENTFORMS={"QUESTIONS_PER_SECOND": 2})
def test_who_asks_too_often_is_told_when_to_come_again():
    cache.clear()
    said = [_asked_here() for _ in range(50)]
    refused = [response for response in said if response.status_code == 429]
    assert 9 <= len(refused) <= 30  # twenty in ten seconds, which may have ended meanwhile
    assert 0 < json.loads(refused[0].content)["retryAfter"] <= 11
    assert refused[0]["Retry-After"] == str(json.loads(refused[0].content)["retryAfter"])


def _asked_here():
    request = RequestFactory().post("/", b"{}", content_type="application/json")
    request._dont_enforce_csrf_checks = True
    return answer_view(request)


def test_each_refusal_is_a_line_in_the_log(caplog):
    cache.clear()
    _asked_here()
    (record,) = (each for each in caplog.records if each.name == "clientforms.server")
    said = record.getMessage()
    assert (
        said
        == "400 for 127.0.0.1, form '': A question must be a JSON object with the name of a form."
    )


class NameForm(forms.Form):
    name = forms.CharField()

    def __init__(self, *args, host="", **kwargs):
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_name(self):
        if self.cleaned_data["name"] == self.host:
            raise forms.ValidationError("You are no guest.", code="host")
        return self.cleaned_data["name"]


class Forgetful:
    """Remembers nothing of what a page has said."""

    def find(self, name, prefix, number):
        return None

    def keep(self, name, prefix, number, state):
        return False

    def verdicts(self, name, prefix):
        return None


def answer_here(registration, rows, **more):
    """Answer a question about these rows, in this process."""
    question = {"number": 1, "order": list(rows), "rows": rows, **more}
    return answer(registration, RequestFactory().post("/"), question, Forgetful())


def _answer(registration, **rows):
    return answer_here(registration, rows)


def test_a_form_gets_what_it_needs_of_the_request():
    registration = Registration(
        NameForm, "name", get_form_kwargs=lambda request: {"host": request.path}
    )
    said = _answer(registration, a={"name": ["/"]})
    assert said["errors"]["a"]["name"][0]["code"] == "host"
    assert not said["kept"]


def test_no_question_has_more_rows_than_the_formset_allows():
    registration = Registration(forms.formset_factory(NameForm, max_num=1, absolute_max=2), "few")
    rows = {key: {"__prefix__-name": [key]} for key in "abc"}
    with pytest.raises(Refusal, match="absolute_max"):
        _answer(registration, **rows)
    assert _answer(registration, a=rows["a"], b=rows["b"])["whole"] == []


@override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2)
def test_no_question_has_more_fields_than_a_post():
    registration = Registration(NameForm, "name")
    with pytest.raises(Refusal, match="DATA_UPLOAD_MAX_NUMBER_FIELDS"):
        _answer(registration, a={"name": ["x"], "b": ["x"], "c": ["x"]})
