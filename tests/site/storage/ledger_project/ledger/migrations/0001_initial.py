from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=50, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("account", models.ForeignKey("ledger.Account", models.CASCADE)),
                ("text", models.TextField()),
                ("receipt", models.FileField(blank=True, upload_to="")),
            ],
        ),
    ]
