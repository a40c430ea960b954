"""Pushes with Channels' layer in memory, and without any layer."""

import json
import urllib.request

import pytest
from websockets.sync.client import connect

from tests.server.fair_project import FairProject

IN_MEMORY = 'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}'


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return FairProject(tmp_path_factory.mktemp("fair"))


def get(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()


def test_views_of_both_kinds_push_within_one_process(project, tmp_path):
    project.write("mysite/memory.py", f"from mysite.settings import *\n{IN_MEMORY}\n")
    project.write(
        "memory_asgi.py",
        (
            "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.memory'\n"
            "from mysite.asgi import application\n"
        ),
    )
    with project.serving_sockets(application="memory_asgi:application") as address:
        url = f"{address.replace('http', 'ws')}/clientforms/answers/"
        with connect(url, origin=address) as socket:
            socket.send(json.dumps({"watch": [{"form": "shirt"}]}))
            assert json.loads(socket.recv())["watching"] == ["shirt"]
            assert get(f"{address}/close/") == "closed"
            assert message(socket) == "The stall is closed."
            said = get(f"{address}/close-soon/")
            assert (
                said
                == "push_errors() would block the event loop. Use await apush_errors(…) in asynchronous code."
            )
            assert message(socket) == "The stall closes soon."


def message(socket):
    return json.loads(socket.recv(timeout=10))["push"]["errors"]["__all__"][0]["message"]


def test_without_a_channel_layer_it_is_said_what_to_add(project):
    with project.serving_sockets() as address:
        url = f"{address.replace('http', 'ws')}/clientforms/answers/"
        with connect(url, origin=address) as socket:
            socket.send(json.dumps({"watch": [{"form": "shirt"}]}))
            assert json.loads(socket.recv())["status"] == 503
    for call in ("push_errors('shirt', 'No.')", "push_choices('shirt', 'size')"):
        said = project.refusal_of(call)
        assert "ImproperlyConfigured" in said
        assert (
            'needs a channel layer. Add one to your settings, for example CHANNEL_LAYERS = {"default"'
            in said
        )
    assert "clientforms.W003" in project.manage("check")


@pytest.mark.parametrize(
    ("host", "is_warned"),
    [
        ('("127.0.0.1", 6379)', True),
        ('"redis://127.0.0.1:6379"', True),
        ('{"host": "127.0.0.1", "socket_timeout": None}', False),
    ],
)
def test_a_layer_that_would_end_connections_is_named(project, host, is_warned):
    layer = f'"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {{"hosts": [{host}]}}'
    project.write(
        "mysite/redis.py",
        f'from mysite.settings import *\nCHANNEL_LAYERS = {{"default": {{{layer}}}}}\n',
    )
    said = project.manage("check", "--settings", "mysite.redis")
    assert ("clientforms.W004" in said) == is_warned
    assert "W003" not in said


def test_without_channels_it_is_said_what_to_install(project):
    said = project.refusal_of(
        "import sys; sys.modules['channels.layers'] = None; push_errors('shirt', 'No.')"
    )
    assert (
        "push_errors() needs Channels and a channel layer: pip install channels channels_redis"
        in said
    )


def test_a_form_that_is_not_registered_for_pushes_says_so(project):
    said = project.refusal_of(
        "import clientforms.server; from orders.forms import SecretForm; "
        f"from django.conf import settings; settings.{IN_MEMORY}; "
        "clientforms.server.register(SecretForm); push_errors(SecretForm, 'No.')"
    )
    assert "SecretForm is not registered with pushed=True, so no page listens" in said
