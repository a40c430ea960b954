"""The template tags of `{% load clientforms %}`: scripts for the head, and containers around forms."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.forms.utils import flatatt
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clientforms.builder.output.page_files import PLUGINS_OFF
from clientforms.server import build_manifest
from clientforms.server.form_containers import container_node
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
    return container_node(parser, token, "form", _describe)


@register.tag("clientformset")  # type: ignore[untyped-decorator]
def clientformset(parser: Parser, token: Token) -> template.Node:
    """Render a live formset: `{% clientformset formset %}`, with or without `{% endclientformset %}`."""
    return container_node(parser, token, "formset", _describe)


def _describe(tag: str, kind: str, form: Any, inside: Any) -> tuple[dict[str, Any], Any]:
    registration = form_registration(form)
    if registration is None:
        raise ImproperlyConfigured(
            f"{tag}: {type(form).__module__}.{type(form).__name__} is not registered. Call "
            'clientforms.server.register() with its class, or name it in CLIENTFORMS["FORMS"].'
        )
    attributes: dict[str, Any] = {
        f"data-{kind}": registration.path,
        "data-clientforms-name": registration.name,
        "data-prefix": form.prefix or "",
        **asking_attributes(registration, form),
    }
    if not registration.packed:
        attributes |= remote_attributes(kind, form)
        inside = format_html("{}{}", inside, empty_form_html(form, str(inside)))
    return attributes, inside
