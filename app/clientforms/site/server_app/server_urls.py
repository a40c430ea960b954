"""`clientforms.server.urls` in a page: its forms need not ask a server. Packed as `urls.py`."""

from __future__ import annotations

from typing import Any

__all__ = ["urlpatterns"]

app_name = "clientforms"

urlpatterns: list[Any] = []
