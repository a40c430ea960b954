"""Notebooks, colours, and days on which notes are due."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notes", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Notebook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, unique=True)),
                (
                    "about",
                    models.CharField(blank=True, help_text="What is it for?", max_length=200),
                ),
            ],
            options={"ordering": ["title"]},
        ),
        migrations.AddField(
            model_name="stickynote",
            name="notebook",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="notes.notebook",
            ),
        ),
        migrations.AddField(
            model_name="stickynote",
            name="colour",
            field=models.CharField(
                choices=[
                    ("yellow", "Yellow"),
                    ("green", "Green"),
                    ("blue", "Blue"),
                    ("pink", "Pink"),
                ],
                default="yellow",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="stickynote",
            name="due",
            field=models.DateField(blank=True, null=True),
        ),
    ]
