"""Prepare Python for a memory snapshot, and resume from it in a page.

`prepare()` runs once, under Node, without a page; `resume()` runs in every page that starts from
the snapshot. The settings and the language of the page are not known in advance.
"""

from __future__ import annotations

import gc
import importlib
import io
import logging
import os
import pkgutil
import random
import re
import sys
import tempfile
import time
import uuid
import zipimport

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.forms import renderers
from django.template import engines
from django.template.utils import get_app_template_dirs
from django.utils import formats, timezone, translation
from django.utils.functional import empty
from django.utils.translation import trans_real

from clientforms.browser.dom.garbage_collection import collect_when_idle
from clientforms.browser.page import late_imports
from clientforms.browser.page.django_settings import configure
from clientforms.engine import ClientForm, ClientFormSet

__all__ = ["prepare", "resume"]

WITH_MODELS = (
    "clientforms.engine.models.contrib_models",
    "clientforms.engine.models.given_queryset",
    "clientforms.engine.models.without_database",
)
"""Modules that import Django's models, which are not in the snapshot."""


def prepare() -> None:
    """Import everything that pages use and run it once, then forget what depends on the page."""
    for name in ("clientforms.engine", "clientforms.browser"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if module.name not in WITH_MODELS:
                importlib.import_module(module.name)
    configure()
    _warm_up()
    _forget_the_settings()
    _forget_the_process()
    gc.collect()
    # With models, a page makes so many objects before its first form is bound that Python would
    # otherwise traverse everything in the snapshot.
    collect_when_idle()


def resume(is_whole: bool) -> None:
    """Reset random state, and state that depends on when and where Python started.

    `is_whole` is whether the page's interpreter has every module.
    """
    if is_whole:
        late_imports.leave_nothing_out()
    random.seed()
    uuid._last_timestamp = None  # type: ignore[attr-defined]
    tempfile._name_sequence = None  # type: ignore[attr-defined]
    logging._startTime = time.time_ns()  # type: ignore[attr-defined]


def _warm_up() -> None:
    """Build, clean and render forms with errors in each layout, and fill the templates' caches."""

    class WarmUpForm(forms.Form):
        text = forms.CharField(max_length=3, help_text="…")
        email = forms.EmailField(required=False)
        slug = forms.SlugField(required=False)
        url = forms.URLField(required=False)
        number = forms.IntegerField(min_value=1)
        amount = forms.DecimalField(max_digits=3, decimal_places=1)
        day = forms.DateField()
        time = forms.TimeField(required=False)
        moment = forms.DateTimeField(required=False)
        agreed = forms.BooleanField()
        choice = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
        radio = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        boxes = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
        words = forms.CharField(widget=forms.Textarea, required=False)
        file = forms.FileField(required=False)

        def clean(self) -> None:
            raise forms.ValidationError("No.")

    formset_class = forms.formset_factory(
        WarmUpForm, extra=2, can_delete=True, can_order=True, min_num=1, validate_min=True
    )
    data = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-text": "four",
        "form-0-email": "@",
        "form-0-slug": "?",
        "form-0-url": "?",
        "form-0-number": "0",
        "form-0-amount": "99.99",
        "form-0-day": "2000-01-01",
        "form-0-moment": "2000-01-01 00:00",
    }
    for formset in (formset_class(), formset_class(data)):
        formset.is_valid()
        for render in (formset.as_div, formset.as_p, formset.as_table, formset.as_ul):
            render()
    live = ClientFormSet(formset_class, prefix="warm")
    live.add_another()
    live.input(live.keys[0], {"warm-0-text": ["four"]})
    live.validate()
    ClientForm(WarmUpForm, name="warm").validate()
    engine = renderers.get_default_renderer().engine.engine
    for folder in engine.dirs:
        for path in sorted(folder.rglob("*.html")):
            engine.get_template(path.relative_to(folder).as_posix())


def _forget_the_settings() -> None:
    """Make Django unconfigured, and clear caches that depend on its settings."""
    apps.app_configs.clear()
    apps.apps_ready = apps.models_ready = apps.ready = apps.loading = False
    apps.ready_event.clear()
    apps.clear_cache()
    get_app_template_dirs.cache_clear()
    timezone.get_default_timezone.cache_clear()
    formats.reset_format_cache()
    vars(translation._trans).clear()
    trans_real._translations = {}
    trans_real._default = None
    trans_real.deactivate()
    for handler in (caches, engines):
        vars(handler).clear()
        handler.__init__()
    for attribute in vars(trans_real).values():
        if hasattr(attribute, "cache_clear"):
            attribute.cache_clear()
    settings._wrapped = empty


def _shrink_buffers() -> None:
    """Give the standard streams buffers of 4 kB: Python's have 128 kB each, full of what the memory held before."""
    for name in ("stdin", "stdout", "stderr"):
        text = getattr(sys, name)
        settings = {
            "encoding": text.encoding,
            "errors": text.errors,
            "line_buffering": text.line_buffering,
            "write_through": text.write_through,
        }
        raw = text.detach().detach()
        buffer = io.BufferedReader if raw.readable() else io.BufferedWriter
        text = io.TextIOWrapper(buffer(raw, io.DEFAULT_BUFFER_SIZE // 32), newline="\n", **settings)
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)


def _forget_the_process() -> None:
    """Clear state of the process in which the snapshot is taken."""
    _shrink_buffers()
    sys.path.remove("")  # Pyodide puts it there again
    os.environ.pop("PYTHONHASHSEED", None)
    os.environ.pop("PYTHONNODEBUGRANGES", None)
    random.seed(0)  # for reproducible bytes; `resume()` seeds again
    logging._startTime = 0  # type: ignore[attr-defined]
    re.purge()
    sys.path_importer_cache.clear()
    zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined]
