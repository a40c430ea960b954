"""Select the settings with which a project runs in a page.

Most are the project's own. Some make no sense in a page, or would publish a secret: a page has a value of its
own for them, or Django's default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clientforms.builder.django_project.project_settings import literal, looks_secret

__all__ = ["DATABASE", "FOLDER", "NO_SENSE", "overrides", "published_settings"]

FOLDER = "clientforms-site"
"""The folder in the page with the database, uploads and static files. It cannot be imported."""

DATABASE = f"{FOLDER}/db.sqlite3"

NO_SENSE: dict[str, str] = {
    "DATABASES": "a page has one SQLite database",
    "DATABASE_ROUTERS": "a page has one SQLite database",
    "CACHES": "a page has a cache in its memory",
    "CHANNEL_LAYERS": "a page has no sockets",
    "EMAIL_BACKEND": "mail goes to an outbox in the page",
    "EMAIL_HOST": "mail goes to an outbox in the page",
    "EMAIL_PORT": "mail goes to an outbox in the page",
    "EMAIL_HOST_USER": "mail goes to an outbox in the page",
    "EMAIL_HOST_PASSWORD": "mail goes to an outbox in the page",
    "EMAIL_FILE_PATH": "mail goes to an outbox in the page",
    "EMAIL_USE_TLS": "mail goes to an outbox in the page",
    "EMAIL_USE_SSL": "mail goes to an outbox in the page",
    "ALLOWED_HOSTS": "requests are made in the page",
    "CSRF_TRUSTED_ORIGINS": "requests are made in the page",
    "CSRF_COOKIE_SECURE": "requests are made in the page",
    "CSRF_COOKIE_DOMAIN": "requests are made in the page",
    "SESSION_COOKIE_SECURE": "requests are made in the page",
    "SESSION_COOKIE_DOMAIN": "requests are made in the page",
    "SECURE_SSL_REDIRECT": "requests are made in the page",
    "SECURE_SSL_HOST": "requests are made in the page",
    "SECURE_HSTS_SECONDS": "requests are made in the page",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": "requests are made in the page",
    "SECURE_HSTS_PRELOAD": "requests are made in the page",
    "SECURE_PROXY_SSL_HEADER": "requests are made in the page",
    "USE_X_FORWARDED_HOST": "requests are made in the page",
    "USE_X_FORWARDED_PORT": "requests are made in the page",
    "INTERNAL_IPS": "requests are made in the page",
    "FORCE_SCRIPT_NAME": "requests are made in the page",
    "WSGI_APPLICATION": "a page is no server",
    "ASGI_APPLICATION": "a page is no server",
    "LOGGING": "the log of a page is the browser's console",
    "LOGGING_CONFIG": "the log of a page is the browser's console",
    "STORAGES": "uploads are kept in the browser",
    "MEDIA_ROOT": "uploads are kept in the browser",
    "STATIC_ROOT": "static files are in the build",
    "STATICFILES_DIRS": "static files are in the build",
    "STATICFILES_FINDERS": "static files are in the build",
    "FILE_UPLOAD_TEMP_DIR": "uploads are kept in the browser",
    "PASSWORD_HASHERS": "a page hashes with few rounds, because it has no OpenSSL",
    "SECRET_KEY": "a page has no secrets",
    "SECRET_KEY_FALLBACKS": "a page has no secrets",
    "ADMINS": "nobody gets mail from a page",
    "MANAGERS": "nobody gets mail from a page",
    "DEBUG": "a built site shows visitors no tracebacks",
}
"""Settings for which a page has a value of its own, and why."""

_QUIET = {
    "DATABASES", "ALLOWED_HOSTS", "WSGI_APPLICATION", "ASGI_APPLICATION", "SECRET_KEY", "DEBUG", "MEDIA_ROOT", "STATIC_ROOT",
    "STATICFILES_DIRS", "INTERNAL_IPS",
}  # fmt: skip
"""Those that every project has, which are no news."""

_NO_APPS = (
    "channels", "daphne", "debug_toolbar", "django_browser_reload", "django_extensions", "silk", "whitenoise",
)  # fmt: skip
"""Packages whose apps and middleware only a server or a developer needs."""

_SESSIONS = {
    "django.contrib.sessions.backends.cache": "django.contrib.sessions.backends.db",
    "django.contrib.sessions.backends.cached_db": "django.contrib.sessions.backends.db",
    "django.contrib.sessions.backends.file": "django.contrib.sessions.backends.db",
}
"""Session engines that lose sessions as the page is closed, and what keeps them."""


def overrides(folder: Path, *, debug: bool) -> dict[str, Any]:
    """Return the settings that a page has whatever the project's are. Files are below `folder`."""
    return {
        "ALLOWED_HOSTS": ["*"],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / DATABASE),
                "CONN_MAX_AGE": None,  # opening it again for each request takes time
            }
        },
        "DEBUG": debug,
        "MEDIA_ROOT": str(folder / FOLDER / "media"),
        "STATIC_ROOT": str(folder / FOLDER / "static"),
    }


PAGE_ONLY = {
    "EMAIL_BACKEND": "clientforms.site.mail_outbox.EmailBackend",
    "PASSWORD_HASHERS": [
        "clientforms.site.slow_hashes.PagePBKDF2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ],
}
"""Settings that name modules of the page."""


def without_server_apps(names: list[str]) -> list[str]:
    """Return entries of INSTALLED_APPS or MIDDLEWARE without those that only a server needs."""
    return [name for name in names if name.partition(".")[0] not in _NO_APPS]


def published_settings(
    settings: Any, root: Path, *, debug: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the settings of the page as Python source by name, and reasons for those that are not the project's."""
    from django.conf import global_settings

    kept_back: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name in dir(settings):
        if not name.isupper() or not settings.is_overridden(name):
            continue
        value = getattr(settings, name)
        if name in NO_SENSE:
            if name not in _QUIET:
                kept_back[name] = NO_SENSE[name]
        elif looks_secret("" if hasattr(global_settings, name) else name, _plain(value, root)):
            kept_back[name] = "it looks like a secret"
        elif literal(_plain(value, root)) is None:
            kept_back[name] = f"a page cannot be given {type(value).__name__}"
        else:
            values[name] = _plain(value, root)
    if values.get("SESSION_ENGINE") in _SESSIONS:
        kept_back["SESSION_ENGINE"] = "sessions are kept in the database of the page"
        values["SESSION_ENGINE"] = _SESSIONS[values["SESSION_ENGINE"]]
    for name in ("INSTALLED_APPS", "MIDDLEWARE"):
        gone = set(values.get(name, ())) - set(without_server_apps(list(values.get(name, ()))))
        if gone:
            kept_back[name] = f"a page does without {', '.join(sorted(gone))}"
            values[name] = without_server_apps(list(values[name]))
    values |= overrides(Path(), debug=debug) | PAGE_ONLY
    return {name: str(literal(value)) for name, value in sorted(values.items())}, kept_back


def _plain(value: Any, root: Path) -> Any:
    """Return a setting's value with paths below `root` relative to it, as in the page, and as text."""

    def inner(entry: Any) -> Any:
        return _plain(entry, root)

    match value:
        case Path():
            return _place(value, root)
        case str() if value.startswith(f"{root}/"):
            return _place(Path(value), root)
        case Mapping():
            return {key: inner(entry) for key, entry in value.items()}
        case list() | tuple() | set() | frozenset():
            return type(value)(map(inner, value)) if type(value) in _BUILT_IN else value
    return value


_BUILT_IN: tuple[Callable[..., Any], ...] = (list, tuple, set, frozenset)


def _place(path: Path, root: Path) -> str:
    resolved = path.resolve()
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else str(path)
