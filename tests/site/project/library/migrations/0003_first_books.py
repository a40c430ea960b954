from datetime import date

from django.db import migrations
from django.utils.text import slugify

TITLES = ("Nature", "On Walking")


def add_books(apps, schema_editor):
    author = apps.get_model("library", "Author").objects.create(name="Ralph Waldo Emerson")
    Book = apps.get_model("library", "Book")
    for title in TITLES:
        Book.objects.create(title=title, author=author, published=date(1836, 9, 9))


def fill_slugs(apps, schema_editor):
    for book in apps.get_model("library", "Book").objects.filter(slug=""):
        book.slug = slugify(book.title)
        book.save(update_fields=["slug"])


def remove_books(apps, schema_editor):
    apps.get_model("library", "Book").objects.filter(title__in=TITLES).delete()
    apps.get_model("library", "Author").objects.filter(books=None).delete()


class Migration(migrations.Migration):
    dependencies = [("library", "0002_slug_pages_details")]

    operations = [
        migrations.RunPython(add_books, remove_books),
        migrations.RunPython(fill_slugs, migrations.RunPython.noop),
    ]
