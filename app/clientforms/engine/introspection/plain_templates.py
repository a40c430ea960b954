"""Find out whether a template treats all forms alike: it shows fields and reads no value.

Django's own templates do. An author's are read node by node; any node that is not known here is
assumed to read values.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import django
from django.template import Template, TemplateDoesNotExist, defaultfilters
from django.template.base import FilterExpression, Node, TextNode, Variable, VariableNode
from django.template.defaulttags import (
    CommentNode,
    ForNode,
    IfNode,
    LoadNode,
    SpacelessNode,
    TemplateLiteral,
    WithNode,
)  # fmt: skip
from django.template.loader_tags import IncludeNode

__all__ = ["is_djangos_template", "is_plain_template"]

_DJANGO = os.path.dirname(django.__file__) + os.sep
_TOLD = frozenset(
    {
        "label", "help_text", "errors", "is_hidden", "use_fieldset", "name", "css_classes",
        "required", "first", "last", "counter", "counter0", "revcounter", "revcounter0",
        "widget_type", "non_field_errors", "hidden_fields", "visible_fields",
    }
)  # fmt: skip
"""Attributes of forms, fields and loops that are the same for every form of a class."""
_NAMED = frozenset(
    {"html_name", "auto_id", "id_for_label", "label_tag", "legend_tag", "as_field_group",
     "aria_describedby"}
)  # fmt: skip
"""Attributes with the form's prefix, or with HTML: they may be shown, but not tested."""
_DEEPER = frozenset({"field", "parentloop"})
_LISTS = frozenset({"visible_fields", "hidden_fields"})
_DEPTH = 5  # of nested includes


def is_djangos_template(renderer: Any, name: str) -> bool:
    """Return whether `renderer` finds Django's own template under this name."""
    template = _template(renderer, name)
    return template is not None and _is_djangos(template)


def is_plain_template(renderer: Any, name: str, fields: Iterable[str]) -> bool:
    """Return whether a form's template reads none of the values of its `fields`."""
    return _Reader(renderer, frozenset(fields)).reads(name, _DEPTH)


def _template(renderer: Any, name: str) -> Any | None:
    try:
        return renderer.get_template(name)
    except TemplateDoesNotExist:
        return None


def _is_djangos(template: Any) -> bool:
    origin = getattr(template, "origin", None)
    return str(getattr(origin, "name", "")).startswith(_DJANGO)


class _Reader:
    """Decides whether templates of one renderer are plain."""

    def __init__(self, renderer: Any, fields: frozenset[str]) -> None:
        self._renderer = renderer
        self._fields = fields

    def reads(self, name: str, depth: int) -> bool:
        template = _template(self._renderer, name)
        if template is None:
            return False
        if _is_djangos(template):
            return True
        inner = getattr(template, "template", None)
        known = frozenset({"form", "field", "fields", "errors", "hidden_fields", "forloop"})
        return isinstance(inner, Template) and self._nodes(inner.nodelist, known, depth)

    def _nodes(self, nodes: Iterable[Node], known: frozenset[str], depth: int) -> bool:
        return all(self._node(node, known, depth) for node in nodes)

    def _node(self, node: Any, known: frozenset[str], depth: int) -> bool:
        match node:
            case TextNode() | CommentNode() | LoadNode():
                return True
            case VariableNode():
                return self._is_shown(node.filter_expression, known)
            case SpacelessNode():
                return self._nodes(node.nodelist, known, depth)
            case IncludeNode():
                name = node.template.var
                return (
                    depth > 0
                    and isinstance(name, str)
                    and not node.template.filters
                    and not node.extra_context
                    and self.reads(name, depth - 1)
                )
            case WithNode():
                named = node.extra_context.values()
                within = known | node.extra_context.keys()
                return all(
                    self._is_told(expression, known) for expression in named
                ) and self._nodes(node.nodelist, within, depth)
            case IfNode():
                return all(
                    (test is None or self._is_test(test, known))
                    and self._nodes(nodes, known, depth)
                    for test, nodes in node.conditions_nodelists
                )
            case ForNode():
                within = known | set(node.loopvars)
                return (
                    self._is_list_of_fields(node.sequence, known)
                    and self._nodes(node.nodelist_loop, within, depth)
                    and self._nodes(node.nodelist_empty, known, depth)
                )
        return False

    def _is_test(self, test: Any, known: frozenset[str]) -> bool:
        if isinstance(test, TemplateLiteral):
            return self._is_told(test.value, known)
        parts = [part for part in (test.first, test.second) if part is not None]
        return bool(parts) and all(self._is_test(part, known) for part in parts)

    def _is_told(self, expression: FilterExpression, known: frozenset[str]) -> bool:
        """Return whether the expression has the same value for every form."""
        filters = [function for function, _ in expression.filters]
        arguments = [argument for _, given in expression.filters for _, argument in given]
        lookups = _lookups(expression.var)
        return (
            all(function.__module__ == defaultfilters.__name__ for function in filters)
            and defaultfilters.random not in filters
            and not any(
                isinstance(argument, Variable) and argument.lookups for argument in arguments
            )
            and (not lookups or (self._is_known(lookups[:-1], known) and lookups[-1] in _TOLD))
        ) or (not filters and len(lookups) == 1 and lookups[0] in ("errors", "hidden_fields"))

    def _is_shown(self, expression: FilterExpression, known: frozenset[str]) -> bool:
        if self._is_told(expression, known):
            return True
        lookups = _lookups(expression.var)
        if expression.filters:
            return False
        return self._is_known(lookups, known) or (
            self._is_known(lookups[:-1], known) and lookups[-1] in _NAMED
        )

    def _is_known(self, lookups: tuple[str, ...], known: frozenset[str]) -> bool:
        """Return whether the lookups lead to a form, a field, or a variable of `with` or `for`."""
        if not lookups or lookups[0] not in known:
            return False
        rest = lookups[1:]
        if lookups[0] == "form" and rest and rest[0] in self._fields:
            rest = rest[1:]
        return _DEEPER.issuperset(rest)

    def _is_list_of_fields(self, expression: FilterExpression, known: frozenset[str]) -> bool:
        """Return whether the expression lists fields; a field's own items depend on its value."""
        lookups = _lookups(expression.var)
        if expression.filters or not lookups:
            return False
        if len(lookups) == 1:
            return lookups[0] in ("form", "fields", "hidden_fields")
        return lookups[0] == "form" and len(lookups) == 2 and lookups[1] in _LISTS


def _lookups(variable: Any) -> tuple[str, ...]:
    """Return the parts of a variable such as `form.title.label`, nothing for a constant."""
    if not isinstance(variable, Variable):
        return ()
    return tuple(map(str, variable.lookups or ()))
