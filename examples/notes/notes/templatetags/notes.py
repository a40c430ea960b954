"""What the templates of the notes need and Django has not."""

from django import template

register = template.Library()


@register.filter
def undo_address(message):
    """Return the address that undoes what a message says, or an empty text: the view writes it into its tags."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith("undo:"):
            return tag.removeprefix("undo:")
    return ""
