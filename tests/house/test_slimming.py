"""Pyodide's JavaScript, made smaller: what it exports stays, and what is not as expected is told."""

import json
import subprocess

import pytest

from clientforms.builder.packages import RuntimeAssemblyError
from clientforms.builder.slimming import slim

NAMES = [f"f{number}" for number in range(1100)]


def script(*uses):
    """A script that is written as Pyodide's is; `uses` are statements that name some exports."""
    exports = "".join(f'_{name}=Module["_{name}"]=wasmExports["{name}"];' for name in NAMES)
    return (
        f"var {','.join(f'_{name}' for name in NAMES)},size;"
        f'function assignWasmExports(wasmExports){{{exports}size=wasmExports["size"]}}'
        f"{''.join(uses)}"
    )


def run(source):
    """Return what stands in Module when each export is a function that says its own name."""
    program = f"""
        const Module = {{}};
        {source}
        const exports = {{size: 7}};
        for (const name of {json.dumps(NAMES)}) exports[name] = () => name;
        assignWasmExports(exports);
        console.log(JSON.stringify(
            [size, Object.entries(Module).map(([key, call]) => [key, call()]).sort()]));
    """
    return json.loads(subprocess.check_output(["node", "-e", program], text=True))


def test_the_exports_stay_and_their_variables_go():
    source = script("const used=()=>_f7();")
    slimmed = slim(source)
    assert len(slimmed) < len(source) / 10
    assert run(slimmed) == run(source)
    assert "var _f7,size;" in slimmed


def test_a_script_that_is_written_otherwise_is_told():
    with pytest.raises(RuntimeAssemblyError, match="assign its exports"):
        slim("export default 1;")
