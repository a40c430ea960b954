"""The containers of `{% clientform %}` and `{% clientformset %}`: how the tags are written, and the element around a form.

Pages import this module, too, if Django itself runs in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, BaseFormSet
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clientforms.engine.html.added_attributes import adding_attributes

__all__ = ["ContainerNode", "Describe", "container_node"]

Describe = Callable[[str, str, Any, Any], tuple[dict[str, Any], Any]]
"""Returns a form's attributes and the markup inside its container, from the tag with the variable (for messages),
the kind ("form" or "formset"), the form, and the markup."""


def container_node(parser: Parser, token: Token, kind: str, describe: Describe) -> template.Node:
    """Return the node of one of the tags. Raises TemplateSyntaxError."""
    name, *rest = token.split_contents()
    if not rest:
        raise template.TemplateSyntaxError(f"{{% {name} %}} needs a {kind}: {{% {name} {kind} %}}.")
    attributes = {}
    for part in rest[1:]:
        key, equals, value = part.partition("=")
        if not equals:
            raise template.TemplateSyntaxError(
                f"{{% {name} {rest[0]} {part} %}}: write attributes as name=value."
            )
        attributes[key.replace("_", "-")] = parser.compile_filter(value)
    body = None
    if _has_end(parser, name):
        body = parser.parse((f"end{name}",))
        parser.delete_first_token()
    return ContainerNode(name, kind, parser.compile_filter(rest[0]), attributes, body, describe)


def _has_end(parser: Parser, name: str) -> bool:
    """Return whether the tag's end tag comes before the next tag of the same name."""
    for token in reversed(parser.tokens):
        if token.token_type.name == "BLOCK":
            command = token.contents.partition(" ")[0]
            if command in (name, f"end{name}"):
                return command != name
    return False


class ContainerNode(template.Node):
    """The element around a live form, with the form's markup inside."""

    def __init__(
        self,
        tag: str,
        kind: str,
        form: FilterExpression,
        attributes: Mapping[str, FilterExpression],
        body: NodeList | None,
        describe: Describe,
    ) -> None:
        self._tag = tag
        self._kind = kind
        self._form = form
        self._attributes = attributes
        self._body = body
        self._describe = describe

    def render(self, context: Context) -> SafeString:
        form = self._form.resolve(context)
        self._check(form)
        with adding_attributes(form.forms if isinstance(form, BaseFormSet) else [form]):
            return self._container(form, context)

    def _container(self, form: Any, context: Context) -> SafeString:
        inside = form if self._body is None else SafeString(self._body.render(context))
        given = {name: value.resolve(context) for name, value in self._attributes.items()}
        own, inside = self._describe(
            f"{{% {self._tag} {self._form.var} %}}", self._kind, form, inside
        )
        attributes = {**own, **{f"data-{name}": value for name, value in given.items()}}
        written = format_html_join(
            "", ' {}="{}"', ((name, value) for name, value in attributes.items() if value != "")
        )
        return format_html("<div{}>{}</div>", written, inside)

    def _check(self, form: Any) -> None:
        wanted, other = (
            (BaseFormSet, "clientform") if self._kind == "formset" else (BaseForm, "clientformset")
        )
        if isinstance(form, wanted):
            return
        hint = f" Use {{% {other} %}} for it." if isinstance(form, (BaseForm, BaseFormSet)) else ""
        raise ImproperlyConfigured(
            f"{{% {self._tag} {self._form.var} %}}: expected a {self._kind}, got {form!r}.{hint}"
        )
