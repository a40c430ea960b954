"""The interpreter without the exports that no script names: what is left works, and the rest is gone."""

import json
import subprocess
from pathlib import Path

import pytest

from clientforms.builder.runtime.packages import RuntimeAssemblyError
from clientforms.builder.runtime.wasm_trimming import trim
from tests.conftest import ROOT

MODULE = """
(module
  (import "env" "used" (func $used (result i32)))
  (import "env" "unused" (func $unused (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $pointed_at)
  (func $answer (export "answer") (result i32) (call $used))
  (func (export "PyOther") (result i32) (call $only_other))
  (func $only_other (result i32) (call $unused))
  (func $pointed_at (result i32) (i32.const 3))
  (global (export "address") i32 (i32.const 1024))
  (global (export "elsewhere") i32 (i32.const 2048)))
"""

SHOW = """
const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
const {exports} = new WebAssembly.Instance(module, {env: {used: () => 42}});
console.log(JSON.stringify({
    exports: WebAssembly.Module.exports(module).map(({name}) => name).sort(),
    imports: WebAssembly.Module.imports(module).map(({name}) => name),
    answer: exports.answer(), pointed: exports.table.get(0)(), address: exports.address.value,
}));
"""


@pytest.fixture
def root(tmp_path):
    """A project whose packages are ours, and which keeps what it made to itself."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def assembled(root: Path, text: str, *features: str) -> Path:
    source, target = root / "given.wat", root / "given.wasm"
    source.write_text(text)
    assembler = ROOT / "node_modules" / "binaryen" / "bin" / "wasm-as"
    subprocess.run(["node", assembler, *features, source, "-o", target], check=True)
    return target


def test_what_a_script_names_stays_and_all_else_goes(root):
    script = root / "page.js"
    script.write_text("Module._answer(); wasmExports['address'].value;")
    target = root / "trimmed.wasm"
    trim(root, assembled(root, MODULE), [script], target)
    found = subprocess.check_output(["node", "-e", SHOW, target], text=True)
    assert json.loads(found) == {
        "exports": ["address", "answer", "memory", "table"],
        "imports": ["used"],
        "answer": 42,
        "pointed": 3,
        "address": 1024,
    }


def test_an_interpreter_that_uses_newer_features_is_told(root):
    newer = MODULE.replace("(i32.const 3)", "(return_call $used)")
    with pytest.raises(
        RuntimeAssemblyError, match=r"given\.wasm uses what is not among the features"
    ):
        trim(root, assembled(root, newer, "--enable-tail-call"), [], root / "trimmed.wasm")
    assert not (root / "trimmed.wasm").exists()
