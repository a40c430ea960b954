"""Makes the JavaScript of Pyodide and PyScript smaller and quicker to start.

Pyodide's exports for libraries of its own are handed over in a loop. The JavaScript functions that Python
calls become functions of WebAssembly in one module, instead of a module for each of 260. Whether there
is a file is found without an exception: a browser whose inspector listens (a test's does) reads the whole
script again to say where one came from, 50 ms of the start. The whole script is one function, in
parentheses: browsers compile it then while it arrives, in another thread.

Pages ship it as it is, for a page cannot decompress a script without loosening its security policy.

PyScript opens a database for packages and one for folders of the user's disk at each start: here only if
there are packages, or somebody asks for a folder. And it looks through all that comes into the page for
attributes such as `py-click`, with an XPath expression that makes an object of every attribute: that is done
only if the page has one of them. Its plugins, which a page may do without, it would fetch for MicroPython all the
same, which no page configures. The page's own files it would fetch once Python is there: they come while it
starts.
"""

from __future__ import annotations

import re
from collections import Counter

from .packages import RuntimeAssemblyError

__all__ = ["slim", "slim_pyscript"]

_HEAD = "function assignWasmExports(wasmExports){"
_EXPORT = re.compile(r'(?<=[;{])([\w$]+)=Module\["\1"\]=wasmExports\["([\w$]+)"\];')
_DECLARED = re.compile(r"var (?:[\w$]+,){1000,}[\w$]+;")
_LOOP = (
    ';for(const name in wasmExports)if(typeof wasmExports[name]==="function")'
    'Module["_"+name]??=wasmExports[name];'
)
_WRAPPING = "var convertJsFunctionToWasm="
_SETTING = "try{setWasmTableEntry(ret,func)}"
_RESOLVING = "var reportUndefinedSymbols=()=>{"
_WRAP_TOGETHER = (
    "var wrappedTogether=new Map();"
    "var uleb128=n=>n<128?[n]:[n%128|128,...uleb128(n>>>7)];"
    "var wrapTogether=functions=>{"
    "var wanted=[...new Set(functions)];if(!wanted.length)return;"
    "var types=new Map();for(var each of wanted)if(!types.has(each.sig))types.set(each.sig,types.size);"
    "var pack=codes=>[...uleb128(codes.length),...Array.from(codes,code=>wasmTypeCodes[code])];"
    "var nameOf=index=>{var text=String(index);"
    "return[text.length,...Array.from(text,digit=>digit.charCodeAt(0))]};"
    "var section=(id,items)=>{var content=[...uleb128(items.length),...items.flat()];"
    "return[id,...uleb128(content.length),...content]};"
    "var bytes=Uint8Array.from([0,97,115,109,1,0,0,0,"
    '...section(1,[...types.keys()].map(sig=>[96,...pack(sig.slice(1)),...pack(sig[0]==="v"?"":sig[0])])),'
    "...section(2,wanted.map((each,index)=>[1,101,...nameOf(index),0,...uleb128(types.get(each.sig))])),"
    "...section(7,wanted.map((each,index)=>[...nameOf(index),0,...uleb128(index)]))]);"
    "var{exports}=new WebAssembly.Instance(new WebAssembly.Module(bytes),{e:{...wanted}});"
    "wanted.forEach((each,index)=>wrappedTogether.set(each,exports[index]))};"
)
_GATHER = (
    "wrapTogether(Object.entries(GOT).filter(([,entry])=>entry.value==-1)"
    ".map(([name])=>resolveGlobalSymbol(name,true).sym)"
    '.filter(each=>typeof each=="function"&&each.sig&&!getFunctionAddress(each)));'
)
_LOOKING = "lookupNode(parent,name){"
_MISSING = (
    "isMissing(parent,name){"
    "if(FS.mayLookup(parent)||parent.node_ops!==MEMFS.ops_table?.dir.node)return false;"
    "for(var node=FS.nameTable[FS.hashName(parent.id,name)];node;node=node.name_next)"
    "if(node.parent.id===parent.id&&node.name===name)return false;"
    "return true},"
    # The node; null if there is none; undefined where something else is in the way.
    "nodeAt(path){"
    "try{return FS.lookupPath(path,{noent_okay:true,absent_okay:true}).node??null}catch(e){}},"
)
_CREATING = "try{var node=FS.lookupNode(dir,name);return 20}catch(e){}"
_WALKING = "try{current=FS.lookupNode(current,parts[i])}"
_ABSENT = (
    # `absent_okay`: a folder on the way may be missing too.
    "if((islast?opts.noent_okay:opts.absent_okay)&&FS.isMissing(current,parts[i]))"
    "return{path:current_path};"
)
_ASKING = "path=SYSCALLS.getStr(path);return SYSCALLS.writeStat(buf,FS.stat(path))"
_OPENING = "var mode=varargs?syscallGetVarargI():0;return FS.open"
_MAKES = 64  # O_CREAT: it is no matter whether there is such a file
_PLANTING = "try{FS.mkdir(d,mode)}catch(e)"
_SHARED = "new Int32Array(new WebAssembly.Memory({shared:!0,initial:1,maximum:1}).buffer)"
_SLEEPER = re.compile(
    rf"var (?P<words>\w+)={re.escape(_SHARED)};(?P<head>function \w+\(\w+\){{try{{return Atomics\.wait\()(?P=words),"
)
_SUSPENDING = 'newJspiSupported=canConstructWasm&&"Suspending"in WebAssembly;'
_OUTER = ("async function _createPyodideModule(", "export default _createPyodideModule;")
_HANDLERS = "As=e=>{if(fn.length)for("
_HAS_HANDLERS = (
    "(e=>{const t=Document.prototype.createTreeWalker.call(document,e,NodeFilter.SHOW_ELEMENT);"
    "for(let n=1===e.nodeType?e:t.nextNode();n;n=t.nextNode())"
    "for(const e of n.getAttributeNames())for(const t of fn)if(e.startsWith(t))return!0})(e)"
)
_FOLDERS = "no=new y(eo)"
_WHEN_ASKED = (
    "no=new Proxy({},{get(e,t){const n=e.map??=new y(eo),r=n[t];"
    'return"function"==typeof r?r.bind(n):r}})'
)
_PLUGINS = "n?.plugins?.includes("
_PACKAGES = "l=new h(`${c}@${t}`)"
_ASKED = 'nn("Loading Storage");const c='
_FILES_EARLY = (
    r"for(const e of Object.keys(n.files??{}))/^\.{0,2}\//.test(e)&&document.head.append("
    'Object.assign(document.createElement("link"),'
    '{rel:"preload",as:"fetch",crossOrigin:"anonymous",href:P(e,o)}));'
)
_LOADED = 'if(await l.sync(),nn("Loaded Storage")'
_CLOSING = "await l.close(),p.lockFileURL"
_READY = ';console.debug("[pyscript/main] PyScript Ready")'


def slim(script: str) -> str:
    """Return `pyodide.asm.js`, smaller and quicker to start.

    Raises RuntimeAssemblyError where the script is not written as this expects.
    """
    script = _on_one_stack(_wrapped_together(_without_exports(script)))
    return _compiled_early(_without_shared_memory(_without_exceptions(script)))


def slim_pyscript(script: str) -> str:
    """Return PyScript's core, which does less at the start.

    Raises RuntimeAssemblyError where the script is not written as this expects.
    """
    for old, new in (
        (_HANDLERS, _HANDLERS.replace("fn.length", f"fn.length&&{_HAS_HANDLERS}")),
        (_FOLDERS, _WHEN_ASKED),
        (_PLUGINS, _PLUGINS.replace("n?", '(n??Qs.get("py")?.config)?', 1)),
        (_ASKED, _FILES_EARLY + _ASKED),
        (_PACKAGES, _PACKAGES.replace("new h", "!a?new Map:new h")),
        (_LOADED, _LOADED.replace("l.sync()", "l.sync?.()")),
        (_CLOSING, _CLOSING.replace("l.close()", "l.close?.()")),
        (_READY, ""),  # the console of a page that works stays empty
    ):
        script = _replaced(script, old, new, "PyScript's core")
    return script


def _without_exports(script: str) -> str:
    """Leave out a variable for each export that nothing else names."""
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


def _wrapped_together(script: str) -> str:
    for old, new in (
        (_WRAPPING, _WRAP_TOGETHER + _WRAPPING),
        (_SETTING, "try{setWasmTableEntry(ret,wrappedTogether.get(func)??func)}"),
        (_RESOLVING, _RESOLVING + _GATHER),
    ):
        script = _replaced(script, old, new)
    return script


def _without_exceptions(script: str) -> str:
    """Say that a file is not there, in the file system that Pyodide makes for itself, without throwing."""
    for old, new in (
        (_LOOKING, _MISSING + _LOOKING),
        (_CREATING, f"if(!FS.isMissing(dir,name)){_CREATING}"),
        (_WALKING, _ABSENT + _WALKING),
        (_ASKING, _ASKING.replace("return", "if(FS.nodeAt(path)===null)return-44;return", 1)),
        (
            _OPENING,
            _OPENING.replace(
                "return", f"if(!(flags&{_MAKES})&&FS.nodeAt(path)===null)return-44;return"
            ),
        ),
        (_PLANTING, f"if(!FS.nodeAt(d)){_PLANTING}"),
    ):
        script = _replaced(script, old, new)
    return script


def _without_shared_memory(script: str) -> str:
    """Make the memory that a worker sleeps on when somebody sleeps.

    A browser tells its developer tools who shares memory, with line and column, and reads the whole
    script again for that: 25 to 60 ms, whether the tools are open or not.
    """
    slept, count = _SLEEPER.subn(rf"var \g<words>;\g<head>\g<words>??={_SHARED},", script)
    if count != 1:
        raise RuntimeAssemblyError(f"pyodide.asm.js does not have {_SHARED} as it used to.")
    return slept


def _on_one_stack(script: str) -> str:
    """Let Python run on the page's own stack.

    On a stack that can be suspended Chromium 156 was seen to read beyond it when it collected garbage, and the
    page crashed. What is lost is `pyodide.ffi.run_sync()`, which forms cannot use on a server either.
    """
    return _replaced(script, _SUSPENDING, "newJspiSupported=false;")


def _compiled_early(script: str) -> str:
    head, tail = _OUTER
    script = _replaced(script, head, f"const _createPyodideModule=({head}")
    return _replaced(script, tail, f");{tail}")


def _replaced(script: str, old: str, new: str, what: str = "pyodide.asm.js") -> str:
    if script.count(old) != 1:
        raise RuntimeAssemblyError(f"{what} does not have {old} as it used to.")
    return script.replace(old, new)
