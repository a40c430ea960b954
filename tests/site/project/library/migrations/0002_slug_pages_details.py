from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("book", "slug", models.SlugField(max_length=80, default="")),
        migrations.AddField("book", "pages", models.PositiveIntegerField(default=100)),
        migrations.AddField("book", "details", models.JSONField(blank=True, default=dict)),
    ]
