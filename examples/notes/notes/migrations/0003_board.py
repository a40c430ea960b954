"""The board: notes get a place, the newest the first. They can be pinned, archived, and deleted to be restored."""

from django.db import migrations, models


def place_notes(apps, schema_editor):
    notes = apps.get_model("notes", "StickyNote").objects.order_by("-timestamp", "-pk")
    for position, note in enumerate(notes.iterator()):
        note.position = position
        note.save(update_fields=["position"])


class Migration(migrations.Migration):
    dependencies = [("notes", "0002_notebooks")]

    operations = [
        migrations.AlterModelOptions(
            name="stickynote", options={"ordering": ["-is_pinned", "-timestamp", "-pk"]}
        ),
        migrations.AddField(
            model_name="stickynote",
            name="is_pinned",
            field=models.BooleanField(default=False, verbose_name="pinned"),
        ),
        migrations.AddField(
            model_name="stickynote",
            name="is_archived",
            field=models.BooleanField(default=False, verbose_name="archived"),
        ),
        migrations.AddField(
            model_name="stickynote",
            name="position",
            field=models.IntegerField(default=0, editable=False, verbose_name="place on the board"),
        ),
        migrations.AddField(
            model_name="stickynote",
            name="deleted_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="deleted"
            ),
        ),
        migrations.RunPython(place_notes, migrations.RunPython.noop),
    ]
