from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=40, unique=True)),
                ("balance", models.DecimalField(decimal_places=2, default=0, max_digits=8)),
            ],
            options={"ordering": ["owner"]},
        ),
    ]
