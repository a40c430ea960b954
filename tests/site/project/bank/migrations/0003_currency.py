from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bank", "0002_house")]

    operations = [
        migrations.AddField("account", "currency", models.CharField(default="EUR", max_length=3)),
    ]
