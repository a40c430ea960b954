"""Settings of a small site, in a page and outside."""

import os

SECRET_KEY = "only for tests"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "ledger"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["LEDGER"]}}
MEDIA_ROOT = os.environ.get("LEDGER_MEDIA", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
