"""`manage.py demo`: makes the example ready to run; done again, it changes nothing that is there."""

import os
import tempfile
from pathlib import Path

from babel.messages import mofile, pofile
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command

from clientforms.server.building import ensure_current
from orders.models import Product

LOCALE = Path(__file__).resolve().parents[2] / "locale"


class Command(BaseCommand):
    """Compiles the translations, migrates, loads the fixture, makes the user, and builds what pages fetch."""

    help = "Makes the example ready to run."

    def handle(self, **options):
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        _compile_translations()
        call_command("migrate", verbosity=0)
        if not Product.objects.exists():
            call_command("loaddata", "demo", verbosity=0)
        users = get_user_model().objects
        if not users.filter(username="demo").exists():
            users.create_superuser("demo", password="demo")
        ensure_current()  # otherwise the first page would wait for it
        self.stdout.write("Log in as demo, with the password demo.")


def _compile_translations():
    """As `compilemessages` does, which needs GNU gettext."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        with (
            source.open("rb") as text,
            tempfile.NamedTemporaryFile(dir=source.parent, delete=False) as compiled,
        ):
            mofile.write_mo(compiled, pofile.read_po(text, abort_invalid=True))
        os.replace(compiled.name, source.with_suffix(".mo"))
