"""Random data for the example's order and its lines, the same again for the same seed; what only the server knows is not in it."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Any

__all__ = ["data_sets"]

_PRODUCTS = ("1", "2", "3", "4", "", "99")
_LETTERS = "abcXYZ äß ñ'\"<&> ٣ م 中 😀 \u200f\u00a0"
_EMAILS = ("", "ada@example.org", "ada@", "@", "a b@example.org", "ünal@exämple.de", "x" * 400)
_DEPOSITS = (
    "", "0", "-1", "12", "12.5", "12,5", "1.234,50", "1,234.50", "1234567", "0.001", "0,001", "NaN", "1e3",
    " 7 ", "٣", "٣٫٥", "12.50.1", "many", "-0", "+5",
)  # fmt: skip
_COUNTS = ("", "0", "1", "2", "12", "13", "24", "25", "60", "96", "-3", "1.5", "1e2", "007")


def data_sets(seed: int, number: int) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """Yield so many pairs of the values of an order, and of each of its lines."""
    chance = random.Random(seed)
    for index in range(number):
        sensible = chance.random() < 0.4
        lines = [_line(chance, index, row, sensible) for row in range(chance.choice(_ROWS))]
        yield _order(chance, index, sensible), lines


_ROWS = (0, 1, 1, 2, 2, 3, 4, 6, 21)


def _order(chance: random.Random, index: int, sensible: bool) -> dict[str, str]:
    number = f"Z-{index}"
    if sensible:
        return _values(number, "Ada", "", _day(chance), "")
    numbers = (number, "", number.lower(), f"{number}-", f" {number} ", _text(chance, 30), "Z-٣")
    customers = ("Ada", "", "@ada", " ", _text(chance, 60), _text(chance, 70))
    return _values(
        chance.choice(numbers),
        chance.choice(customers),
        chance.choice(_EMAILS),
        chance.choice((_day(chance), _day(chance), "")),
        chance.choice(_DEPOSITS),
    )


def _values(number: str, customer: str, email: str, day: str, deposit: str) -> dict[str, str]:
    return {
        "number": number, "customer": customer, "email": email, "day": day, "deposit": deposit,
    }  # fmt: skip


def _line(chance: random.Random, index: int, row: int, sensible: bool) -> dict[str, str]:
    label = f"parity-{index}-{row}"
    if sensible:
        return {"product": chance.choice("1234"), "label": label, "count": chance.choice("123")}
    if chance.random() < 0.2:
        return {"product": "", "label": "", "count": ""}
    labels = (label, label, "", f"parity-{index}", f" {label} ", _text(chance, 30))
    return {
        "product": chance.choice(_PRODUCTS),
        "label": chance.choice(labels),
        "count": chance.choice(_COUNTS),
        "ORDER": chance.choice(("", "", str(row + 1), "1")),
    }


def _day(chance: random.Random) -> str:
    """Return a day, but none near today, which may be yesterday by the time that the server looks."""
    day = datetime.date(2020, 1, 1) + datetime.timedelta(days=chance.randrange(6000))
    near = abs((day - datetime.date.today()).days) < 3
    return (day + datetime.timedelta(days=14) if near else day).isoformat()


def _text(chance: random.Random, longest: int) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randrange(1, longest)))


def posted(values: dict[str, str], prefix: str = "") -> dict[str, Any]:
    """Return what a POST of these values has."""
    return {f"{prefix}{name}": [value] for name, value in values.items()}
