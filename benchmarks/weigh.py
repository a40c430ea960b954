"""Weighs a first visit of a built formset page: bytes of each file, and of each module in the snapshot.

`make weigh` prints, before and after compression, what the page fetches, the sections of the interpreter, and the
modules in the snapshot of Python's memory; `ARGS=--write` sets the limits in `weights.json` to what was found.
`ARGS="--kind site"` weighs the snapshot of whole sites. It takes a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import zstandard

from benchmarks import payload
from benchmarks.browser import running_chromium
from benchmarks.snapshot_weight import Weight, weights
from clientforms.builder.runtime.left_out_modules import WHOLE
from clientforms.builder.runtime.snapshot import COMPRESSION, KINDS, SMALL, take_snapshots
from tests.conftest import ROOT

__all__ = ["OBJECTS", "RECORD", "grown", "recorded", "weigh_snapshot"]

RECORD = Path(__file__).with_name("weights.json")
"""The most that each file of a first visit may weigh, and what the modules of the snapshot weighed then."""

OBJECTS = "CLIENTFORMS_OBJECTS"
"""The environment variable with a folder for what the objects of a snapshot are (builder/runtime/snapshot.js)."""

_ROOM = 1.01  # of what a file weighed: other releases of browsers and of zstandard differ a little
_FORMS = "forms"
_SECTIONS = {1: "types", 2: "imports", 3: "functions", 4: "tables", 6: "globals", 7: "exports", 9: "elements", 10: "code", 11: "data"}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=(_FORMS, *KINDS), default=_FORMS, help="of the snapshot")
    parser.add_argument("--write", action="store_true", help="set the limits in weights.json")
    asked = parser.parse_args(argv)
    if asked.write and asked.kind != _FORMS:
        parser.error("the limits are those of a page with plain forms: leave out --kind")
    files = _first_visit()
    print(_table("first visit: as shipped, compressed by the host", files))
    wasm = _unpacked(ROOT / "static" / "runtime" / "pyodide" / "pyodide.asm.data")
    print(_table("sections of the interpreter: raw, compressed", dict(_sections(wasm))))
    found = weigh_snapshot(asked.kind)
    title = f"modules in the snapshot of {asked.kind}: raw, compressed"
    print(_table(title, {name: (each.raw, each.packed) for name, each in found.items()}))
    if asked.write:
        limits = {name: round(size.shipped * _ROOM) for name, size in sorted(files.items())}
        modules = {name: each.packed for name, each in sorted(found.items())}
        RECORD.write_text(
            json.dumps({"files": limits, "modules": modules}, indent=1) + "\n", "utf-8"
        )
        print(f"Wrote {RECORD.relative_to(ROOT)}.")
    return 0


def weigh_snapshot(kind: str = _FORMS) -> dict[str, Weight]:
    """Take the snapshots of `static/runtime/` again, beside it, and return what each module of one weighs."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as objects:
        runtime = Path(folder) / "runtime"
        left_out = shutil.ignore_patterns(*KINDS, WHOLE)
        shutil.copytree(ROOT / "static" / "runtime", runtime, ignore=left_out)
        interpreter = runtime / "pyodide"
        (interpreter / SMALL).write_bytes(_unpacked(interpreter / "pyodide.asm.data"))
        before = dict(os.environ)
        os.environ.update({OBJECTS: objects, COMPRESSION: "1"})
        try:
            take_snapshots(ROOT, runtime)
        finally:
            os.environ.clear()
            os.environ.update(before)
        raw = _unpacked(runtime / ("" if kind == _FORMS else kind) / "snapshot.data")
        told = json.loads(Path(objects, f"{kind}.json").read_bytes())
    return weights(raw, told)


def recorded() -> dict[str, dict[str, int]]:
    """Return what `weights.json` says: limits of `files`, and weights of `modules`, in bytes."""
    known: dict[str, dict[str, int]] = json.loads(RECORD.read_bytes())
    return known


def grown(found: Mapping[str, Weight], count: int = 20) -> str:
    """Return the modules that weigh most more than recorded, a line for each."""
    known = recorded()["modules"]
    more = {name: each.packed - known.get(name, 0) for name, each in found.items()}
    names = sorted((name for name in more if more[name] > 0), key=lambda name: -more[name])[:count]
    return "\n".join(f"{more[name]:+9,}  {name}" for name in names)


def _first_visit() -> dict[str, payload.Size]:
    with tempfile.TemporaryDirectory() as folder, running_chromium() as browser:
        return payload.first_visit(browser, payload.build(Path(folder) / "site"))


def _unpacked(file: Path) -> bytes:
    with zstandard.ZstdDecompressor(max_window_size=1 << 31).stream_reader(
        file.read_bytes()
    ) as content:
        return content.read()


def _sections(wasm: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the name of each section of a WebAssembly module, with its bytes and those compressed."""
    place = 8
    while place < len(wasm):
        kind = wasm[place]
        size, start = _unsigned(wasm, place + 1)
        content = wasm[start : start + size]
        packed = len(zstandard.ZstdCompressor(level=19).compress(content))
        yield _SECTIONS.get(kind, f"section {kind}"), (size, packed)
        place = start + size


def _unsigned(wasm: bytes, place: int) -> tuple[int, int]:
    """Return the LEB128 number at `place`, and the place behind it."""
    number = shift = 0
    while True:
        byte = wasm[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place


def _table(title: str, rows: Mapping[str, tuple[int, ...]]) -> str:
    ordered = sorted(rows.items(), key=lambda row: -row[1][-1])
    total = tuple(sum(column) for column in zip(*rows.values(), strict=True))
    lines = [
        "".join(f"{each:11,}" for each in sizes) + f"  {name}"
        for name, sizes in [*ordered, ("all", total)]
    ]
    return "\n".join((f"{title}:", *lines, ""))


if __name__ == "__main__":
    sys.exit(main())
