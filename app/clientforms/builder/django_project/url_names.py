"""A project's URLs by name, without their views: what `reverse()` needs in a page.

Runs in a process of its own, with the project set up as on its server: a URLconf imports all views.
Writes the source of a URLconf as JSON.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clientforms.builder.django_project.project_settings import literal

__all__ = ["MODULE", "main", "source_of"]

MODULE = "clientforms_urls"
"""What the URLconf is called in the page."""

_HEAD = '''\
"""Written by clientforms build: the names of the project's URLs."""

from django.urls import include, path, re_path
'''

_VIEW = """

def _view(request, *args, **kwargs):
    raise NotImplementedError("A page has no views.")


"""

_LANGUAGES = '''\
from django.urls import LocalePrefixPattern, URLResolver
from django.utils.translation import get_language


class _Language(LocalePrefixPattern):
    """Has the prefix that the project's server gives a language. `defaults` are the project's own."""

    defaults = {defaults!r}

    @property
    def language_prefix(self):
        language = get_language() or self.defaults[0]
        is_default = language in self.defaults
        return "" if is_default and not self.prefix_default_language else f"{{language}}/"
'''


def main(argv: Sequence[str] | None = None) -> int:
    """Set the project up, and write `{"source": …, "left_out": {…}, "error": ""}`."""
    import django
    from django.urls import get_resolver

    json.load(sys.stdin)
    django.setup()
    source, left_out = source_of(get_resolver().url_patterns)
    json.dump({"source": source, "left_out": left_out, "error": ""}, sys.stdout)
    return 0


def source_of(patterns: Iterable[Any]) -> tuple[str, dict[str, str]]:
    """Return the source of a module whose `urlpatterns` give the same addresses to the same names.

    Patterns of classes or with converters of the project's own would bring its code, and are left
    out: their names come too, each with the reason.
    """
    left_out: dict[str, str] = {}
    urlpatterns = _list(patterns, left_out, "")
    head = _HEAD
    for mark, more in (("gettext_lazy(", _GETTEXT), ("_Language(", _language_class())):
        head += more if mark in urlpatterns else ""
    return f"{head}{_VIEW}urlpatterns = {urlpatterns}\n", left_out


_GETTEXT = "from django.utils.translation import gettext_lazy\n"


def _language_class() -> str:
    """Return the source of the class for `i18n_patterns()`.

    A page's LANGUAGE_CODE is its own language, and LANGUAGES may have the project's by a shorter name.
    """
    from django.conf import settings
    from django.utils.translation import get_supported_language_variant

    defaults = [settings.LANGUAGE_CODE]
    with contextlib.suppress(LookupError):
        defaults.append(get_supported_language_variant(settings.LANGUAGE_CODE))
    return _LANGUAGES.format(defaults=list(dict.fromkeys(defaults)))


def _list(patterns: Iterable[Any], left_out: dict[str, str], namespace: str) -> str:
    parts = (_one(each, left_out, namespace) for each in patterns)
    return f"[{', '.join(filter(None, parts))}]"


def _one(pattern: Any, left_out: dict[str, str], namespace: str) -> str:
    """Return the source of a pattern, empty if it gives no name, or none that a page can have."""
    from django.urls import LocalePrefixPattern, URLResolver

    if why := _why_not(pattern.pattern):
        left_out.update(dict.fromkeys(_names(pattern, namespace), why))
        return ""
    if isinstance(pattern, URLResolver):
        own = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
        inside = _list(pattern.url_patterns, left_out, own)
        if inside == "[]":
            return ""
        if isinstance(pattern.pattern, LocalePrefixPattern):
            prefix = f"prefix_default_language={pattern.pattern.prefix_default_language}"
            return f"URLResolver(_Language({prefix}), {inside})"
        within = f"({inside}, {pattern.app_name!r})" if pattern.app_name else inside
        instance = f", {pattern.namespace!r}" if pattern.namespace else ""
        return f"{_call(pattern.pattern)}, include({within}{instance}))"
    if pattern.name is None:
        return ""
    return f"{_call(pattern.pattern)}, _view, name={str(pattern.name)!r})"


def _call(pattern: Any) -> str:
    """Return the beginning of a call that makes such a pattern. A route may be translated."""
    from django.urls.resolvers import RoutePattern

    is_route = type(pattern) is RoutePattern
    where = pattern._route if is_route else pattern._regex
    return f"{'path' if is_route else 're_path'}({literal(where) or repr(str(where))}"


def _names(pattern: Any, namespace: str) -> Iterator[str]:
    """Yield the names that a pattern, and what it includes, give, as `reverse()` takes them."""
    from django.urls import URLResolver

    if isinstance(pattern, URLResolver):
        own = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
        for each in pattern.url_patterns:
            yield from _names(each, own)
    elif pattern.name is not None:
        yield f"{namespace}{pattern.name}"


def _why_not(pattern: Any) -> str:
    """Return why no page can have a pattern, empty if it can."""
    from django.urls import LocalePrefixPattern
    from django.urls.resolvers import RegexPattern, RoutePattern

    if type(pattern) not in (RegexPattern, RoutePattern, LocalePrefixPattern):
        return f"a pattern of the class {type(pattern).__name__}"
    for each in pattern.converters.values():
        if type(each).__module__ != "django.urls.converters":
            return f"the path converter {type(each).__name__}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
