"""A project's URLs by name, without their views: what `reverse()` needs in a page.

Runs in a process of its own, with the project set up as on its server: a URLconf imports all views.
Writes the source of a URLconf as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["MODULE", "main", "source_of"]

MODULE = "clientforms_urls"
"""What the URLconf is called in the page."""

_HEAD = '''\
"""Written by clientforms build: the names of the project's URLs."""

from django.urls import include, path, re_path


def _view(request, *args, **kwargs):
    raise NotImplementedError("A page has no views.")


'''


def main(argv: Sequence[str] | None = None) -> int:
    """Set the project up, and write `{"source": …, "error": ""}`."""
    import django
    from django.urls import get_resolver

    json.load(sys.stdin)
    django.setup()
    json.dump({"source": source_of(get_resolver().url_patterns), "error": ""}, sys.stdout)
    return 0


def source_of(patterns: Iterable[Any]) -> str:
    """Return the source of a module whose `urlpatterns` give the same addresses to the same names.

    Patterns with converters of the project's own are left out: they would bring its code.
    """
    return f"{_HEAD}urlpatterns = {_list(patterns)}\n"


def _list(patterns: Iterable[Any]) -> str:
    return f"[{', '.join(filter(None, map(_one, patterns)))}]"


def _one(pattern: Any) -> str:
    from django.urls import URLResolver
    from django.urls.resolvers import RegexPattern, RoutePattern

    if type(pattern.pattern) not in (RegexPattern, RoutePattern) or not _is_plain(pattern.pattern):
        return ""
    is_route = type(pattern.pattern) is RoutePattern
    function = "path" if is_route else "re_path"
    where = repr(str(pattern.pattern._route if is_route else pattern.pattern._regex))
    if isinstance(pattern, URLResolver):
        inside = _list(pattern.url_patterns)
        if inside == "[]":
            return ""
        within = f"({inside}, {pattern.app_name!r})" if pattern.app_name else inside
        namespace = f", {pattern.namespace!r}" if pattern.namespace else ""
        return f"{function}({where}, include({within}{namespace}))"
    if pattern.name is None:
        return ""
    return f"{function}({where}, _view, name={str(pattern.name)!r})"


def _is_plain(pattern: Any) -> bool:
    return all(
        type(each).__module__ == "django.urls.converters" for each in pattern.converters.values()
    )


if __name__ == "__main__":
    sys.exit(main())
