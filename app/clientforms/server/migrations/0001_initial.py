"""Creates the table of submissions."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The initial migration."""

    initial = True
    operations = [  # noqa: RUF012 - as Django writes them
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("owner", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.TextField(blank=True)),
                ("created", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
    ]
