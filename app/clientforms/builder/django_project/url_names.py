"""Write a URLconf with a project's URL names, but without views, for `reverse()` in a page.

Runs in a separate process, with the project set up as on its server, because a URLconf imports all
views. Writes the source of the URLconf as JSON.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from clientforms.builder.django_project.project_settings import literal, looks_secret

__all__ = ["MODULE", "main", "source_of"]

MODULE = "clientforms_urls"
"""The name of the URLconf in the page."""

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

_CONVERTERS = '''\
from importlib import import_module


class _Converter:
    """One of the project's path converters, imported once an address takes it."""

    def __init__(self, module, name):
        self.module, self.name = module, name

    def to_url(self, value):
        return getattr(import_module(self.module), self.name)().to_url(value)


def _converted(pattern, /, **converters):
    pattern.pattern.converters = converters
    return pattern
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
    """Return the source of a module whose `urlpatterns` produce the same URLs for the same names.

    Patterns that need code of views, or have classes of the project, are left out; their names are
    returned too, with the reasons.
    """
    patterns = list(patterns)
    names = _Names(frozenset(_modules_of_views(patterns)))
    urlpatterns = names.listed(patterns, "")
    head = _HEAD
    for mark, more in (
        ("gettext_lazy(", "from django.utils.translation import gettext_lazy\n"),
        ("Decimal(", "from decimal import Decimal\n"),
        ("datetime.", "import datetime\n"),
        ("_Language(", _language_class()),
        ("_Converter(", _CONVERTERS),
    ):
        head += more if mark in urlpatterns else ""
    return f"{head}{_VIEW}urlpatterns = {urlpatterns}\n", names.left_out


def _language_class() -> str:
    """Return the source of the class for `i18n_patterns()`.

    A page's LANGUAGE_CODE is its own language, and LANGUAGES may contain the project's by a shorter name.
    """
    from django.conf import settings
    from django.utils.translation import get_supported_language_variant

    defaults = [settings.LANGUAGE_CODE]
    with contextlib.suppress(LookupError):
        defaults.append(get_supported_language_variant(settings.LANGUAGE_CODE))
    return _LANGUAGES.format(defaults=list(dict.fromkeys(defaults)))


class _Names:
    """Writes patterns as source, and collects the others in `left_out`: reasons by name.

    `views` are the modules with views, which no page gets.
    """

    def __init__(self, views: frozenset[str]) -> None:
        self.left_out: dict[str, str] = {}
        self._views = views

    def listed(self, patterns: Iterable[Any], namespace: str) -> str:
        """Return the source of a list of patterns."""
        parts = (self._one(pattern, namespace) for pattern in patterns)
        return f"[{', '.join(filter(None, parts))}]"

    def _one(self, pattern: Any, namespace: str) -> str:
        """Return the source of a pattern, empty if it has no name, or cannot be in a page."""
        from django.urls import LocalePrefixPattern, URLResolver

        if why := self._why_not(pattern.pattern):
            self.left_out.update(dict.fromkeys(_names(pattern, namespace), why))
            return ""
        if isinstance(pattern, URLResolver):
            own = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            inside = self.listed(pattern.url_patterns, own)
            if inside == "[]":
                return ""
            if isinstance(pattern.pattern, LocalePrefixPattern):
                prefix = f"prefix_default_language={pattern.pattern.prefix_default_language}"
                return f"URLResolver(_Language({prefix}), {inside})"
            within = f"({inside}, {pattern.app_name!r})" if pattern.app_name else inside
            instance = f", {pattern.namespace!r}" if pattern.namespace else ""
            given = _given(pattern.default_kwargs)
            return _call(pattern.pattern, f"include({within}{instance}){given}")
        if pattern.name is None:
            return ""
        given = _given(pattern.default_args)
        return _call(pattern.pattern, f"_view{given}, name={str(pattern.name)!r}")

    def _why_not(self, pattern: Any) -> str:
        """Return why a pattern cannot be in a page, empty if it can."""
        from django.urls import LocalePrefixPattern
        from django.urls.resolvers import RegexPattern, RoutePattern

        if type(pattern) not in (RegexPattern, RoutePattern, LocalePrefixPattern):
            return f"its pattern of the class {type(pattern).__name__} is code of your project"
        for converter in _own_converters(pattern).values():
            kind, what = type(converter), f"the path converter {type(converter).__name__}"
            if not isinstance(pattern._route, str):
                return f"{what} is in a translated route"
            if not _is_code(converter):
                continue
            if kind.__module__ in self._views:
                return f"{what} is in a module of URLs or views. Move it into a separate one"
            if getattr(sys.modules[kind.__module__], kind.__name__, None) is not kind:
                return f"{what} cannot be imported by this name"
        return ""


def _call(pattern: Any, arguments: str) -> str:
    """Return the source of a call that makes such a pattern. The route may be translated."""
    from django.urls.resolvers import RoutePattern

    if own := _own_converters(pattern):
        code = [
            f", {name}=_Converter({type(converter).__module__!r}, {type(converter).__name__!r})"
            for name, converter in own.items()
            if _is_code(converter)
        ]
        made = f"re_path({pattern.regex.pattern!r}, {arguments})"
        return f"_converted({made}{''.join(code)})" if code else made
    is_route = type(pattern) is RoutePattern
    where = pattern._route if is_route else pattern._regex
    name = "path" if is_route else "re_path"
    return f"{name}({literal(where) or repr(str(where))}, {arguments})"


def _given(arguments: Mapping[str, Any]) -> str:
    """Return the source of the extra arguments of a view, which `reverse()` compares.

    Arguments that are not plain values, or look like a secret, are not published.
    """
    plain = {
        name: value
        for name, value in arguments.items()
        if literal(value) is not None and not looks_secret(name, value)
    }
    return f", {literal(plain)}" if plain else ""


def _own_converters(pattern: Any) -> dict[str, Any]:
    """Return the converters of a pattern that are not Django's."""
    return {
        name: converter
        for name, converter in pattern.converters.items()
        if type(converter).__module__ != _DJANGOS
    }


def _is_code(converter: Any) -> bool:
    """Return whether a converter has a `to_url()` of its own."""
    return getattr(type(converter).to_url, "__module__", "") != _DJANGOS


_DJANGOS = "django.urls.converters"


def _names(pattern: Any, namespace: str) -> Iterator[str]:
    """Yield the names of a pattern and its included patterns, as `reverse()` takes them."""
    from django.urls import URLResolver

    if isinstance(pattern, URLResolver):
        own = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
        for included in pattern.url_patterns:
            yield from _names(included, own)
    elif pattern.name is not None:
        yield f"{namespace}{pattern.name}"


def _modules_of_views(patterns: Iterable[Any]) -> Iterator[str]:
    """Yield the modules of views and URLconfs."""
    from django.urls import URLResolver

    for name, module in list(sys.modules.items()):
        if "urlpatterns" in getattr(module, "__dict__", ()):
            yield name
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _modules_of_views(pattern.url_patterns)
        else:
            view = getattr(pattern.callback, "func", pattern.callback)  # of a partial()
            yield getattr(view, "__module__", "")


if __name__ == "__main__":
    sys.exit(main())
