"""Find what an interpreter no longer needs if some of its modules in C are left out.

WebAssembly does not say which numbers are addresses. But the linker puts the functions, the constants, and the
entries of the table of functions in the order of C's files. So the functions of a module are those between its
`PyInit_…` and the next, and its entries of the table are next to each other. An entry with a function of the module
elsewhere in the table is another module's, which has a function with the same code.

What looks like a reference counts as one, except in the two cases that `_numbers_in_tables` and `_NO_ADDRESS`
explain. Nothing moves: what goes becomes zeros, which compress to nothing, so a snapshot fits both interpreters.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from .packages import RuntimeAssemblyError

__all__ = ["Interpreter", "Unneeded", "unneeded"]

_NO_ADDRESS = {
    *(f"i32.{name}" for name in ("and", "xor", "mul", "shl", "shr_u", "shr_s", "rotl", "eq", "ne", "store8", "store16")),
    *(f"i32.{name}_{sign}" for name in ("lt", "gt", "le", "ge", "div", "rem") for sign in "us"),
    "memory.fill",
}  # fmt: skip
"""Instructions for numbers, or which compare an address, and do not read what is there."""

_SMALLEST = 64
"""Bytes of an unused range from which on it is worth a place in the list."""

_OBJECT = 512
"""Bytes behind an exported name that belong to it, as other files may use the middle of it."""

_STEP = 8192
_ENTRIES = 100
_AROUND = 50
"""A large table: so many addresses, at most `_STEP` bytes apart, and so many on either side of a number."""

_GAP = {False: 16, True: 100}
"""Entries of others between two entries of a module, or of a library, which takes more from libc."""

_SIGNATURE = re.compile(rb"\n--\n\n([^\0]{4,})\0")
_PRINTABLE = frozenset({10, *range(32, 127)})
_FROZEN_TABLES = ("_PyImport_FrozenBootstrap", "_PyImport_FrozenStdlib")


@dataclass(frozen=True)
class Interpreter:
    """What `wasm_contents.js` found in an interpreter, and what its memory holds at first."""

    functions: Mapping[int, Mapping[str, Any]]
    table: Sequence[int]
    exported: Mapping[str, int]
    addresses: Mapping[str, int]
    memory: bytes

    @classmethod
    def reading(cls, contents: Mapping[str, Any], memory: bytes) -> Interpreter:
        """Return the interpreter with functions as numbers; those that are imported are left out."""
        return cls(
            {int(name): each for name, each in contents["functions"].items() if name.isdigit()},
            [_number(name) for name in contents["table"]],
            {name: _number(own) for name, own in contents["exported"]["functions"].items()},
            {
                name: place
                for name, place in contents["exported"]["addresses"].items()
                if place < len(memory)
            },
            memory,
        )

    @cached_property
    def words(self) -> Sequence[int]:
        return struct.unpack_from(f"<{len(self.memory) // 4}I", self.memory)

    @cached_property
    def pointers_from(self) -> int:
        """Return where the constants end, which hold no addresses, as the code may be moved when it is linked."""
        try:
            return self.addresses["in6addr_loopback"]
        except KeyError:
            raise RuntimeAssemblyError(
                "Pyodide's interpreter has no in6addr_loopback, the last constant. Adapt wasm_reachability.py."
            ) from None

    def calls(self, function: int) -> Iterator[int]:
        return (int(name) for name in self.functions[function]["calls"] if name.isdigit())

    def references(self, function: int) -> Iterator[int]:
        """Yield the numbers in a function that may be addresses in the memory."""
        for number, instructions in self.functions[function]["numbers"].items():
            place = int(number)
            if 1024 <= place < len(self.memory) and not _NO_ADDRESS.issuperset(instructions):
                yield place

    def pointers(self, start: int, end: int) -> Iterator[int]:
        """Yield what may be addresses in the memory from `start` to `end`."""
        for word in self.words[(max(start, self.pointers_from) + 3) // 4 : end // 4]:
            if 1024 <= word < len(self.memory):
                yield word

    def text(self, place: int) -> str:
        return self.memory[place : self.memory.index(b"\0", place)].decode("latin1")


@dataclass(frozen=True)
class Unneeded:
    """Exports, entries of the table of functions, and ranges of the memory from a place to before another."""

    exports: list[str]
    entries: list[int]
    ranges: list[tuple[int, int]]


def unneeded(
    given: Interpreter,
    modules: Collection[str],
    libraries: Mapping[str, tuple[str, str]],
    frozen: Collection[str],
    is_kept: Callable[[str], bool],
) -> Unneeded:
    """Return what `given` does not need without `modules`, and if the modules `frozen` are never imported again.

    `libraries` has the first function of a module's library, and the first behind it. Exports that are
    not `is_kept` do not count. Raises RuntimeAssemblyError if the interpreter differs from what is expected.
    """
    entries = _entries(given, modules, libraries)
    prefixes = tuple(
        f"{libraries[name][0].partition('_')[0]}_" for name in libraries if name in modules
    )
    exports = {name for name in given.exported if prefixes and name.startswith(prefixes)}

    def is_needed(name: str) -> bool:
        return name not in exports and is_kept(name)

    live = _live_functions(given, entries, is_needed)
    ranges = [
        *_unused_memory(given, live, is_needed),
        *_frozen_code(given, frozen),
        *_descriptions(given),
    ]
    return Unneeded(sorted(exports), sorted(entries), sorted(ranges))


def _entries(
    given: Interpreter, modules: Collection[str], libraries: Mapping[str, tuple[str, str]]
) -> set[int]:
    """Return the entries of the table that belong to `modules`."""
    inits = {own for name, own in given.exported.items() if name.startswith("PyInit_")}
    starts = sorted(inits & set(given.table))
    found: set[int] = set()
    for name in modules:
        if given.exported.get(f"PyInit_{name}") not in starts:
            raise RuntimeAssemblyError(
                f"Pyodide's interpreter has no module {name}. Adapt left_out_modules.py."
            )
        own = given.exported[f"PyInit_{name}"]
        start, end = own, starts[bisect_right(starts, own)]
        if name in libraries:
            first, behind = (given.exported[each] for each in libraries[name])
            found |= _largest_group(given.table, first, behind, gap=_GAP[True])
            # The file with PyInit_… need not be the module's first, but only the module calls its library.
            before = range(starts[bisect_left(starts, own) - 1] + 1, own)
            callers = (
                each
                for each in before
                if any(first <= called < behind for called in given.calls(each))
            )
            start = next(callers, own)
        found |= _largest_group(given.table, start, end, gap=_GAP[False])
        found |= {given.table.index(own)}  # the entry of the list of modules
    return found


def _largest_group(table: Sequence[int], start: int, end: int, *, gap: int) -> set[int]:
    groups: list[list[int]] = []
    for entry, function in enumerate(table):
        if start <= function < end:
            if groups and entry - groups[-1][-1] <= gap:
                groups[-1].append(entry)
            else:
                groups.append([entry])
    largest = max(groups, key=len) if groups else []
    return set(largest)


def _live_functions(
    given: Interpreter, without: Collection[int], is_kept: Callable[[str], bool]
) -> set[int]:
    """Return the functions that exports, or other entries of the table than those, lead to."""
    waiting = [own for name, own in given.exported.items() if is_kept(name)]
    waiting += [function for entry, function in enumerate(given.table) if entry not in set(without)]
    waiting.append(given.exported["__wasm_call_ctors"])
    live: set[int] = set()
    while waiting:
        function = waiting.pop()
        if function in given.functions and function not in live:
            live.add(function)
            waiting += given.calls(function)
    return live


def _unused_memory(
    given: Interpreter, live: Collection[int], is_kept: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the memory that no function in `live` leads to."""
    starts = _starts_of_objects(given)
    roots = {place for function in live for place in given.references(function)}
    used = _used(given, starts, {*roots, *_kept_addresses(given, is_kept)})
    pointed = {
        place
        for index, (start, end) in enumerate(pairwise(starts))
        if index not in used
        for place in given.pointers(start, end)
        if place < given.pointers_from
    }
    reached = {
        place for index in used for place in given.pointers(starts[index], starts[index + 1])
    }
    numbers, tables = _numbers_in_tables(sorted(pointed), sorted(roots | reached))
    used = _used(given, starts, {*roots, *_kept_addresses(given, is_kept)} - numbers)
    yield from tables
    begin = None
    for index, start in enumerate(starts):
        if index in used or index == len(starts) - 1:
            if begin is not None and start - begin >= _SMALLEST:
                yield begin, start
            begin = None
        elif begin is None:
            begin = start


def _kept_addresses(given: Interpreter, is_kept: Callable[[str], bool]) -> Iterator[int]:
    return (place for name, place in given.addresses.items() if is_kept(name))


def _starts_of_objects(given: Interpreter) -> list[int]:
    """Return where objects in the memory may start, in order, and the memory's end.

    If only the middle of an object were referred to, it would be two. So text does not start behind
    text (linkers put words into longer ones that end in them), and exported objects have a least size.
    """
    memory, exported = given.memory, sorted({*given.addresses.values()})
    referred = {place for function in given.functions for place in given.references(function)}
    possible = {
        place
        for place in referred
        if memory[place - 1] == 0
        or (place % 4 == 0 and not _PRINTABLE.issuperset(memory[place - 1 : place + 1]))
    }
    starts = sorted({1024, len(memory), *exported, *possible})
    runtime = given.addresses["_PyRuntime"]
    within: set[int] = set()
    for place, following in zip(exported, [*exported[1:], len(memory)], strict=True):
        end = following if place == runtime else min(place + _OBJECT, following)
        within.update(starts[bisect_right(starts, place) : bisect_left(starts, end)])
    return [place for place in starts if place not in within]


def _used(given: Interpreter, starts: Sequence[int], places: Iterable[int]) -> set[int]:
    """Return the indices of the objects at `places`, and of those that they point to."""
    waiting, used = list(places), set[int]()
    while waiting:
        index = bisect_right(starts, waiting.pop()) - 1
        if index not in used:
            used.add(index)
            waiting += given.pointers(starts[index], starts[index + 1])
    return used


def _numbers_in_tables(
    pointed: Sequence[int], referred: Sequence[int]
) -> tuple[set[int], list[tuple[int, int]]]:
    """Return those of `referred` that only look like addresses, and the tables to which they would point.

    If unused objects point to hundreds of places close to each other, these are one file's tables, such as
    those of an encoding. No other file can have a constant between them: it is a number such as 1,000,000.
    """
    numbers: set[int] = set()
    tables = []
    groups: list[list[int]] = []
    for place in pointed:
        if groups and place - groups[-1][-1] <= _STEP:
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        within = referred[bisect_left(referred, group[0]) : bisect_right(referred, group[-1])]
        if len(group) < _ENTRIES or len(within) * _AROUND > len(group):
            continue
        surrounded = [
            place
            for place in within
            if _AROUND <= bisect_right(group, place) <= len(group) - _AROUND
        ]
        others = [place for place in within if place not in set(surrounded)]
        middle = group[len(group) // 2]
        before = max((each for each in others if each < middle), default=0)
        after = min((each for each in others if each > middle), default=group[-1])
        own = [place for place in group if before < place < after]
        numbers |= {place for place in surrounded if own[0] < place < own[-1]}
        tables.append((own[0], own[-1]))
    return numbers, tables


def _frozen_code(given: Interpreter, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield the code of the modules `names` that are part of the interpreter, and where the table tells its place.

    Each entry has the places of the name and of the code, its size, and whether it is a package.
    """
    missing = set(names)
    for table in _FROZEN_TABLES:
        entry = given.words[given.addresses[table] // 4]
        while given.words[entry // 4]:
            name, code, size = given.words[entry // 4 : entry // 4 + 3]
            if given.text(name) in names:
                missing.discard(given.text(name))
                yield code, code + size
                yield entry + 4, entry + 12
            entry += 16
    if missing:
        raise RuntimeAssemblyError(
            f"Pyodide's interpreter has no code of {', '.join(sorted(missing))}. Adapt left_out_modules.py."
        )


def _descriptions(given: Interpreter) -> Iterator[tuple[int, int]]:
    """Yield what `help()` says of functions in C, which follows their signature."""
    referred = {place for function in given.functions for place in given.references(function)}
    referred |= set(given.pointers(0, len(given.memory)))
    places = sorted(referred)
    for found in _SIGNATURE.finditer(given.memory):
        start, end = found.span(1)
        if bisect_right(places, end) == bisect_right(places, start):  # else it ends in another text
            yield start, end


def _number(name: str | None) -> int:
    return int(name) if name is not None and name.isdigit() else -1
