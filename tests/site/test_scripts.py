"""What scripts of the project ask for: fetch() and XMLHttpRequest, with all methods and headers."""

import pytest

# Calls fetch(), and says what came: the status, headers of the answer, and its text.
FETCHED = """async (body, [path, init]) => {
    const response = await fetch(path, init);
    const {status, headers} = response;
    const wanted = ["content-type", "x-opening-hours", "allow", "etag", "content-disposition"];
    const found = wanted.filter((name) => headers.has(name)).map((name) => [name, headers.get(name)]);
    return {status, headers: Object.fromEntries(found), text: await response.text()};
}"""
LOADED = """(body, path) => new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("GET", path);
    request.responseType = "json";
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.onload = () => done([request.status, request.response, request.getResponseHeader("X-Opening-Hours")]);
    request.onerror = fail;
    request.send();
})"""

SAID = """(body) => new Promise((done, fail) => {
    setTimeout(() => fail(new Error("No module has run.")), 10_000);
    if (body.querySelector("#lines li").textContent === "nothing") document.addEventListener("said", () => done(true));
    else done(true);
})"""


def fetch(visitor, path, **init):
    return visitor.evaluate(FETCHED, [path, init])


@pytest.fixture
def token(visitor):
    visitor.visit("/desk/csrf/")
    return visitor.value("csrfmiddlewaretoken")


def test_json(visitor):
    visitor.visit("/")
    got = fetch(visitor, "/desk/echo/?a=1")
    assert (got["status"], got["headers"]["content-type"]) == (200, "application/json")
    assert got["headers"]["x-opening-hours"] == "10 to 18"
    assert '"method": "GET"' in got["text"]
    assert '"query": "a=1"' in got["text"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_with_a_body(visitor, token, method):
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    got = fetch(visitor, "/desk/echo/", method=method, headers=headers, body='{"word": "Käse"}')
    assert got["status"] == 200
    assert f'"method": "{method}"' in got["text"]
    assert '"word": "K\\u00e4se"' in got["text"]


def test_a_request_without_the_token_is_refused(visitor):
    visitor.visit("/")
    assert fetch(visitor, "/desk/echo/", method="DELETE")["status"] == 403


def test_a_method_that_is_not_allowed(visitor, token):
    got = fetch(visitor, "/desk/listed/", method="PUT", headers={"X-CSRFToken": token})
    assert (got["status"], got["headers"]["allow"]) == (405, "POST, OPTIONS")


def test_what_a_script_sent_is_changed_in_the_page_by_nobody(visitor):
    visitor.visit("/desk/session/count/")
    assert "2 times" in fetch(visitor, "/desk/session/count/")["text"]
    assert visitor.lines() == ["1 times"]


def test_what_has_not_changed_is_not_sent(visitor):
    visitor.visit("/")
    first = fetch(visitor, "/desk/fresh/", cache="no-store")
    assert (first["status"], first["headers"]["etag"]) == (200, '"first"')
    headers = {"If-None-Match": '"first"'}
    got = fetch(visitor, "/desk/fresh/", cache="no-store", headers=headers)
    assert (got["status"], got["text"]) == (304, "")


def test_the_head_of_a_page(visitor):
    visitor.visit("/")
    got = fetch(visitor, "/desk/files/csv/", method="HEAD")
    assert (got["status"], got["text"]) == (200, "")
    assert got["headers"]["content-disposition"] == 'attachment; filename="books.csv"'


def test_a_redirect_is_followed(visitor):
    visitor.visit("/")
    assert "GET /desk/arrived/" in fetch(visitor, "/desk/hop/2/")["text"]


@pytest.mark.parametrize(
    "code",
    [
        "location = '/desk/arrived/?by=script'",
        "location.href = '/desk/arrived/?by=script'",
        "location.assign('/desk/hop/1/?by=script')",
        "location.replace('/desk/arrived/?by=script#lines')",
    ],
)
def test_a_script_leads_to_another_page(visitor, code):
    visitor.visit("/")
    visitor.answered(lambda: visitor.evaluate(f"() => {{ setTimeout(() => {{ {code} }}); }}"))
    assert visitor.path.startswith("/desk/arrived/")
    assert visitor.lines()[0].startswith("GET /desk/arrived/")


def test_module_scripts_import_each_other(visitor):
    visitor.visit("/desk/modules/")
    visitor.evaluate(SAID)
    assert visitor.lines() == ["shelf,effects,late"]
    assert visitor.line("h1") == "shelf"


def test_an_xml_http_request(visitor):
    visitor.visit("/")
    status, answer, hours = visitor.evaluate(LOADED, "/desk/echo/")
    assert (status, hours) == (200, "10 to 18")
    assert answer["requested_with"] == "XMLHttpRequest"
