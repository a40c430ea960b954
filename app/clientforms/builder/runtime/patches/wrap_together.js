// Makes WebAssembly functions of all JavaScript functions that Python calls, in one module. Emscripten makes
// a module for each of them: 260, at each start.
const wrappedTogether = new Map(); // a JavaScript function to the one of WebAssembly

// Wrap the functions, which have their signatures in `sig` as Emscripten writes them: "vij".
function wrapTogether(functions) {
  const wanted = [...new Set(functions)];
  if (!wanted.length) return;
  const types = new Map(); // a signature to its place in the section of types
  for (const { sig } of wanted) if (!types.has(sig)) types.set(sig, types.size);
  const uleb128 = (n) => n < 128 ? [n] : [n % 128 | 128, ...uleb128(n >>> 7)];
  const pack = (codes) => [...uleb128(codes.length), ...Array.from(codes, (code) => wasmTypeCodes[code])];
  const nameOf = (index) => {
    const text = String(index);
    return [text.length, ...Array.from(text, (digit) => digit.charCodeAt(0))];
  };
  const section = (id, items) => {
    const content = [...uleb128(items.length), ...items.flat()];
    return [id, ...uleb128(content.length), ...content];
  };
  const bytes = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, // "\0asm", version 1
    ...section(1, [...types.keys()].map((sig) => [96, ...pack(sig.slice(1)), ...pack(sig[0] === "v" ? "" : sig[0])])),
    ...section(2, wanted.map(({ sig }, index) => [1, 101, ...nameOf(index), 0, ...uleb128(types.get(sig))])),
    ...section(7, wanted.map((_, index) => [...nameOf(index), 0, ...uleb128(index)]))]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { ...wanted } });
  wanted.forEach((each, index) => wrappedTogether.set(each, exports[index]));
}

// Wrap the functions that Emscripten's table is about to link.
function wrapWhatIsLinked() {
  wrapTogether(Object.entries(GOT).filter(([, entry]) => entry.value == -1)
    .map(([name]) => resolveGlobalSymbol(name, true).sym)
    .filter((sym) => typeof sym == "function" && sym.sig && !getFunctionAddress(sym)));
}
