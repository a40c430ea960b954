"""Keep the snapshot's form renderer, whose templates are parsed already, with the project's template tags.

Pages with forms make it anew for apps with tags (`browser/page/django_settings.py`). A site installs the admin, and so
has such apps always; Django's own templates for forms load none of their tags.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.template.backends import django as backend

__all__ = ["keeping_renderer"]


def keeping_renderer(configure: Callable[[], None]) -> None:
    """Call `configure`, and give the new renderer the templates of the one before, if both are Django's."""
    had_one = get_default_renderer.cache_info().currsize > 0
    before: Any = get_default_renderer() if had_one else None
    configure()
    after: Any = get_default_renderer()
    if type(before) is DjangoTemplates and type(after) is DjangoTemplates and before is not after:
        vars(after)["engine"] = before.engine
        engine = before.engine.engine
        engine.libraries = backend.get_installed_libraries()
        engine.template_libraries = engine.get_template_libraries(engine.libraries)
