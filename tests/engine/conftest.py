"""Django for the engine's tests: settings as the page has them, no database, no URLs."""

import django
from django.conf import settings

if not settings.configured:
    settings.configure(USE_TZ=True, TIME_ZONE="UTC", LANGUAGE_CODE="en")
    django.setup()
