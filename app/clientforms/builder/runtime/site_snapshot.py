"""Import what a Django site needs for a third snapshot: its handler, models and `django.contrib`. Runs in Pyodide.

The contrib apps' models are defined here, for Django's own user model. A page whose settings name
another one forgets them and imports them again (`clientforms.site.contrib`).
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import py_compile
import shutil
import sys
from pathlib import Path
from typing import Any

__all__ = ["KEPT", "SERVER_MODULES", "code_stamp", "compile_server", "configure", "import_all"]

APPS = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles", "humanize")
"""Apps of `django.contrib` whose modules are imported."""

MODULES = (
    "clientforms.engine.models.given_queryset",
    "clientforms.engine.models.without_database",
    "django.core.files.uploadhandler",
    "django.core.handlers.base",
    "django.core.handlers.exception",
    "django.core.handlers.wsgi",
    "django.core.mail.backends.base",
    "django.core.management.base",
    "django.core.paginator",
    "django.core.serializers.json",
    "django.core.serializers.python",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models.functions",
    "django.db.models.sql.compiler",
    "django.http.multipartparser",
    "django.middleware.clickjacking",
    "django.middleware.common",
    "django.middleware.csrf",
    "django.middleware.gzip",
    "django.middleware.http",
    "django.middleware.locale",
    "django.middleware.security",
    "django.shortcuts",
    "django.template.context_processors",
    "django.template.loaders.app_directories",
    "django.template.loaders.cached",
    "django.template.loaders.filesystem",
    "django.templatetags.cache",
    "django.templatetags.i18n",
    "django.templatetags.l10n",
    "django.templatetags.static",
    "django.templatetags.tz",
    "django.urls",
    "django.views.csrf",
    "django.views.decorators.cache",
    "django.views.decorators.csrf",
    "django.views.decorators.http",
    "django.views.decorators.vary",
    "django.views.defaults",
    "django.views.generic",
    "django.views.i18n",
    "django.views.static",
    "encodings.cp437",  # for names in zip files
    "gzip",
    "http.cookies",
    "sqlite3",
)

LEFT_OUT = (
    "django.contrib.admin.tests",
    "django.contrib.admindocs",
    "django.contrib.auth.admin",  # registers with the admin of the page's settings
    "django.contrib.auth.handlers",
    "django.contrib.contenttypes.admin",
    "django.contrib.staticfiles.testing",
)
"""Modules that depend on the settings, or that only a server or tests use."""

KEPT = (
    "compression", "difflib", "email", "gzip", "quopri", "zipfile", "pprint", "bz2", "lzma",
)  # fmt: skip
"""Members of `omitted_modules.CALLED_SELDOM` whose classes these modules use."""

_SERVER = "clientforms.server"

SERVER_MODULES = {
    "__init__.py": "site/server_app/server_package.py",
    "apps.py": "site/server_app/server_config.py",
    "urls.py": "site/server_app/server_urls.py",
    "templatetags/__init__.py": "site/server_app/__init__.py",
    "templatetags/clientforms.py": "site/server_app/server_tags.py",
    **{
        name: f"server/{name}"
        for name in (
            "form_containers.py", "migrations/0001_initial.py", "migrations/__init__.py", "models.py", "response_json.py",
            "submissions.py", "views.py",
        )
    },
}  # fmt: skip
"""The modules of `clientforms.server` in a page, and their files in the folder of clientforms."""


_TEMPLATES = {
    "base.html": """{% load i18n static %}<!doctype html><html lang="en"><head><title>{% block title %}{% endblock %}</title>
        <link rel="stylesheet" href="{% static "a.css" %}"></head><body>
        {% if user.is_authenticated %}{{ user.username }}{% else %}{% translate "Log in" %}{% endif %}
        {% if messages %}<ul>{% for message in messages %}<li{% if message.tags %} class="{{ message.tags }}"{% endif %}>{{ message }}</li>
        {% endfor %}</ul>{% endif %}{% block content %}{% endblock %}</body></html>""",
    "list.html": """{% extends "base.html" %}{% block title %}All{% endblock %}{% block content %}
        {% for object in object_list %}{% include "row.html" with number=forloop.counter %}{% empty %}None{% endfor %}
        {% if is_paginated %}{% if page_obj.has_next %}<a href="?page={{ page_obj.next_page_number }}">Next</a>{% endif %}
        {% for page in paginator.page_range %}{% if page == page_obj.number %}{{ page }}{% endif %}{% endfor %}{% endif %}
        {% endblock %}""",
    "row.html": """<li id="row-{{ object.pk }}"><a href="{% url "edit" object.pk %}">{{ object }}</a> {{ number }}
        {{ object.name|default:"none"|truncatechars:20 }} {{ object.permissions.count }} {% now "Y-m-d" %}
        <form method="post" action="{% url "edit" pk=object.pk %}">{% csrf_token %}<button>Go</button></form></li>""",
    "form.html": """{% extends "base.html" %}{% block content %}<form method="post">{% csrf_token %}{{ form.as_p }}
        {% for field in form %}{{ field.as_field_group }}{% endfor %}<button>Save</button></form>{% endblock %}""",
}  # fmt: skip


def configure() -> dict[str, object]:
    """Return the settings under which the modules are imported."""
    return {
        "ALLOWED_HOSTS": ["*"],
        "INSTALLED_APPS": [*(f"django.contrib.{app}" for app in APPS), _SERVER],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "SECRET_KEY": "of the snapshot, which no page has",
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        "ROOT_URLCONF": "warm_up_urls",
        "STATIC_URL": "/static/",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [("django.template.loaders.locmem.Loader", _TEMPLATES)],
                        )
                    ],
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ],
                },
            }
        ],
    }


def import_all(folder: str, sources: Path) -> None:
    """Import everything. `sources` is the folder of clientforms, `folder` the one that modules are imported from.

    `compile_server()` was called, and Django is configured. What pages bring themselves is removed from `folder`.
    """
    # Django refuses queries while an event loop runs, as one always does in a page; it stays set there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    for name in MODULES:
        importlib.import_module(name)
    for app in APPS:
        package = importlib.import_module(f"django.contrib.{app}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not _is_left_out(module.name):
                importlib.import_module(module.name)
    ours = importlib.import_module("clientforms.site")
    for package in (ours, importlib.import_module(_SERVER)):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if not module.ispkg:
                importlib.import_module(module.name)
    importlib.import_module(f"{_SERVER}.templatetags.clientforms")
    vars(ours)["STAMP"] = code_stamp(sources)
    for name in [name for name in sys.modules if name.startswith(LEFT_OUT)]:
        del sys.modules[name]
        parent, _, own = name.rpartition(".")
        vars(sys.modules.get(parent, sys)).pop(own, None)
    _warm_up()
    _forget()
    # Pages have their own copies.
    for place in ("django/contrib", "django/core/management/commands", _SERVER.replace(".", "/")):
        shutil.rmtree(Path(folder, place))


def compile_server(folder: str, sources: Path) -> None:
    """Put the modules of `clientforms.server` into `folder`, compiled. `sources` is the folder of clientforms."""
    for name, source in SERVER_MODULES.items():
        place = Path(folder, _SERVER.replace(".", "/"), name)
        place.parent.mkdir(parents=True, exist_ok=True)
        py_compile.compile(
            str(sources / source), str(place.with_suffix(".pyc")), str(place), doraise=True, optimize=2,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )  # fmt: skip


def code_stamp(folder: Path) -> str:
    """Return a hash of clientforms' own modules for sites, by which a page knows those in its snapshot.

    `folder` is that of clientforms.
    """
    content = hashlib.sha256()
    files = {path.relative_to(folder).as_posix() for path in folder.glob("site/**/*.py")}
    for name in sorted(files.union(SERVER_MODULES.values())):
        content.update(name.encode() + (folder / name).read_bytes())
    return content.hexdigest()[:16]


def _is_left_out(name: str) -> bool:
    return f"{name}.".startswith(tuple(f"{left_out}." for left_out in LEFT_OUT)) or any(
        part in name for part in (".management", ".migrations")
    )


def _warm_up() -> None:
    """Run queries and render a form of the contrib apps, which compiles expressions and fills caches."""
    from django.contrib.auth.forms import AuthenticationForm
    from django.contrib.auth.models import User
    from django.core.management.color import no_style
    from django.db import connection
    from django.utils.text import camel_case_to_spaces

    camel_case_to_spaces("UserProfile")
    no_style()
    with connection.schema_editor() as editor:
        editor.create_model(User)
    user = User(username="a", password="!")
    user.save()
    list(User.objects.filter(username__icontains="a").exclude(pk=2).order_by("-pk")[:1])
    User.objects.filter(pk=1).update(first_name="b")
    str(AuthenticationForm())
    _answer_requests()


def _answer_requests() -> None:
    """Answer a few requests of a small site: Python is quicker in code that has run before, also in a snapshot."""
    from types import ModuleType

    from django.apps import apps
    from django.contrib.auth.models import Group, User
    from django.contrib.messages.views import SuccessMessageMixin
    from django.db import connection
    from django.urls import path
    from django.views.generic import CreateView, ListView, UpdateView

    # Only the page has clientforms.site: the builder knows no more of it than its name.
    handling = importlib.import_module("clientforms.site.page_handler")
    jar = importlib.import_module("clientforms.site.cookie_jar").CookieJar()
    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.db_table not in there:
                editor.create_model(model)
    Group.objects.bulk_create(Group(name=f"group {number}") for number in range(30))
    user = User.objects.get()
    user.groups.add(*Group.objects.all()[:3])

    class All(ListView):
        queryset = Group.objects.prefetch_related("permissions").order_by("name")
        paginate_by = 10
        template_name = "list.html"

    class Add(SuccessMessageMixin, CreateView):
        model = Group
        fields = ("name",)
        template_name = "form.html"
        success_url = "/"
        success_message = "%(name)s was added."

    class Edit(UpdateView):
        model = User
        fields = ("username", "email", "is_active", "groups", "date_joined")
        template_name = "form.html"
        success_url = "/"

    urls = ModuleType("warm_up_urls")
    vars(urls)["urlpatterns"] = [
        path("", All.as_view(), name="all"),
        path("add/", Add.as_view(), name="add"),
        path("<int:pk>/", Edit.as_view(), name="edit"),
    ]
    sys.modules[urls.__name__] = urls
    handler = handling.PageHandler(jar, urls.__name__)

    def ask(*given: Any) -> str:
        answer: Any = None
        try:
            handler.follow(handling.PageRequest(*given)).send(None)  # it waits for nothing
        except StopIteration as end:
            answer = end.value
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{given} was answered with {answer}.")
        return str(answer.text())

    for number in range(12):  # Python specializes code after it has run a few times
        ask(f"/?page={1 + number % 3}")
        ask(f"/{user.pk}/")
        token = ask("/add/").partition('csrfmiddlewaretoken" value="')[2][:64]
        body = f"csrfmiddlewaretoken={token}&name=new{number}".encode()
        ask("/add/", "POST", body, "application/x-www-form-urlencoded")
    del sys.modules[urls.__name__]


def _forget() -> None:
    """Forget the database and the admin's sites, which depend on the page's settings."""
    from django.contrib.admin import sites
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections
    from django.urls import clear_url_caches, set_urlconf
    from django.utils.functional import empty

    clear_url_caches()
    set_urlconf(None)
    ContentType.objects.clear_cache()
    sites.site._wrapped = empty
    sites.all_sites.clear()
    connections.close_all()
    vars(connections).clear()
    connections.__init__()
