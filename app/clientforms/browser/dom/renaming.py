"""Renaming a row's controls when its place changes: names, ids, and what refers to ids.

Anchored on the exact prefix: `art-1` touches neither `art-10` nor `part-1`. Attributes only:
what was typed stays, also where it looks like a prefix.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from clientforms.browser.runtime import rows_script, to_array

__all__ = ["rename_rows"]


def rename_rows(
    others: Sequence[tuple[Any, str, str]],
    rows: Sequence[tuple[str, str, str]] = (),
    elements: Any = None,
) -> None:
    """Rename elements and what is in them: each with its old prefix and its new one.

    `rows` are named by their keys in `elements`, a JavaScript Map. All are renamed at once: where
    one would get a name that another one still has, all go through names of their own first.
    """
    rows_script().rename(elements, json.dumps(rows), to_array(others))
