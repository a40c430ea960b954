"""The interpreter without some modules: what is left is where it was, so snapshots fit it, and all else is zero."""

import struct

import pytest
import zstandard

from clientforms.builder.runtime.left_out_modules import FROZEN, LEFT_OUT, LIBRARIES
from clientforms.builder.runtime.packages import RuntimeAssemblyError
from clientforms.builder.runtime.wasm_reachability import Interpreter, unneeded
from tests.conftest import ROOT

RUNTIME = ROOT / "static" / "runtime"
DATA, CODE, TABLES = 11, 10, 4


def number(content, place):
    """Return a number of WebAssembly without its sign, and where it ends."""
    value = shift = 0
    while True:
        byte = content[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place


def sections(content):
    found, place = {}, 8
    while place < len(content):
        kind = content[place]
        size, place = number(content, place + 1)
        found[kind] = content[place : place + size]
        place += size
    return found


def memory(data):
    """Return what the memory holds at first, of segments with a constant place."""
    count, place = number(data, 0)
    found = bytearray(5_000_000)
    for _ in range(count):
        assert data[place : place + 2] == b"\x00\x41"
        start, place = number(data, place + 2)
        size, place = number(data, place + 1)
        found[start : start + size] = data[place : place + size]
        place += size
    return bytes(found)


@pytest.fixture(scope="module")
def small():
    packed = (RUNTIME / "pyodide" / "pyodide.asm.data").read_bytes()
    return sections(zstandard.decompress(packed))


@pytest.fixture(scope="module")
def whole():
    return sections((RUNTIME / "pyodide" / "pyodide.asm.wasm").read_bytes())


def test_its_memory_is_the_same_or_zero(small, whole):
    words, others = (struct.unpack("<1250000I", memory(each[DATA])) for each in (small, whole))
    assert {
        word for word, other in zip(words, others, strict=True) if word != other and word & ~other
    } == set()
    gone = sum(other != word for word, other in zip(words, others, strict=True))
    assert gone * 4 > 1_500_000


def test_its_table_has_the_same_length_and_its_code_is_smaller(small, whole):
    assert small[TABLES] == whole[TABLES]
    assert len(small[CODE]) < 0.8 * len(whole[CODE])


PLACES = {"in6addr_loopback": 1500, "_PyRuntime": 1600}


def interpreter(**changes):
    """A tiny interpreter with two modules, and a function of each in the table."""
    given = {
        "functions": {1: {"calls": [], "numbers": {}}, 2: {"calls": [], "numbers": {}}},
        "table": [-1, 1, 2],
        "exported": {"PyInit_one": 1, "PyInit_two": 2, "__wasm_call_ctors": 2},
        "addresses": PLACES,
        "memory": bytes(2048),
    }
    return Interpreter(**given | changes)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(interpreter(), "no module three", id="a module"),
        pytest.param(
            interpreter(addresses={"_PyRuntime": 1600}),
            "no in6addr_loopback",
            id="the last constant",
        ),
    ],
)
def test_an_interpreter_that_differs_from_what_is_expected_is_told(given, said):
    wanted = ["three"] if "three" in said else ["one"]
    with pytest.raises(RuntimeAssemblyError, match=said):
        unneeded(given, wanted, {}, [], lambda name: False)


def test_what_is_left_out_is_named_for_authors():
    assert LIBRARIES.keys() <= LEFT_OUT.keys()
    assert not LEFT_OUT.keys() & set(FROZEN)
    assert all(LEFT_OUT.values())
