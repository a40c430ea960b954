from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bank", "0003_currency")]

    operations = [
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=100)),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance__gte", 0)),
                name="no_debts",
                violation_error_message="An account must not be in debt.",
            ),
        ),
    ]
