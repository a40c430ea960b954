import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0003_first_books")]

    operations = [
        migrations.AlterField("book", "slug", models.SlugField(max_length=80, unique=True)),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("title"),
                models.F("author"),
                name="title_once_per_author",
                violation_error_message="This author has a book of this title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(("pages__gte", 1)),
                name="pages_at_least_one",
                violation_error_message="A book has a page at least.",
            ),
        ),
    ]
