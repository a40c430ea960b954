"""Render forms into the HTML of a page, so that they are visible before Python starts.

`prerender()` fills empty `data-formset` and `data-form` containers with the HTML that the page's
Python would render; that later takes the markup over, with anything typed meanwhile. It uses the
Django that is installed and configured here. Run as a script, it configures Django like a page,
reads a page and writes JSON. The development server runs it in a separate process, so that modules
are imported anew.
"""

from __future__ import annotations

import argparse
import contextlib
import html as escaping
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.forms import BaseForm
from django.forms.utils import pretty_name
from django.utils import translation

from clientforms.builder.author.dead_ends import keep_in_the_page
from clientforms.builder.author.failures import field_in
from clientforms.builder.django_project.model_choices import choices_for_rows
from clientforms.builder.html.html_tree import Element, HtmlTree
from clientforms.builder.html.languages import asked_language, packed_code
from clientforms.builder.page.built_media import add_media, media_of
from clientforms.builder.page.moments import UnfitError, mark_moments, without_moments
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.html.required_fields import MARKS, marks_of
from clientforms.engine.html.row_html import (
    CHOICES,
    FIELDS_TAGS,
    PRERENDERED,
    SERIES,
    WITHHELD,
    container_html,
    row_html,
)
from clientforms.engine.html.row_names import row_name
from clientforms.engine.models.model_kinds import has_database
from clientforms.engine.post.control_names import PLACEHOLDER, number_in, to_local, to_posted
from clientforms.engine.project.app_registry import apps_with_models
from clientforms.engine.rows.secret_fields import is_withheld
from clientforms.engine.rules.conditions import conditions_of
from clientforms.engine.targets.dotted_paths import live_of

__all__ = ["Prerendered", "configure_as_a_page", "main", "other_django", "prerender"]

_CONTROLS = ("input", "select", "textarea")
_HOLD_NO_BLOCKS = ("p", "table", "tbody", "thead", "tfoot", "tr")


@dataclass(frozen=True, slots=True)
class Prerendered:
    """A page's HTML with its forms, and a line for each container that was left empty.

    `broken` are the lines of forms that cannot be made at all.
    """

    html: str
    left_empty: tuple[str, ...]
    broken: tuple[str, ...] = ()


@without_moments()
def prerender(page: str) -> Prerendered:
    """Return `page` with its empty containers filled, in the active language.

    A container is left empty if its form cannot be made here, or if it has `data-prerender="off"`. The
    media of its form is added to the head nevertheless.
    """
    tree = HtmlTree(page)
    left_empty: list[str] = []
    broken: list[str] = []
    media: list[tuple[str, bool]] = []
    names: set[str] = set()
    for container in _containers(tree):
        is_wanted = container.attributes.get("data-prerender") != "off"
        own: list[str] = []
        is_here = False
        try:
            live = live_of(container.attributes, lambda name: _text_of(tree, name))
            if live.name in names or _has_markup(tree, container, live):
                continue
            own += media_of(live.form if isinstance(live, ClientForm) else live.empty_form)
            if is_wanted:
                names.add(live.name)
                _fill(tree, container, live)
                is_here = True
        except Exception as error:  # noqa: BLE001 - a user's module or constructor may raise anything
            name = "" if isinstance(error, UnfitError) else f"{type(error).__name__}: "
            field = field_in(error)
            field = f"field {field}: " if field else ""
            line = f"{field}{name}{' '.join(str(error).split())}"
            if is_wanted:
                left_empty.append(
                    f"{_target_of(container)} is not prerendered, and appears when Python has started: {line}"
                )
            if is_wanted and name:
                broken.append(f"{_target_of(container)}: {line}")
        media += [(html, is_here) for html in own]
    add_media(tree, media)
    keep_in_the_page(tree, list(_containers(tree)))
    return Prerendered(tree.edited(), tuple(left_empty), tuple(broken))


def _fill(tree: HtmlTree, container: Element, live: ClientForm | ClientFormSet) -> None:
    """Insert the form into its container. Raises UnfitError."""
    if not container.is_closed:
        raise UnfitError(f"its <{container.tag}> has no end tag.")
    if container.tag in _HOLD_NO_BLOCKS:
        raise UnfitError(f"<{container.tag}> cannot contain it in HTML. Use a <div>.")
    if marks := marks_of(live.row_fields()):
        tree.put_attribute(container, MARKS, marks)
    if isinstance(live, ClientFormSet):
        if has_database() and (choices := choices_for_rows(live)):
            tree.set_attribute(container, CHOICES, escaping.escape(json.dumps(choices)))
        tree.insert(container.close, _formset(live))
    else:
        tree.insert(container.inside, _form(live))
        tree.put_attribute(container, PRERENDERED, SERIES)


# The page


def _containers(tree: HtmlTree) -> Iterator[Element]:
    for element in tree.elements:
        if "data-formset" in element.attributes or "data-form" in element.attributes:
            yield element


def _target_of(container: Element) -> str:
    return container.attributes.get("data-formset") or container.attributes.get("data-form", "")


def _text_of(tree: HtmlTree, element_id: str) -> str | None:
    for element in tree.elements:
        if element.attributes.get("id") == element_id:
            text = tree.text_of(element)
            return text if element.tag in ("script", "style") else escaping.unescape(text)
    return None


def _has_markup(tree: HtmlTree, container: Element, live: ClientForm | ClientFormSet) -> bool:
    """Return whether the page already has controls of this form, which are kept then."""
    controls = [element for element in tree.elements if element.tag in _CONTROLS]
    named = {
        control.attributes["name"]: control
        for control in controls
        if control.attributes.get("name")
    }
    if isinstance(live, ClientFormSet):
        management = f"{live.prefix}-TOTAL_FORMS"
        return management in named or any(
            number_in(name, live.prefix) is not None
            or name.startswith(f"{live.prefix}-{PLACEHOLDER}-")  # the author's empty form
            for name in named
        )
    fields = {live.form.add_prefix(name) for name in live.fields}
    return any(
        name in fields and (container in control.ancestors() or "form" in control.attributes)
        for name, control in named.items()
    )


# Forms


def _formset(live: ClientFormSet) -> str:
    """Return the HTML that the page would render into the container of a formset.

    If the formset has a template of its own, that is used: the page finds rows in it, as in a
    server's markup, and adds their buttons.
    """
    if whole := live.render_formset():
        tree = HtmlTree(whole)
        names = {element.attributes.get("name") for element in tree.elements}
        if not live.management_data().keys() <= names:
            raise UnfitError("the formset's own template has no {{ formset.management_form }}.")
        for key, form in zip(live.keys, live.forms, strict=True):
            mark_moments(tree, live, key, form)
            _keep_secret(tree, live, key, form)
        return tree.edited()
    limits, order = live.limits(), live.order
    ordered = bool(live.formset_class.can_order)
    rows = [
        row_html(
            key,
            _row(live, index, key),
            live.layout,
            ordered=ordered,
            name=row_name(live.row_label, index + 1),
            remove_refused=limits.remove_refused.get(key, ""),
            barred=(key == order[0], key == order[-1]),
        )
        for index, key in enumerate(live.keys)
    ]
    return container_html(
        live.management_data(),
        "".join(rows),
        live.layout,
        ordered=ordered,
        add_refused=limits.add_refused,
        prerendered=True,
    )


def _form(live: ClientForm) -> str:
    """Return the HTML that the page would render into the container of a form."""
    tag, key = FIELDS_TAGS[live.layout], escaping.escape(live.keys[0])
    tree = HtmlTree(live.render_row(0))
    _withhold(tree, live, live.keys[0], live.form)
    _keep_secret(tree, live, live.keys[0], live.form)
    _offer_lost(tree, live, live.keys[0])
    mark_moments(tree, live, live.keys[0], live.form)
    fields = tree.edited()
    return f'<{tag} data-form-fields {PRERENDERED}="{SERIES}" data-key="{key}">{fields}</{tag}>'


def _row(live: ClientFormSet, index: int, key: str) -> str:
    tree = HtmlTree(live.render_row(index))
    _hide_deletion(tree, f"{live.prefix_of(index)}-DELETE")
    _withhold(tree, live, key, live.forms[index])
    _keep_secret(tree, live, key, live.forms[index])
    _offer_lost(tree, live, key)
    mark_moments(tree, live, key, live.forms[index])
    return tree.edited() + "".join(
        _nested(tree, name, inner, live.layout) for name, inner in live.nested(key).items()
    )


def _hide_deletion(tree: HtmlTree, name: str) -> None:
    """Hide the row's DELETE checkbox, which has buttons instead, with its wrapper or its labels.

    `hideDeletions()` in `static/rows.js` does the same in rows that are added later.
    """
    for control in tree.elements:
        given = control.attributes
        if (control.tag, given.get("type"), given.get("name")) != ("input", "checkbox", name):
            continue
        place = next((ancestor for ancestor in control.ancestors() if not ancestor.parent), control)
        shown = [
            element
            for element in place.descendants()
            if element.tag in _CONTROLS and element.attributes.get("type") != "hidden"
        ]
        is_whole = place is not control and shown == [control]
        for hidden in [place] if is_whole else [control, *_labels_of(tree, control)]:
            tree.set_attribute(hidden, "hidden")
            tree.set_attribute(hidden, "data-clientforms-hidden")


def _labels_of(tree: HtmlTree, control: Element) -> list[Element]:
    """Return the `<label>` elements of a control, like its `labels` in the DOM."""
    own_id = control.attributes.get("id")
    around = [*control.ancestors()]
    return [
        element
        for element in tree.elements
        if element.tag == "label"
        and (
            element.attributes["for"] == own_id
            if "for" in element.attributes
            else element in around
        )
    ]


def _withhold(tree: HtmlTree, live: ClientForm | ClientFormSet, key: str, form: BaseForm) -> None:
    """Mark the fields that the form's conditions hide, for `static/boot.js` to hide them.

    They are not hidden or disabled here, because they have to work without scripts. But they are not
    required, or the browser would refuse to send the form.
    """
    conditions = conditions_of(form)
    if conditions is None:
        return
    for name in conditions.withheld:
        controls = _controls_of(tree, live, key, name)
        for control in controls:
            tree.remove_attribute(control, "required")
        if not controls or conditions.shows(name):
            continue
        place = _place_of(controls)
        inside = [place, *place.descendants()]
        ids = {control.attributes.get("id", "") for control in controls}
        tree.set_attribute(place, WITHHELD)
        for label in tree.elements:
            if label.attributes.get("for") in ids and label not in inside:
                tree.set_attribute(label, WITHHELD)


def _keep_secret(
    tree: HtmlTree, live: ClientForm | ClientFormSet, key: str, form: BaseForm
) -> None:
    """Mark controls that drafts must leave out, if their HTML does not show it, for `static/readings.js`."""
    for name, field in form.fields.items():
        if is_withheld(field):
            for control in _controls_of(tree, live, key, name):
                if control.attributes.get("type") not in ("password", "file"):
                    tree.set_attribute(control, "data-draft", "off")


def _offer_lost(tree: HtmlTree, live: ClientForm | ClientFormSet, key: str) -> None:
    """Add initial data that a select does not offer as a selected option, like `static/rows.js`."""
    prefix = live.names_of(key)[0]
    held = {to_posted(local, prefix): values for local, values in live.held_by(key).items()}
    for select in tree.elements:
        value = next(iter(held.get(select.attributes.get("name", ""), ())), "")
        if select.tag != "select" or "multiple" in select.attributes or not value:
            continue
        options = [element for element in select.descendants() if element.tag == "option"]
        if not any(option.attributes.get("value") == value for option in options):
            shown = escaping.escape(value)
            tree.insert(select.close, f'<option value="{shown}" selected>{shown}</option>')


def _controls_of(
    tree: HtmlTree, live: ClientForm | ClientFormSet, key: str, name: str
) -> list[Element]:
    return [
        element
        for element in tree.elements
        if element.tag in _CONTROLS
        and live.field_of(key, element.attributes.get("name", "")) == name
    ]


def _place_of(controls: Sequence[Element]) -> Element:
    """Return the largest element with only these controls, like `browser/rows/field_visibility.py`."""
    place = controls[0]
    while place.parent and all(
        element in controls for element in place.parent.descendants() if element.tag in _CONTROLS
    ):
        place = place.parent
    return place


def _nested(tree: HtmlTree, name: str, inner: ClientFormSet, layout: str) -> str:
    prefix = str(inner.prefix)
    for element in tree.elements:
        given = element.attributes
        if given.get("data-prefix") == prefix or to_local(given.get("name", ""), prefix):
            raise UnfitError(f"the form's own template renders its formset {name}.")
    inner.layout = layout
    label, prefix = escaping.escape(pretty_name(name)), escaping.escape(prefix)
    container = (
        f'<div data-formset-nested="{escaping.escape(name)}" data-prefix="{prefix}" role="group" '
        f'aria-label="{label}">{_formset(inner)}</div>'
    )
    match layout:
        case "table":
            return f'<tr><td colspan="2">{container}</td></tr>'
        case "ul":
            return f"<li>{container}</li>"
    return container


# As a script


def main(argv: Sequence[str] | None = None) -> int:
    """Read a page, and write JSON with its HTML and a line for each container that was left empty."""
    parser = argparse.ArgumentParser(prog="prerender.py", description=__doc__)
    parser.add_argument("page", type=Path, help="the HTML file")
    parser.add_argument("--root", type=Path, required=True, help="the folder that is served")
    parser.add_argument(
        "--django", required=True, help="the page's release series of Django, such as 5.2"
    )
    options = parser.parse_args(argv)
    page = options.page.read_bytes().decode("utf-8")
    # Users' modules may print.
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as catalogs:
        languages = options.root / "static" / "runtime" / "languages"
        configure_as_a_page(HtmlTree(page), languages, Path(catalogs))
        done = prerender(page)
    notes = [*done.left_empty, *other_django(options.django)]
    json.dump({"html": done.html, "left_empty": notes}, sys.stdout)
    return 0


def other_django(pages: str) -> Iterator[str]:
    """Yield a line if the series of Django here differs from `pages`, such as 5.2."""
    if pages != SERIES:
        yield (
            f"the forms in the HTML are rendered by Django {SERIES}, but the page has Django {pages}, which "
            f"validates them and renders new rows. Install django=={pages}.* to render all alike"
        )


def configure_as_a_page(
    tree: HtmlTree,
    languages: Path,
    catalogs: Path,
    apps: Sequence[Any] | None = None,
    own: Mapping[str, Any] | None = None,
) -> None:
    """Configure Django like a page, see `browser/page/django_settings.py`, with the page's language.

    `languages` has archives, of which one is unpacked into `catalogs`; `apps` is INSTALLED_APPS, by
    default the apps of the page's containers; `own` are other settings.
    """
    language, archive = _language(tree, languages)
    if archive:
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                if name.startswith("clientforms-locale/"):
                    packed.extract(name, catalogs)
    if apps is None:
        apps = apps_with_models(map(_target_of, _containers(tree)))
    own = {"USE_TZ": True, "TIME_ZONE": "UTC", **(own or {})}
    paths = [*own.pop("LOCALE_PATHS", ()), catalogs / "clientforms-locale"]
    settings.configure(**own, LANGUAGE_CODE=language, LOCALE_PATHS=paths, INSTALLED_APPS=apps)
    django.setup()
    translation.activate(language)


def _language(tree: HtmlTree, languages: Path) -> tuple[str, Path | None]:
    """Return Django's code of the page's language, and its archive; English has none."""
    codes = json.loads((languages / "languages.json").read_text("utf-8"))
    code = packed_code(asked_language(tree), codes) or "en"
    return code, None if code == "en" else languages / f"{code}.zip"


if __name__ == "__main__":
    sys.exit(main())
