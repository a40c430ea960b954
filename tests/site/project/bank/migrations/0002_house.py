from django.db import migrations


def open_account(apps, schema_editor):
    apps.get_model("bank", "Account").objects.create(owner="House", balance=1000)


def close_account(apps, schema_editor):
    apps.get_model("bank", "Account").objects.filter(owner="House").delete()


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial")]

    operations = [migrations.RunPython(open_account, close_account)]
