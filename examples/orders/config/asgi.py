"""What an ASGI server runs: pages, their static files, and answers over WebSocket."""

import gc
import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

from clientforms.server.consumers import websocket_urlpatterns  # noqa: E402 - it needs the apps

application = ProtocolTypeRouter(
    {
        # Serves static files as they are found. In production, WhiteNoise does that better.
        "http": ASGIStaticFilesHandler(pages),
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)

# What is there by now stays. Python need not look through it again and again for what is left over.
gc.collect()
gc.freeze()
