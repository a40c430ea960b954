"""A Django server whose own page has a live formset in it: python existing_page.py runserver"""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.static import serve
from party import GuestFormSet

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]  # after `make setup`

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DEBUG=True,
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this example",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE]}],
)


def party(request):
    guests = GuestFormSet(request.POST or None, prefix="guests")
    if request.method == "POST" and guests.is_valid():
        names = [form.cleaned_data["name"] for form in guests.forms if form.cleaned_data]
        return HttpResponse(f"Expecting {', '.join(names)}.")
    return render(request, "existing_page.html", {"guests": guests})


urlpatterns = [
    path("favicon.ico", serve, {"document_root": CHECKOUT / "static", "path": "favicon.svg"}),
    path("", party),
    re_path(r"^live/(?P<path>(static|app)/.*)$", serve, {"document_root": CHECKOUT}),
    re_path(r"^live/(?P<path>live\.toml|party\.py)$", serve, {"document_root": HERE}),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
