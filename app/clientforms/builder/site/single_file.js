// Lets a page of one file find its files in itself, where `single_file.py` put them as base64. A script
// of a page that was opened by double click may import no file and fetch none, but what it makes
// itself, as blobs. It is JavaScript because it runs before Python.
"use strict";
{
  const page = (window.clientforms ??= {});
  const addresses = new Map();
  let decompress;

  const find = (name) => document.querySelector(`script[data-file="${CSS.escape(name)}"]`);

  function bytesOf(block) {
    const text = block.textContent;
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }

  // The address of a file of static/runtime/. What is not in the page has none that is asked for.
  page.locate = (name) => {
    if (!addresses.has(name)) {
      const block = find(name);
      if (!block) return `https://not-in-this-page.invalid/${name}`;
      let content = bytesOf(block);
      if ("zstd" in block.dataset) content = decompress(content, bytesOf(find("zstddec.wasm")));
      addresses.set(name, URL.createObjectURL(new Blob([content])));
      block.textContent = name === "zstddec.wasm" ? block.textContent : ""; // it may be ten megabytes
    }
    return addresses.get(name);
  };

  // The modules have names, not addresses, for what they import: a map says where each is.
  page.begin = async (nonce, interpreter, scripts) => {
    const packed = new Blob([bytesOf(find("modules"))]).stream();
    const modules = await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).json();
    const imports = {};
    for (const [name, text] of Object.entries(modules)) {
      imports[name] = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    }
    imports[new URL("./interpreter.js", document.baseURI).href] = imports[interpreter];
    const map = document.createElement("script");
    Object.assign(map, { type: "importmap", nonce, textContent: JSON.stringify({ imports }) });
    document.head.append(map);
    const starting = import(interpreter); // while PyScript is made ready, which asks for it later
    for (const name of scripts) await import(name);
    await starting;
    ({ decompressedNow: decompress } = await import("clientforms/static/zstd.js"));
  };
}
