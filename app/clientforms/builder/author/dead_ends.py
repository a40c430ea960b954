"""Keep forms without an address from putting their values into the page's URL.

HTML would submit them so if the page's scripts are blocked or fail to load.
"""

from __future__ import annotations

from collections.abc import Iterable

from clientforms.builder.html.html_tree import Element, HtmlTree

__all__ = ["keep_in_the_page"]


def keep_in_the_page(tree: HtmlTree, containers: Iterable[Element]) -> None:
    """Set the method `dialog` on the containers' `<form>`s that have neither `action` nor `method`.

    Outside a `<dialog>`, such a form fires `submit`, but is not sent (HTML standard, 4.10.22.3, form
    submission algorithm).
    """
    forms = {
        id(form): form for container in containers if (form := _form_of(container)) is not None
    }
    for form in forms.values():
        if not {"action", "method"} & form.attributes.keys() and not _goes_somewhere(tree, form):
            tree.set_attribute(form, "method", "dialog")


def _form_of(container: Element) -> Element | None:
    return next(
        (element for element in (container, *container.ancestors()) if element.tag == "form"), None
    )


def _goes_somewhere(tree: HtmlTree, form: Element) -> bool:
    """Return whether a button of the form has an address, but no method."""
    for element in tree.elements:
        if "formaction" in element.attributes and "formmethod" not in element.attributes:
            own = form.attributes.get("id")
            if form in element.ancestors() or (own and element.attributes.get("form") == own):
                return True
    return False
