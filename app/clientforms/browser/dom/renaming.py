"""Rename a row's controls when its number changes: names, ids, and references to ids.

Only exact prefixes match: `art-1` affects neither `art-10` nor `part-1`. Only attributes change,
never typed text.
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
    """Rename elements and their content, each from an old prefix to a new one.

    `rows` refer to elements by their keys in `elements`, a JavaScript Map. All are renamed at once,
    through temporary names if a new name is still taken.
    """
    rows_script().rename(elements, json.dumps(rows), to_array(others))
