"""A plain submit to a real Django server, and what the page asks of whom."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from clientforms.engine.data.to_json import to_plain
from demo.forms import ArticleFormSet

RECEIVED: list[dict] = []


@csrf_exempt
def receive(request):
    """What any Django developer would write."""
    formset = ArticleFormSet(request.POST, prefix="articles")
    valid = formset.is_valid()
    RECEIVED.append(
        {
            "valid": valid,
            "cleaned": to_plain(formset.cleaned_data) if valid else None,
            "errors": to_plain(formset.errors),
            "post": {name: request.POST.getlist(name) for name in request.POST},
        }
    )
    # Its own icon, or the browser asks this small server for one while it is being stopped.
    return HttpResponse('<link rel="icon" href="data:,"><p>Received.</p>')


urlpatterns = [path("articles/", receive)]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        """Keep the test's output readable."""


@pytest.fixture
def django_server():
    """A stock Django, served for real."""
    RECEIVED.clear()
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], DEBUG=True):
        server: WSGIServer = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/articles/"
        server.shutdown()
        thread.join()
        server.server_close()


def send_to(live, url):
    live.page.evaluate(
        """url => {
            const form = document.getElementById("articles-form");
            form.action = url;
            form.method = "post";
        }""",
        url,
    )


def test_a_stock_django_formset_accepts_a_plain_submit(live, django_server, complaints):
    complaints.allow_origin(django_server)
    send_to(live, django_server)
    live.fill_article(0, title="First")
    live.fill_article(1, title="Gone")
    live.fill_article(2, title="Last")
    live.button("articles", "remove", row=1).click()
    live.button("articles", "add").click()
    posted = live.form_data("articles-form")
    live.page.get_by_role("button", name="Check and save").click()
    live.page.wait_for_url(django_server)
    assert RECEIVED[0]["valid"], RECEIVED[0]["errors"]
    assert RECEIVED[0]["post"] == posted
    assert [each.get("title") for each in RECEIVED[0]["cleaned"]] == [
        "First",
        "Last",
        None,
    ]


def test_an_invalid_form_is_not_sent(live, django_server):
    send_to(live, django_server)
    live.type("articles-0-title", "Only a title")
    live.page.get_by_role("button", name="Check and save").click()
    live.expect_errors("articles-0-slug", "This field is required.")
    assert RECEIVED == []


NAME = """
class NameForm(forms.Form):
    name = forms.CharField()
"""
WITHOUT_ACTION = "".join(
    f'<form id="{name}" {form}><div data-form="case.NameForm" data-prefix="{name}"></div>'
    f'<button name="{name}-how" value="{name}"{button}>Send {name}</button></form>'
    for name, form, button in (
        ("bare", "", ""),
        ("get", 'method="get"', ""),
        ("post", 'method="post"', ""),
        ("capitals", 'method="POST"', ""),
        ("button", "", ' formmethod="post"'),
        ("back", 'method="post"', ' formmethod="get"'),
        ("unchecked", 'method="post"', " formnovalidate"),
    )
)


def test_a_form_that_posts_is_sent_to_its_own_page_without_an_action(author):
    live = author(WITHOUT_ACTION, NAME)
    sent = []

    def receive(route):
        sent.append(f"{route.request.method} {route.request.post_data}")
        route.fulfill(status=204)

    live.page.route("**/case.html*", receive)
    for name in ("bare", "get", "back", "post", "capitals", "button"):
        live.page.get_by_role("button", name=f"Send {name}").click()
        live.expect_errors(f"{name}-name", "This field is required.")
        live.control(f"{name}-name").fill("Ann")
        live.page.get_by_role("button", name=f"Send {name}").click()
    with live.page.expect_request("**/case.html"):
        live.page.get_by_role("button", name="Send unchecked").click()
    assert sent == [
        *(f"POST {name}-name=Ann&{name}-how={name}" for name in ("post", "capitals", "button")),
        "POST unchecked-name=&unchecked-how=unchecked",
    ]
    assert live.page.url.endswith("/case.html")
