"""A Django project with a database, as a process of its own: what an update view renders, and says.

`render` writes the HTML of an author's books, DELETE ticked in the second row; `post`, with a POST's names and values as
JSON on standard input, writes what the view says of it, and what is stored then.
"""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django import forms  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import QueryDict  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        app_label = "library"


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=30)

    class Meta:
        app_label = "library"


BookFormSet = forms.inlineformset_factory(Author, Book, fields=["title"], extra=1)


def main() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Author)
        editor.create_model(Book)
    Author.objects.create(name="Ben")
    ann = Author.objects.create(name="Ann")
    for title in ("One", "Two", "Three"):
        Book.objects.create(author=ann, title=title)
    if sys.argv[1] == "render":
        formset = BookFormSet(instance=ann, prefix="b")
        ticked = QueryDict(mutable=True)
        for form in (formset.management_form, *formset.forms):
            for bound_field in form:
                ticked[bound_field.html_name] = str(bound_field.value() or "")
        ticked["b-1-DELETE"] = "on"
        sys.stdout.write(str(BookFormSet(ticked, instance=ann, prefix="b")))
        return
    data = QueryDict(mutable=True)
    for name, values in json.load(sys.stdin).items():
        data.setlist(name, values)
    formset = BookFormSet(data, instance=ann, prefix="b")
    said = {"valid": formset.is_valid(), "errors": formset.errors}
    if formset.is_valid():
        formset.save()
    stored = Book.objects.order_by("pk").values_list("author__name", "title")
    json.dump({**said, "stored": list(stored)}, sys.stdout)


if __name__ == "__main__":
    main()
