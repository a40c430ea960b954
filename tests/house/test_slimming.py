"""Pyodide's and PyScript's JavaScript, made quicker to start: it does what it did, and what is not as expected is told."""

import json
import re
import shutil
import subprocess

import pytest

from clientforms.builder.runtime.packages import RuntimeAssemblyError
from clientforms.builder.runtime.script_patches import slim, slim_pyscript
from clientforms.builder.runtime.script_pruning import prune
from tests.conftest import ROOT

NAMES = [f"f{number}" for number in range(1200)]

# How Emscripten links JavaScript functions: each in the table, made one of WebAssembly by itself.
LINKING = """
const library = {add: (a, b) => a + b, half: a => a / 2, next: a => a + 1n, say: () => { said = true; }};
Object.assign(library.add, {sig: "iii"}); Object.assign(library.half, {sig: "dd"});
Object.assign(library.next, {sig: "jj"}); Object.assign(library.say, {sig: "v"});
for (let n = 0; n < 300; n++) library["more" + n] = Object.assign(a => a * n, {sig: "ii"});
library.same = library.add;
const GOT = Object.fromEntries(Object.keys(library).map(name => [name, {value: -1}]));
let said = false, alone = 0;
const wasmTable = new WebAssembly.Table({element: "anyfunc", initial: 1});
const addresses = new Map();
const wasmTypeCodes = {i: 127, j: 126, f: 125, d: 124};
const getFunctionAddress = func => addresses.get(func) || 0;
const setWasmTableEntry = (at, func) => wasmTable.set(at, func);
const resolveGlobalSymbol = name => ({sym: library[name]});
var convertJsFunctionToWasm=(func,sig)=>{alone++;return null};
const addFunction = (func, sig) => {
    var ret = getFunctionAddress(func);
    if (ret) return ret;
    ret = wasmTable.grow(1);
    try{setWasmTableEntry(ret,func)}catch(err){setWasmTableEntry(ret,convertJsFunctionToWasm(func,sig))}
    addresses.set(func, ret);
    return ret;
};
var reportUndefinedSymbols=()=>{for (const [name, entry] of Object.entries(GOT)) {
    const {sym} = resolveGlobalSymbol(name, true);
    entry.value = addFunction(sym, sym.sig);
}};
const call = (name, ...given) => String(wasmTable.get(GOT[name].value)(...given));
const link = () => {
    reportUndefinedSymbols();
    const called = [call("add", 2, 3), call("half", 3), call("next", 4n), call("say"), call("more299", 2)];
    return {alone, called, said, same: GOT.same.value === GOT.add.value};
};
"""

# Where Emscripten's file system asks whether there is a file.
FILES = (
    "const FS={lookupNode(parent,name){},"
    "mayCreate(dir,name){try{var node=FS.lookupNode(dir,name);return 20}catch(e){}},"
    "lookupPath(current,parts,i){try{current=FS.lookupNode(current,parts[i])}catch(e){}},"
    "mkdirTree(d,mode){try{FS.mkdir(d,mode)}catch(e){}}};"
    "const stat=(path,buf)=>{path=SYSCALLS.getStr(path);return SYSCALLS.writeStat(buf,FS.stat(path))};"
    "const openat=(path,flags,varargs)=>{"
    "var mode=varargs?syscallGetVarargI():0;return FS.open(path,flags,mode).fd};"
)

# How it sleeps where that is possible: not in a page.
SLEEPING = (
    "const made=WebAssembly.Memory;let shared=0;"
    "WebAssembly.Memory=class extends made{constructor(given){super(given);shared+=!!given.shared}};"
    "var io=new Int32Array(new WebAssembly.Memory({shared:!0,initial:1,maximum:1}).buffer);"
    "function so(t){try{return Atomics.wait(io,0,0,t),!0}catch{return!1}}"
    "const sleep=()=>[shared,so(1),shared,so(1),shared];"
)

CALLING = (
    "let _main;"
    'const callMain=()=>{var entryFunction=resolveGlobalSymbol("main").sym;return entryFunction};'
)

STACKS = (
    'const canConstructWasm=true;var newJspiSupported=canConstructWasm&&"Suspending"in WebAssembly;'
)


BOOTING = (
    "const ran=[],Wr=()=>{},API={rawRun:text=>{ran.push(text);return[0,'']}};"
    "API.finalizeBootstrap=function(t,e){t&&Wr();"
    'let[r,n]=API.rawRun("import _pyodide_core");return[r,n,ran.length]};'
    "const boot=()=>[API.finalizeBootstrap({}),API.finalizeBootstrap()];"
)


def script(*uses):
    """A script that is written as Pyodide's is; `uses` are statements that name some exports."""
    exports = "".join(f'_{name}=Module["_{name}"]=wasmExports["{name}"];' for name in NAMES)
    return (
        "async function _createPyodideModule(Module={}){"
        f"var {','.join(f'_{name}' for name in NAMES)},size;"
        f'function assignWasmExports(wasmExports){{{exports}size=wasmExports["size"]}}'
        f"{''.join(uses)}{LINKING}{FILES}{SLEEPING}{CALLING}{STACKS}{BOOTING}"
        "return{assign:given=>{assignWasmExports(given);return[size,Module]},link,sleep,boot}}"
        "export default _createPyodideModule;"
    )


def run(source, program):
    """Return what `program`, a function of what the script makes, returns."""
    whole = f"{source}\nconsole.log(JSON.stringify(({program})(await _createPyodideModule())));"
    return json.loads(
        subprocess.check_output(["node", "--input-type=module", "-e", whole], text=True)
    )


# What stands in Module when each export is a function that says its own name.
EXPORTED = f"""({{assign}}) => {{
    const exports = {{size: 7}};
    for (const name of {json.dumps(NAMES)}) exports[name] = () => name;
    const [size, Module] = assign(exports);
    return [size, Object.entries(Module).map(([key, call]) => [key, call()]).sort()];
}}"""


def test_the_exports_stay_and_their_variables_go():
    source = script("const used=()=>_f7();")
    slimmed = slim(source)
    assert len(slimmed) < len(source) / 10
    assert run(slimmed, EXPORTED) == run(source, EXPORTED)
    assert "var _f7,size;" in slimmed


def test_functions_of_javascript_are_linked_together():
    assert run(slim(script()), "({link}) => link()") == {
        "alone": 0,
        "called": ["5", "1.5", "5", "undefined", "598"],
        "said": True,
        "same": True,
    }


def test_memory_is_shared_only_when_somebody_sleeps():
    assert run(script(), "({sleep}) => sleep()") == [1, True, 1, True, 1]
    assert run(slim(script()), "({sleep}) => sleep()") == [0, True, 1, True, 1]


def test_a_start_from_a_snapshot_imports_nothing_by_the_text_of_a_program():
    assert run(script(), "({boot}) => boot()") == [[0, "", 1], [0, "", 2]]
    assert run(slim(script()), "({boot}) => boot()") == [[0, "", 0], [0, "", 1]]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("function assignWasmExports(", "assign its exports"),
        ('API.rawRun("import _pyodide_core")', "does not import _pyodide_core"),
        ("var reportUndefinedSymbols=", "does not have var reportUndefinedSymbols="),
        ("async function", "does not have async function"),
        ("{current=FS.lookupNode", r"does not have try{current=FS.lookupNode"),
        ("shared:!0", "does not have new Int32Array"),
        ('"Suspending"in', "does not have newJspiSupported="),
        ('resolveGlobalSymbol("main")', "does not have resolveGlobalSymbol"),
    ],
)
def test_a_script_that_is_written_otherwise_is_told(missing, said):
    with pytest.raises(RuntimeAssemblyError, match=said):
        slim(script().replace(missing, "otherwise "))
    with pytest.raises(RuntimeAssemblyError, match="assign its exports"):
        slim("export default 1;")


SHIPPED = ROOT / "static" / "runtime" / "pyodide"
AT_MOST = 212_000
"""Bytes of Pyodide's script as pages fetch it. It was 825,777 before it was pruned."""


def test_the_shipped_script_is_small_and_compiled_during_the_download():
    text = (SHIPPED / "pyodide.asm.js").read_text("utf-8")
    assert len(text.encode()) <= AT_MOST
    assert text.startswith("export default (async function(")
    assert text.endswith("});\n")
    for gone in (
        "getContext",
        "AudioContext",
        "WebSocket",
        "indexedDB",
        "FileReaderSync",
        "loadWebAssemblyModule",
    ):
        assert gone not in text


# What the pruned script gives the interpreter, under Node.
IMPORTS = """
import {readFileSync} from "node:fs";
import create from "./pyodide.asm.mjs";
const module = new WebAssembly.Module(readFileSync("WASM"));
create({API: {config: {}, runtimeEnv: {}}, instantiateWasm: imports => {
    const wanted = WebAssembly.Module.imports(module);
    const given = wanted.filter(({module, name, kind}) => (typeof imports[module][name] === kind));
    const more = Object.keys(imports.env).filter(name => !wanted.some(each => each.name === name));
    console.log(JSON.stringify([wanted.length, given.length, more]));
    process.exit(); // the interpreter is not started
}});
"""


def test_the_shipped_script_gives_what_the_interpreter_imports_and_no_more(tmp_path):
    shutil.copy(SHIPPED / "pyodide.asm.js", tmp_path / "pyodide.asm.mjs")
    program = tmp_path / "program.mjs"
    program.write_text(IMPORTS.replace("WASM", str(SHIPPED / "pyodide.asm.wasm")))
    wanted, given, more = json.loads(subprocess.check_output(["node", program], text=True))
    assert wanted == given > 200
    assert more == []


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("IDBFS.quit();", r"does not have IDBFS\.quit\(\); as expected"),
        ("function ___syscall_socket(", "does not declare ___syscall_socket as expected"),
        ("var wasmImports=", "does not declare wasmImports as expected"),
    ],
)
def test_a_script_that_cannot_be_pruned_is_told(tmp_path, missing, said):
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    original = (ROOT / "node_modules" / "pyodide" / "pyodide.asm.mjs").read_bytes().decode()
    given = tmp_path / "given.js"
    other = re.sub(r"\w+(?=\W*$)", "other", missing)
    given.write_text(slim(original).replace(missing, other), "utf-8", newline="")
    with pytest.raises(RuntimeAssemblyError, match=said):
        prune(tmp_path, given, SHIPPED / "pyodide.asm.wasm", [], tmp_path / "target.js")


# As PyScript's core is written: databases at the start, and a search of all that comes.
CORE = """
const made = [], searched = [], fn = ["py-", "mpy-"], nn = () => {};
let{SharedArrayBuffer:_r}=globalThis,yr=!0;try{new _r(4,{maxByteLength:8})}catch(e){yr=!1,_r=class extends ArrayBuffer{get growable(){return super.resizable}grow(e){super.resize(e)}}}const shared = [yr, new _r(4, {maxByteLength: 8}).growable];
class y { #name; constructor(name) { made.push(this.#name = name); } has(key) { return key === this.#name; } }
class h extends Map { constructor(name) { super([["a", 1]]); made.push(name); } async sync() {} async close() {} }
const eo = "folders", t = "1", p = {}, no=new y(eo);
const _n = (path, e) => { searched.push(e.id); return []; };
const As=e=>{if(fn.length)for(let{name:t,ownerElement:n}of _n("path",e)){}};
const Qs = new Map();
const asksFor = (n, t) => !n?.plugins?.includes(`!${t}`);
Qs.set("py", { config: { plugins: ["!game"] } });
const P = (url, base) => new URL(url, base).href, links = [];
async function load(a) {
    const n = { files: { "./forms.py": ".", "data:,": "a.py", "{FROM}": "x", "/b.py": "b.py" } };
    const f = false, o = "https://example.org/app/a.toml";
    nn("Loading Storage");const c="packages",l=new h(`${c}@${t}`);
    if(await l.sync(),nn("Loaded Storage"),f||l.clear(),a) l.set("b", a);
    const held = [...l];
    await l.close(),p.lockFileURL&&1;
    return held;
}
const ready = () => {made.push("ready");console.debug("[pyscript/main] PyScript Ready")};
const NodeFilter = { SHOW_ELEMENT: 1 };
const document = { createElement: () => ({}), head: { append: ({ href }) => links.push(href) } };
class Document { createTreeWalker({ inside = [] }) { return { at: 0, nextNode() { return inside[this.at++]; } }; } }
class Element { getAttributeNames() { return this.names; } }
const element = (id, names, inside) => ({ id, nodeType: 1, inside, names });
[element("none", ["class", "id", "x-py-click"], [element("", ["data-py-a"])]), element("own", ["py-click"]),
    element("inside", ["id"], [element("", []), element("", ["id", "mpy-input"])]),
    { id: "document", nodeType: 9, inside: [element("", ["py-a"])] }, { id: "empty", nodeType: 9 }].forEach(As);
console.log(JSON.stringify([await load(null), await load([2]), no.has("folders"), no.has("b"), made, searched,
    ["game", "error"].map((name) => asksFor(undefined, name)), links, shared]));
"""


def test_pyscript_opens_databases_and_searches_only_where_something_is():
    def answers(source):
        return json.loads(
            subprocess.check_output(["node", "--input-type=module", "-e", source], text=True)
        )

    held = [[], [["b", [2]]], True, False]
    before = ["folders", "packages@1", "packages@1"]
    everywhere = ["none", "own", "inside", "document", "empty"]
    assert answers(CORE) == [*held, before, everywhere, [True, True], [], [True, True]]
    now = ["packages@1", "folders"]
    assert answers(slim_pyscript(CORE)) == [
        *held,
        now,
        ["own", "inside", "document"],
        [False, True],
        ["https://example.org/app/forms.py", "https://example.org/b.py"] * 2,
        [True, True],
    ]
    for core in (CORE, slim_pyscript(CORE)):
        assert answers(f"delete globalThis.SharedArrayBuffer;{core}")[-1] == [False, True]
    assert "try{new _r" in CORE
    assert "if(_r){try{new _r" in slim_pyscript(CORE)
    assert "PyScript Ready" not in slim_pyscript(CORE), "a page that works says nothing"
    with pytest.raises(RuntimeAssemblyError, match="PyScript's core does not have no=new y"):
        slim_pyscript(CORE.replace("no=new y(eo)", "no = new y(eo)"))


# What is done with files, and how often somebody looks for one that is not there: then an exception tells.
USE_FILES = """
import {loadPyodide} from "./pyodide.mjs";
import createPyodideModule from "./pyodide.asm.mjs";
const pyodide = await loadPyodide({indexURL: ".", createPyodideModule});
const {FS} = pyodide;
let looks = 0;
const {lookup} = FS.root.node_ops;
FS.root.node_ops.lookup = (...given) => { looks++; return lookup(...given); };
const tried = (act) => {
    try { const done = act(); return typeof done === "object" && !Array.isArray(done) ? "done" : done ?? "done"; }
    catch (error) { return error.errno; }
};
const answers = [
    () => { FS.mkdirTree("/a/b/c"); FS.mkdirTree("/a/b/c/d"); },
    () => FS.writeFile("/a/b/file", "one"),
    () => FS.writeFile("/a/b/file", "two"),
    () => FS.readFile("/a/b/file", {encoding: "utf8"}),
].map(tried);
const looksToMake = looks;
answers.push(...[
    () => FS.mkdir("/a"), () => FS.mkdir("/none/a"), () => FS.mkdir("/a/b/file/x"),
    () => FS.mkdirTree("/a/b/file/x/y"), () => FS.mkdirTree("/a/b/file"),
    () => FS.open("/none", "r"), () => FS.open("/none/a", "r"), () => FS.stat("/none"),
    () => FS.symlink("/none", "/a/dangling"), () => FS.symlink("/none", "/a/dangling"),
    () => FS.mkdirTree("/a/dangling"), () => FS.open("/a/dangling", "r"),
    () => FS.writeFile("/a/dangling", "three"), () => FS.readFile("/none", {encoding: "utf8"}),
    () => FS.mkdirTree("/dev/x"), () => FS.mkdirTree("/proc/self/fd/x"), () => FS.open("/proc/self/fd/x", "r"),
    () => FS.rename("/a/b/file", "/a/b/other"), () => FS.readdir("/a/b"), () => FS.unlink("/a/b/file"),
].map(tried));
const looksBefore = looks;
pyodide.runPython(`PYTHON`);
console.log(JSON.stringify([answers, looksToMake, pyodide.globals.get("found"), looks - looksBefore]));
"""

# The same questions as Python asks them.
ASK_FILES = """
import json, os
os.chdir("/a")
asked = [os.stat, os.lstat, os.listdir, os.readlink, lambda path: os.access(path, os.R_OK)]
asked += [
    lambda path, flags=flags: os.close(os.open(path, flags))
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDONLY | os.O_DIRECTORY, os.O_RDONLY | os.O_NOFOLLOW)
]
makes = [
    lambda path, flags=flags: os.close(os.open(path, os.O_CREAT | os.O_WRONLY | flags))
    for flags in (0, os.O_EXCL, os.O_TRUNC)
]
def answer(ask, path):
    try:
        return type(ask(path)).__name__
    except OSError as error:
        return error.errno
missing = ["/none", "/none/a", "/none/a/b", "none", "b/../none", "b/none/c"]
others = ["", "/", "/a/b/other", "/a/b/other/x", "/a/dangling", "/a/dangling/x", "/a", "/dev/null", "/proc/x"]
found = [[answer(ask, path) for ask in asked[:1] + asked[5:6]] for path in missing]
found += [[answer(ask, path) for ask in asked] for path in missing + others]
found += [[answer(ask, path) for ask in makes] for path in missing + others]
found = json.dumps(found)
"""


def test_the_file_system_answers_as_it_did_without_exceptions(tmp_path):
    npm, ours = ROOT / "node_modules" / "pyodide", tmp_path / "ours"
    shutil.copytree(npm, ours)
    script = ours / "pyodide.asm.mjs"
    script.write_text(slim(script.read_bytes().decode()), "utf-8", newline="")
    found = []
    for folder in (npm, ours):
        program = tmp_path / "program.mjs"
        uses = USE_FILES.replace("./", f"{folder}/").replace('"."', f'"{folder}"')
        program.write_text(uses.replace("PYTHON", ASK_FILES))
        found.append(json.loads(subprocess.check_output(["node", program], text=True)))
    (before, looked, python_before, python_looked), (now, looks, python_now, python_looks) = found
    assert now == before
    assert json.loads(python_now) == json.loads(python_before)
    assert looked > 5
    assert looks == 0
    assert python_looked - python_looks > 12  # `stat()` and `open()` of what is missing, at least
