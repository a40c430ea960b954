"""The peer that has no rules in the page: Django on localhost renders and validates the formset.

Prints its address and serves until it is ended.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "app"))

PREFIX = "articles"


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: what is measured is not what a terminal does."""


def row(form: BaseForm) -> str:
    return f'<div class="row">{form}<button type="button" class="remove">Remove</button></div>'


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse((HERE / "index.html").read_bytes())


def render(request: HttpRequest) -> HttpResponse:
    """Answer with the formset's HTML, as a view would when the page is opened."""
    from bench.forms import ArticleFormSet

    formset = ArticleFormSet(initial=json.loads(request.body), prefix=PREFIX)
    return HttpResponse(f"{formset.management_form}{''.join(map(row, formset.forms))}")


def blank(request: HttpRequest) -> HttpResponse:
    from bench.forms import ArticleFormSet

    return HttpResponse(row(ArticleFormSet(prefix=PREFIX).empty_form))


def validate(request: HttpRequest) -> HttpResponse:
    """Answer with all errors of the posted formset: control's name to messages."""
    from bench.forms import ArticleFormSet

    formset = ArticleFormSet(request.POST, prefix=PREFIX)
    errors = {
        form.add_prefix(name): list(messages)
        for form in formset.forms
        for name, messages in form.errors.items()
    }
    return JsonResponse({"errors": errors, "nonForm": list(formset.non_form_errors())})


urlpatterns = [
    path("benchmarks/peers/server/index.html", page),
    path("render/", render),
    path("blank/", blank),
    path("validate/", validate),
]


def main() -> None:
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        USE_TZ=True,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=None,
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    )
    django.setup()
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(get_wsgi_application())
    print(f"Serving at http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
