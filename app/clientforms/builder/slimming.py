"""Makes Pyodide's JavaScript smaller: its exports for libraries of its own are handed over in a loop.

Pages ship it as it is, for a page cannot decompress a script without loosening its security policy.
"""

from __future__ import annotations

import re
from collections import Counter

from .packages import RuntimeAssemblyError

__all__ = ["slim"]

_HEAD = "function assignWasmExports(wasmExports){"
_EXPORT = re.compile(r'(?<=[;{])([\w$]+)=Module\["\1"\]=wasmExports\["([\w$]+)"\];')
_DECLARED = re.compile(r"var (?:[\w$]+,){1000,}[\w$]+;")
_LOOP = (
    ';for(const name in wasmExports)if(typeof wasmExports[name]==="function")'
    'Module["_"+name]??=wasmExports[name];'
)


def slim(script: str) -> str:
    """Return `pyodide.asm.js` without a variable for each export that nothing else names.

    Raises RuntimeAssemblyError where the script is not written as this expects.
    """
    start = script.find(_HEAD) + len(_HEAD)
    end = script.find("}", start)
    if start < len(_HEAD) or end < 0:
        raise RuntimeAssemblyError("pyodide.asm.js does not assign its exports as it used to.")
    uses = Counter(re.findall(r"[A-Za-z_$][\w$]*", script))
    unused: set[str] = set()

    def keep(found: re.Match[str]) -> str:
        variable, name = found.groups()
        # Once where it is declared, once as the variable here and once as the name in Module.
        if uses[variable] != 3 or variable != f"_{name}":
            return found[0]
        unused.add(variable)
        return ""

    exports = _EXPORT.sub(keep, script[start - 1 : end])
    declared = _DECLARED.search(script)
    if declared is None or not unused:
        raise RuntimeAssemblyError("pyodide.asm.js does not declare its exports as it used to.")
    names = [name for name in declared[0][4:-1].split(",") if name not in unused]
    slimmed = script[: start - 1] + exports + _LOOP + script[end:]
    return slimmed.replace(declared[0], f"var {','.join(names)};")
