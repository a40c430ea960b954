"""Ranges for `django.contrib.postgres`, because no browser runs the compiled code of psycopg.

This file replaces Django's `db/backends/postgresql/psycopg_any.py` in pages whose forms import
`django.contrib.postgres`. Ranges work like those of psycopg 3 (psycopg.types.range.Range).
"""

from __future__ import annotations

import ipaddress
from typing import Any

__all__ = [
    "RANGE_TYPES", "DateRange", "DateTimeRange", "DateTimeTZRange", "Inet", "NumericRange", "Range",
    "is_psycopg3",
]  # fmt: skip

is_psycopg3 = True

Inet = ipaddress.ip_address


class Range:
    """A range of values, unbounded where an end is None.

    `bounds` says which ends belong to it: `[)` is only the first. Raises ValueError for wrong bounds.
    """

    def __init__(
        self, lower: Any = None, upper: Any = None, bounds: str = "[)", empty: bool = False
    ) -> None:
        if bounds not in ("[)", "(]", "()", "[]"):
            raise ValueError(f"bound flags not valid: {bounds!r}")
        self._lower = None if empty else lower
        self._upper = None if empty else upper
        left = "(" if lower is None else bounds[0]
        right = ")" if upper is None else bounds[1]
        self._bounds = "" if empty else left + right

    @property
    def lower(self) -> Any:
        """The lower end, or None."""
        return self._lower

    @property
    def upper(self) -> Any:
        """The upper end, or None."""
        return self._upper

    @property
    def bounds(self) -> str:
        """The bounds, "" if the range is empty."""
        return self._bounds

    @property
    def isempty(self) -> bool:
        """Whether the range contains no values."""
        return not self._bounds

    @property
    def lower_inf(self) -> bool:
        """Whether it has no lower end."""
        return bool(self._bounds) and self._lower is None

    @property
    def upper_inf(self) -> bool:
        """Whether it has no upper end."""
        return bool(self._bounds) and self._upper is None

    @property
    def lower_inc(self) -> bool:
        """Whether the lower end belongs to it."""
        return self._bounds.startswith("[")

    @property
    def upper_inc(self) -> bool:
        """Whether the upper end belongs to it."""
        return self._bounds.endswith("]")

    def __contains__(self, value: Any) -> bool:
        if not self._bounds:
            return False
        if self._lower is not None and (
            value < self._lower or (value == self._lower and not self.lower_inc)
        ):
            return False
        return (
            self._upper is None or value < self._upper or (value == self._upper and self.upper_inc)
        )

    def __bool__(self) -> bool:
        return bool(self._bounds)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __str__(self) -> str:
        if not self._bounds:
            return "empty"
        lower = "" if self._lower is None else self._lower
        upper = "" if self._upper is None else self._upper
        return f"{self._bounds[0]}{lower}, {upper}{self._bounds[1]}"

    def __repr__(self) -> str:
        return f"Range({self._lower!r}, {self._upper!r}, {self._bounds!r})"

    def _parts(self) -> tuple[Any, Any, str]:
        return self._lower, self._upper, self._bounds


DateRange = DateTimeRange = DateTimeTZRange = NumericRange = Range
RANGE_TYPES = (Range,)
