"""Labels."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notes", "0003_board")]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=30, unique=True)),
            ],
            options={"ordering": ["name"]},
        ),
        migrations.AddField(
            model_name="stickynote",
            name="labels",
            field=models.ManyToManyField(blank=True, related_name="notes", to="notes.label"),
        ),
    ]
