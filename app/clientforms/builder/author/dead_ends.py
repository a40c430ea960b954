"""Forms that are sent to nowhere: as HTML has it, their values would go into the page's address.

A page may be without the script that keeps them in it: it was barred, or did not arrive.
"""

from __future__ import annotations

from collections.abc import Iterable

from clientforms.builder.html.html_tree import Element, HtmlTree

__all__ = ["keep_in_the_page"]


def keep_in_the_page(tree: HtmlTree, containers: Iterable[Element]) -> None:
    """Give the `<form>` of each container that has neither `action` nor `method` the method `dialog`.

    Outside of a `<dialog>` such a form is submitted to nowhere (HTML standard, 4.10.22.3, form
    submission algorithm), with the event `submit` as ever.
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
    """Return whether a button of the form says where to send it, but not how."""
    for element in tree.elements:
        if "formaction" in element.attributes and "formmethod" not in element.attributes:
            own = form.attributes.get("id")
            if form in element.ancestors() or (own and element.attributes.get("form") == own):
                return True
    return False
