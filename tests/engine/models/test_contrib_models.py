"""Models of `django.contrib` that a snapshot has: once imported, they are as if they had just been defined."""

import json
import os
import subprocess
import sys
from itertools import product

import pytest

from tests.conftest import ROOT

# One process each, for Django is set up once in one. The first argument is a case, the second says
# whether the models are there before: then Django is left as a snapshot leaves it.
PROGRAM = """
import json, sys, types
import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.functional import empty

case, before = sys.argv[1], sys.argv[2] == "before"
if before:
    settings.configure()
    apps.populate([])
    from clientforms.engine.models.contrib_models import set_aside
    set_aside()
    settings._wrapped = empty
    apps.app_configs.clear()
    apps.apps_ready = apps.models_ready = apps.ready = apps.loading = False
    apps.ready_event.clear()
    apps.clear_cache()
    assert not apps.all_models
    assert "django.contrib.auth.models" not in sys.modules

contrib = "clientforms.engine.project.contrib_apps."
both = [contrib + "ContentTypes", contrib + "Auth"]
own, user = [], "auth.User"

def app(name, source):
    sys.modules[name] = package = types.ModuleType(name)
    package.__path__, package.__file__ = ["/nowhere"], "/nowhere/__init__.py"
    class Loader:
        def create_module(self, spec): return None
        def exec_module(self, module): exec(source, vars(module))
    class Finder:
        def find_spec(self, asked, path=None, target=None):
            if asked == name + ".models":
                from importlib.machinery import ModuleSpec
                return ModuleSpec(asked, Loader())
    sys.meta_path.append(Finder())
    own.append(name)

if "custom" in case:
    user = "people.User"
    app("people", '''
from django.db import models
class First(models.Model):  # defined before anything of django.contrib
    pass
from django.contrib.auth.models import AbstractUser
class User(AbstractUser):
    nickname = models.CharField(max_length=20)
class Team(models.Model):
    members = models.ManyToManyField(User)
    group = models.ForeignKey("auth.Group", models.CASCADE)
''')
if "notes" in case:
    app("notes", '''
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import models
class Note(models.Model):
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes")
    readers = models.ManyToManyField(Group)
    kind = models.ForeignKey(ContentType, models.CASCADE)
''')
if "label" in case:
    class Renamed(AppConfig):
        name, label, default_auto_field = "django.contrib.contenttypes", "kinds", "django.db.models.AutoField"
    both[0] = "__main__.Renamed"
if "key" in case:
    class Big(AppConfig):
        name, default_auto_field = "django.contrib.auth", "django.db.models.BigAutoField"
    both[1] = "__main__.Big"
if "types alone" in case:
    del both[1]
if "early" in case:
    settings.configure()
    try:
        import django.contrib.auth.models
    except Exception as error:
        print(json.dumps(repr(error)))
    sys.exit()
settings.configure(INSTALLED_APPS=own + both if "last" in case else both + own, AUTH_USER_MODEL=user)
apps.populate(settings.INSTALLED_APPS)

def described(model):
    meta = model._meta
    return {
        "class": [model.__module__, model.__qualname__, str(model.__mro__), str(type(model))],
        "doc": model.__doc__,
        "names": sorted(vars(model)),
        "fields": [[repr(each), type(each).__name__, each.attname, each.column] for each in meta.get_fields() if each.concrete],
        "relations": [repr(each) for each in meta.get_fields(include_hidden=True) if not each.concrete],
        "through": [str(each.remote_field.through) for each in meta.many_to_many],
        "key": [meta.pk.name, type(meta.pk).__name__],
        "managers": [[each.name, type(each).__name__] for each in meta.managers],
        "meta": [meta.label, meta.db_table, str(meta.verbose_name), meta.swappable, meta.swapped,
                 meta.unique_together, meta.ordering, str(meta.app_config)],
    }

found = {each._meta.label: described(each) for each in apps.get_models(include_auto_created=True, include_swapped=True)}
found["registry"] = {label: list(models) for label, models in apps.all_models.items()}
found["pending"] = sorted(map(str, apps._pending_operations))
if "types alone" in case:
    try:
        import django.contrib.auth.models
    except Exception as error:
        found["not installed"] = repr(error)
else:
    from django.contrib import auth
    from django.contrib.auth import forms, get_user_model, models
    assert get_user_model() is apps.get_model(user)
    assert auth.models is models is sys.modules["django.contrib.auth.models"]
    assert models.Group is apps.get_model("auth.Group")
    found["module"] = [models.__spec__.name, type(models.__spec__.loader).__name__, models.__file__]
    found["form"] = list(forms.UserCreationForm().fields), list(forms.UserChangeForm().fields)
    found["user"] = models.User is apps.get_model("auth.User")
print(json.dumps(found, default=str))
"""

CASES = (
    "auth.User",
    "auth.User, notes",
    "auth.User, notes, contrib last",
    "custom user",
    "custom user, contrib last",
    "custom user, contrib last, another label of content types",
    "auth.User, notes, another key",
    "types alone",
    "early",
)


def run(case, when):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, case, when],
        env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES)
def test_models_that_were_there_before_are_as_if_they_had_just_been_defined(case):
    usual, before = (run(case, when) for when in ("usual", "before"))
    assert before == usual


def test_the_cases_differ():
    """Else one of them tries nothing of its own."""
    found = {case: json.dumps(run(case, "usual")) for case in CASES}
    assert all(found[one] != found[other] for one, other in product(CASES, CASES) if one != other)
