"""The template tags of `{% load clientforms %}`: scripts for the head, and containers around forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, BaseFormSet
from django.forms.utils import flatatt
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clientforms.builder.output.page_files import PLUGINS_OFF
from clientforms.server import build_manifest
from clientforms.server.page_addresses import (
    asking_attributes,
    page_addresses,
    sending_attributes,
)
from clientforms.server.registry import form_registration
from clientforms.server.remote_forms import empty_form_html, remote_attributes

register = template.Library()


@register.simple_tag(takes_context=True)  # type: ignore[untyped-decorator]
def clientforms_scripts(context: Context) -> SafeString:
    """Return the scripts of a page with live forms. Use the tag once, in the page's head."""
    if settings.DEBUG:
        # Imported here, so that a deployed server does not load the builder.
        from clientforms.server import building

        building.ensure_current()
    folder = build_manifest.current().get("folder")
    if not folder:
        raise ImproperlyConfigured(
            "{% clientforms_scripts %}: there is no build. Run manage.py clientforms_build, then collectstatic."
        )

    def address(name: str) -> str:
        return str(staticfiles_storage.url(f"{build_manifest.PREFIX}/{folder}/{name}"))

    configuration = {
        "interpreter": address("static/interpreter.js"),
        "plugins": PLUGINS_OFF,
        "files": {address("app/packed.data"): "./packed.data"},
    }  # fmt: skip
    return format_html(
        '<script src="{}" data-language="{}" data-time-zone="{}"{}></script>\n'
        '<script src="{}"></script>\n'
        '<script type="module" src="{}"></script>\n'
        '<script type="py" src="{}" config="{}"></script>',
        address("app/request.js"),
        translation.get_language() or settings.LANGUAGE_CODE,
        timezone.get_current_timezone_name(),
        flatatt({**page_addresses(), **sending_attributes(context.get("request"))}),
        address("static/boot.js"),
        address("static/runtime/pyscript/core.js"),
        address("app/start.py"),
        json.dumps(configuration),
    )


@register.tag("clientform")  # type: ignore[untyped-decorator]
def clientform(parser: Parser, token: Token) -> template.Node:
    """Render a live form: `{% clientform form %}`, or `{% clientform form %}…{% endclientform %}` with your own markup."""
    return _container(parser, token, "form")


@register.tag("clientformset")  # type: ignore[untyped-decorator]
def clientformset(parser: Parser, token: Token) -> template.Node:
    """Render a live formset: `{% clientformset formset %}`, with or without `{% endclientformset %}`."""
    return _container(parser, token, "formset")


def _container(parser: Parser, token: Token, kind: str) -> template.Node:
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
    return ContainerNode(name, kind, parser.compile_filter(rest[0]), attributes, body)


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
    ) -> None:
        self._tag = tag
        self._kind = kind
        self._form = form
        self._attributes = attributes
        self._body = body

    def render(self, context: Context) -> SafeString:
        form = self._form.resolve(context)
        self._check(form)
        inside = form if self._body is None else SafeString(self._body.render(context))
        registration = form_registration(form)
        if registration is None:
            raise ImproperlyConfigured(
                f"{{% {self._tag} {self._form.var} %}}: {type(form).__module__}.{type(form).__name__} is not "
                "registered. Call clientforms.server.register() with its class, or name it in "
                'CLIENTFORMS["FORMS"].'
            )
        given = {name: value.resolve(context) for name, value in self._attributes.items()}
        attributes: dict[str, Any] = {
            f"data-{self._kind}": registration.path,
            "data-clientforms-name": registration.name,
            "data-prefix": form.prefix or "",
            **asking_attributes(registration, form),
            **{f"data-{name}": value for name, value in given.items()},
        }
        if not registration.packed:
            attributes |= remote_attributes(self._kind, form)
            inside = format_html("{}{}", inside, empty_form_html(form, str(inside)))
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
