"""The scripts that start the Python of built pages. Each snapshot has them compiled, see `known_code.py`."""

from __future__ import annotations

__all__ = ["START", "UNPACK"]

START = '''\
"""Written by clientforms build: puts the author's Python in its place and makes the page live."""

from clientforms.browser.outcome.built_page import go_live
from clientforms.browser.page.late_imports import unpack

unpack("packed.data")
await go_live()
'''
"""The only script of a page."""

UNPACK = '''\
"""Written by clientforms build: puts the author's Python in its place."""

from clientforms.browser.outcome.built_page import prepare
from clientforms.browser.page.late_imports import unpack

unpack("packed.data")
await prepare()
'''
"""The first script of a page whose author has more."""
