"""A sticky note as it was in the beginning: a time and a text."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StickyNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "timestamp",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
                ),
                ("text", models.TextField(max_length=2000)),
            ],
            options={"ordering": ["-timestamp", "-pk"]},
        ),
    ]
