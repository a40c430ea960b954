"""A project with all apps of the catalogue that are installed, and a database that the tests name."""

import os
from importlib.util import find_spec

_APPS = (
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.sites",
    "django.contrib.staticfiles", "django.forms", "allauth", "allauth.account",
    "django_registration", "django_contact_form", "django_comments", "organizations", "invitations",
    "django_filters", "taggit", "crispy_forms", "crispy_bootstrap5", "localflavor",
    "phonenumber_field", "django_countries", "djmoney", "django_select2", "tinymce",
    "django_recaptcha", "colorfield", "django_ace", "timezone_field", "recurrence",
    "oauth2_provider", "django_otp", "django_otp.plugins.otp_static", "import_export", "haystack", "mptt", "multiselectfield",
    "markdownx", "django_jsonform", "things",
)  # fmt: skip

SECRET_KEY = "stays-on-the-server-of-the-wild-forms"
INSTALLED_APPS = [
    each
    for each in _APPS
    if find_spec(each.partition(".")[0]) and (each != "things" or find_spec("mptt"))
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
if "allauth" in INSTALLED_APPS:
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
ROOT_URLCONF = "wild_site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("WILD_DATABASE", ":memory:"),
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{each}Validator"}
    for each in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
USE_TZ = True
STATIC_URL = "static/"
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["django_recaptcha.recaptcha_test_key_error", "security.W001"]
ACCOUNT_RATE_LIMITS = False
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
