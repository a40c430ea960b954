from django import template
from django.utils.html import format_html

from ..models import Book

register = template.Library()


@register.filter
def initials(name):
    return "".join(word[0] for word in name.split())


@register.simple_tag(takes_context=True)
def hours(context):
    return format_html("<b>{}</b>", context["request"].opening_hours)


@register.inclusion_tag("library/shelf.html")
def shelf(author):
    return {"books": Book.objects.filter(author=author)}


@register.simple_block_tag
def quoted(content, mark="*"):
    return format_html("{0}{1}{0}", mark, content.strip())
