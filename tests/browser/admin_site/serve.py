"""Serves the admin, the checkout's own files beside it: python -m tests.browser.admin_site.serve DB PORT"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import path, re_path

ROOT = Path(__file__).resolve().parents[3]
APP = "tests.browser.admin_site"


def configure(database: str) -> None:
    templates = ROOT / "tests/browser/admin_site/templates"
    processors = ["request", "auth", "messages"]
    paths = {"request": "django.template.context_processors.request"}
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEBUG=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions")),
            *(f"django.contrib.{name}" for name in ("messages", "staticfiles")),
            APP,
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        MIGRATION_MODULES=dict.fromkeys(("admin", "auth", "contenttypes", "sessions")),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="only for this test",
        STATIC_URL="/admin-static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [templates],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        paths.get(name, f"django.contrib.{name}.context_processors.{name}")
                        for name in processors
                    ]
                },
            }
        ],
        USE_TZ=True,
    )
    django.setup()


def register() -> None:
    from django.contrib import admin

    from tests.browser.admin_site.models import Address, Author, Book

    class BookInline(admin.TabularInline):
        model = Book
        extra = 1
        prepopulated_fields = {"slug": ["title"]}
        live = "live.BookFormSet"

    class AddressInline(admin.StackedInline):
        model = Address
        extra = 0
        classes = ["collapse"]
        live = "live.AddressFormSet"

    class AuthorAdmin(admin.ModelAdmin):
        inlines = [BookInline, AddressInline]

    admin.site.register(Author, AuthorAdmin)


def fill() -> None:
    from django.contrib.auth.models import User

    from tests.browser.admin_site.models import Address, Author, Book

    User.objects.create_superuser("ann", "ann@example.org", "secret")
    author = Author.objects.create(name="Ann")
    Book.objects.create(author=author, title="One", slug="one")
    Book.objects.create(author=author, title="Two", slug="two")
    Book.objects.create(author=Author.objects.create(name="Ben"), title="His", slug="his")
    Address.objects.create(author=author, street="First Street")


def urls() -> list:
    from django.contrib import admin
    from django.views.generic import RedirectView
    from django.views.static import serve

    own = re_path(r"^(?P<path>(?:static|app)/.*|pyscript\.toml)$", serve, {"document_root": ROOT})
    home = path("", RedirectView.as_view(url="/admin/"))
    icon = path("favicon.ico", serve, {"document_root": ROOT / "static", "path": "favicon.svg"})
    return [home, path("admin/", admin.site.urls), own, icon]


if __name__ == "__main__":
    sys.modules["tests.browser.admin_site.serve"] = sys.modules["__main__"]
    database, port = sys.argv[1:]
    configure(database)
    register()
    call_command("migrate", run_syncdb=True, verbosity=0)
    fill()
    urlpatterns = urls()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, use_threading=True)
