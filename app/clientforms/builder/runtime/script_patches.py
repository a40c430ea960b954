"""Patch the JavaScript of Pyodide and PyScript to make it smaller and faster to start.

The scripts in `patches/` explain themselves. This module inserts them into the minified originals, and
makes smaller changes. Pyodide's whole script becomes one function in parentheses, which browsers compile
in another thread during the download. PyScript opens its database for packages only if a page has
packages, and does not load plugins for MicroPython, which no page configures.

The scripts are not compressed, because a page could not decompress them without loosening its security
policy.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from .packages import RuntimeAssemblyError

__all__ = ["PATCHES", "slim", "slim_file", "slim_pyscript"]

PATCHES = Path(__file__).with_name("patches")
"""The inserted scripts, with reasons. Below are the places for them, and the code that they replace."""

_HEAD = "function assignWasmExports(wasmExports){"
_EXPORT = re.compile(r'(?<=[;{])([\w$]+)=Module\["\1"\]=wasmExports\["([\w$]+)"\];')
_DECLARED = re.compile(r"var (?:[\w$]+,){1000,}[\w$]+;")
_WRAPPING = "var convertJsFunctionToWasm="
_SETTING = "try{setWasmTableEntry(ret,func)}"
_RESOLVING = "var reportUndefinedSymbols=()=>{"
_CREATING = "try{var node=FS.lookupNode(dir,name);return 20}catch(e){}"
_WALKING = "try{current=FS.lookupNode(current,parts[i])}"
_ABSENT = (
    # `absent_okay` means that parent folders may be missing, too.
    "if((islast?opts.noent_okay:opts.absent_okay)&&isMissing(current,parts[i]))"
    "return{path:current_path};"
)
_ASKING = "path=SYSCALLS.getStr(path);return SYSCALLS.writeStat(buf,FS.stat(path))"
_OPENING = "var mode=varargs?syscallGetVarargI():0;return FS.open"
_O_CREAT = 64  # then a missing file is not an error
_PLANTING = "try{FS.mkdir(d,mode)}catch(e)"
_SHARED = "new Int32Array(new WebAssembly.Memory({shared:!0,initial:1,maximum:1}).buffer)"
_SLEEPER = re.compile(
    rf"var (?P<words>\w+)={re.escape(_SHARED)};(?P<head>function \w+\(\w+\){{try{{return Atomics\.wait\()(?P=words),"
)
_MAIN = 'resolveGlobalSymbol("main").sym'
_SUSPENDING = 'newJspiSupported=canConstructWasm&&"Suspending"in WebAssembly;'
_IMPORTING = re.compile(
    r"(API\.finalizeBootstrap=function\((?P<snapshot>\w+),\w+\)\{.{0,40}?)(API\.rawRun\(\"import _pyodide_core\"\))"
)
_OUTER = ("async function _createPyodideModule(", "export default _createPyodideModule;")
_HANDLERS = "As=e=>{if(fn.length)for("
_FOLDERS = "no=new y(eo)"
_PLUGINS = "n?.plugins?.includes("
_PACKAGES = "l=new h(`${c}@${t}`)"
_ASKED = 'nn("Loading Storage");const c='
_LOADED = 'if(await l.sync(),nn("Loaded Storage")'
_CLOSING = "await l.close(),p.lockFileURL"
_SHARING = re.compile(
    r"try\{new (?P<kind>[\w$]+)\(4,\{maxByteLength:8\}\)\}catch\(e\)\{(?P<without>.{0,200}?\}\})\}(?=const )"
)
_READY = ';console.debug("[pyscript/main] PyScript Ready")'


def slim(script: str) -> str:
    """Return `pyodide.asm.js` patched.

    Raises RuntimeAssemblyError if the script differs from what this module expects.
    """
    script = _on_one_stack(_wrapped_together(_without_exports(script)))
    script = _without_shared_memory(_without_exceptions(script))
    # Not from a table of symbols, which is for libraries that are loaded later.
    script = _replaced(script, _MAIN, "_main")
    ours = "\n".join(map(_ours, ("export_the_rest", "wrap_together", "missing_files")))
    script = _without_parser(script)
    return _compiled_early(_replaced(script, _WRAPPING, f"\n{ours}\n{_WRAPPING}"))


def slim_file(source: Path, target: Path) -> None:
    """Write `source`, which is `pyodide.asm.mjs`, patched to `target`. Raises as `slim()` does."""
    # As bytes, to keep line ends of any kind in its strings.
    target.write_bytes(slim(source.read_bytes().decode("utf-8")).encode("utf-8"))


def slim_pyscript(script: str) -> str:
    """Return PyScript's core patched to do less at the start.

    Raises RuntimeAssemblyError if the script differs from what this module expects.
    """
    for old, new in (
        (_HANDLERS, _HANDLERS.replace("fn.length", "fn.length&&hasHandlers(e,fn)")),
        (_FOLDERS, _FOLDERS.replace("new y(eo)", "whenAsked(()=>new y(eo))")),
        (_PLUGINS, _PLUGINS.replace("n?", '(n??Qs.get("py")?.config)?', 1)),
        (_ASKED, f"preloadFiles(n.files,o,P);{_ASKED}"),
        (_PACKAGES, _PACKAGES.replace("new h", "!a?new Map:new h")),
        (_LOADED, _LOADED.replace("l.sync()", "l.sync?.()")),
        (_CLOSING, _CLOSING.replace("l.close()", "l.close?.()")),
        (_READY, ""),  # so that the console of a working page is empty
    ):
        script = _replaced(script, old, new, "PyScript's core")
    # An exception would make a browser whose inspector listens parse the whole script again, see missing_files.js.
    script = _substituted(
        script,
        _SHARING,
        r"if(\g<kind>){\g<0>}else{\g<without>}",
        "PyScript's core does not try shared memory",
    )
    # Function declarations are hoisted.
    return "\n".join((script, *map(_ours, ("has_handlers", "when_asked", "preload_files")), ""))


def _ours(name: str) -> str:
    """Return the script `name` of `patches/` without its comments."""
    lines = (PATCHES / f"{name}.js").read_text("utf-8").splitlines()
    return "\n".join(line for line in map(str.strip, lines) if line and not line.startswith("//"))


def _without_exports(script: str) -> str:
    """Remove the variables of exports that nothing else uses."""
    start = script.find(_HEAD) + len(_HEAD)
    end = script.find("}", start)
    if start < len(_HEAD) or end < 0:
        raise RuntimeAssemblyError(
            "pyodide.asm.js does not assign its exports as expected. Adapt script_patches.py."
        )
    uses = Counter(re.findall(r"[A-Za-z_$][\w$]*", script))
    unused: set[str] = set()

    def keep(found: re.Match[str]) -> str:
        variable, name = found.groups()
        # Its declaration, the variable here, and its name in Module.
        if uses[variable] != 3 or variable != f"_{name}":
            return found[0]
        unused.add(variable)
        return ""

    # The interpreter may have fewer exports than the script names.
    exports = _EXPORT.sub(keep, script[start - 1 : end].replace("].value", "]?.value"))
    declared = _DECLARED.search(script)
    if declared is None or not unused:
        raise RuntimeAssemblyError(
            "pyodide.asm.js does not declare its exports as expected. Adapt script_patches.py."
        )
    names = [name for name in declared[0][4:-1].split(",") if name not in unused]
    slimmed = f"{script[: start - 1]}{exports};exportTheRest(Module,wasmExports);{script[end:]}"
    return slimmed.replace(declared[0], f"var {','.join(names)};")


def _wrapped_together(script: str) -> str:
    for old, new in (
        (_SETTING, "try{setWasmTableEntry(ret,wrappedTogether.get(func)??func)}"),
        (_RESOLVING, f"{_RESOLVING}wrapWhatIsLinked();"),
    ):
        script = _replaced(script, old, new)
    return script


def _without_exceptions(script: str) -> str:
    """Report missing files in Pyodide's file system without throwing exceptions."""
    for old, new in (
        (_CREATING, f"if(!isMissing(dir,name)){_CREATING}"),
        (_WALKING, _ABSENT + _WALKING),
        (_ASKING, _ASKING.replace("return", "if(nodeAt(path)===null)return-44;return", 1)),
        (
            _OPENING,
            _OPENING.replace(
                "return", f"if(!(flags&{_O_CREAT})&&nodeAt(path)===null)return-44;return"
            ),
        ),
        (_PLANTING, f"if(!nodeAt(d)){_PLANTING}"),
    ):
        script = _replaced(script, old, new)
    return script


def _without_shared_memory(script: str) -> str:
    """Allocate the shared memory for sleeping in a worker only when it is used.

    Browsers report the line and column that share memory to their developer tools, even if these are
    closed, and parse the whole script again for that, which takes 25 to 60 ms.
    """
    late = rf"var \g<words>;\g<head>\g<words>??={_SHARED},"
    return _substituted(script, _SLEEPER, late, f"pyodide.asm.js does not have {_SHARED}")


def _on_one_stack(script: str) -> str:
    """Run Python on the page's own stack.

    On a suspendable stack, Chromium 156 sometimes read beyond it when it collected garbage, and the page
    crashed. This disables `pyodide.ffi.run_sync()`, which forms cannot use on a server either.
    """
    return _replaced(script, _SUSPENDING, "newJspiSupported=false;")


def _without_parser(script: str) -> str:
    """Leave out a program that imports Pyodide's module in C: a snapshot has imported it.

    The browser would have to compile Python's parser for it, see `known_code.py`.
    """
    spared = r'\1\g<snapshot>?[0,""]:\3'
    return _substituted(script, _IMPORTING, spared, "pyodide.asm.js does not import _pyodide_core")


def _compiled_early(script: str) -> str:
    head, tail = _OUTER
    script = _replaced(script, head, f"const _createPyodideModule=({head}")
    return _replaced(script, tail, f");{tail}")


def _substituted(script: str, pattern: re.Pattern[str], new: str, problem: str) -> str:
    """Return `script` with the one place that matches replaced; `problem` says what is wrong if there is not one."""
    substituted, count = pattern.subn(new, script)
    if count != 1:
        raise RuntimeAssemblyError(f"{problem} as expected. Adapt script_patches.py.")
    return substituted


def _replaced(script: str, old: str, new: str, what: str = "pyodide.asm.js") -> str:
    if script.count(old) != 1:
        raise RuntimeAssemblyError(
            f"{what} does not have {old} as expected. Adapt script_patches.py."
        )
    return script.replace(old, new)
