"""`{% load clientforms %}` in a page with a Django site. Packed as `templatetags/clientforms.py`."""

from __future__ import annotations

import sys
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.utils.safestring import SafeString

from clientforms.site import shown_forms

register = template.Library()


@register.simple_tag  # type: ignore[untyped-decorator]
def clientforms_scripts() -> SafeString:
    """Return nothing: the page has its scripts."""
    return SafeString("")


@register.tag("clientform")  # type: ignore[untyped-decorator]
def clientform(parser: Parser, token: Token) -> template.Node:
    """Render a live form: `{% clientform form %}`, or `{% clientform form %}…{% endclientform %}` with your own markup."""
    return _node(parser, token, "form")


@register.tag("clientformset")  # type: ignore[untyped-decorator]
def clientformset(parser: Parser, token: Token) -> template.Node:
    """Render a live formset: `{% clientformset formset %}`, with or without `{% endclientformset %}`."""
    return _node(parser, token, "formset")


def _node(parser: Parser, token: Token, kind: str) -> template.Node:
    from clientforms.server.form_containers import container_node

    return container_node(parser, token, kind, _describe)


def _describe(_tag: str, kind: str, form: Any, inside: Any) -> tuple[dict[str, Any], Any]:
    """Return the attributes of the container. The page has the class itself, so it needs no name to be imported by."""
    own = type(form)
    has_name = getattr(sys.modules.get(own.__module__), own.__qualname__, None) is own
    return {
        f"data-{kind}": f"{own.__module__}.{own.__qualname__}",
        "data-prefix": form.prefix or "",
        shown_forms.ATTRIBUTE: shown_forms.remember(form, has_name=has_name),
    }, inside
