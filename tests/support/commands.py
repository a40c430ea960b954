"""`clientforms check --json` in a test's own process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

__all__ = ["checked"]


def checked(run: Callable[..., tuple[int, str, str]], *arguments: str, **environment: str) -> Any:
    """Check targets with the fixture `run`; return the report that programs get."""
    status, out, err = run("check", "--json", *arguments, **environment)
    report = json.loads(out)
    assert err == ""
    assert status == (0 if report["ok"] else 1)
    return report
