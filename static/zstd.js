// Decompresses Zstandard as it arrives, with the WebAssembly of zstddec (static/runtime/zstddec.wasm).
// It is JavaScript because it runs before Python.

const TURN = 8; // milliseconds
const IMPORTS = { env: { emscripten_notify_memory_growth: () => {} } };

// Return a function that makes a stream from compressed to decompressed bytes, by the decoder at `url`.
export function decoderAt(url) {
  let fetched;
  return () => decompression(fetched ??= fetchDecoder(url), url);
}

async function fetchDecoder(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  return response.arrayBuffer();
}

// Return `content` decompressed, at once; `wasm` is the decoder. For what an import waits for.
export function decompressedNow(content, wasm) {
  const decoder = decoderFrom({ instance: new WebAssembly.Instance(new WebAssembly.Module(wasm), IMPORTS) });
  const pieces = [...decoder.decode(content)];
  if (!decoder.complete()) throw new Error("compressed data ended too soon");
  return new Blob(pieces);
}

function decompression(fetched, url) {
  let decoder;
  return new TransformStream({
    async start() {
      // An instance for each stream: its memory, as large as the window, goes when the stream does.
      decoder = decoderFrom(await WebAssembly.instantiate(await fetched, IMPORTS));
    },
    // In turns: PyScript starts meanwhile, and fetches one thing after another.
    async transform(chunk, controller) {
      let began = performance.now();
      for (const piece of decoder.decode(chunk)) {
        controller.enqueue(piece);
        if (performance.now() - began < TURN) continue;
        await othersTurn();
        began = performance.now();
      }
    },
    flush() {
      if (!decoder.complete()) throw new Error("compressed data ended too soon");
    },
  });
}

// A timer would wait for milliseconds.
function othersTurn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function decoderFrom({ instance }) {
  const {
    memory, malloc, ZSTD_DStreamInSize, ZSTD_DStreamOutSize, ZSTD_createDCtx, ZSTD_decompressStream,
  } = instance.exports;
  const context = ZSTD_createDCtx();
  const room = { input: ZSTD_DStreamInSize(), output: ZSTD_DStreamOutSize() };
  const [input, output] = [malloc(room.input), malloc(room.output)];
  const [inputBuffer, outputBuffer] = [malloc(12), malloc(12)]; // each an address, a size, a position
  let expected = 1; // 0 where a frame has ended

  function step(size, position) {
    new Uint32Array(memory.buffer, inputBuffer, 3).set([input, size, position]);
    new Uint32Array(memory.buffer, outputBuffer, 3).set([output, room.output, 0]);
    expected = ZSTD_decompressStream(context, outputBuffer, inputBuffer);
    if (expected < 0) throw new Error(`compressed data is damaged (${expected})`);
    const [read] = new Uint32Array(memory.buffer, inputBuffer + 8, 1); // the memory may have grown
    const [written] = new Uint32Array(memory.buffer, outputBuffer + 8, 1);
    return { read, piece: new Uint8Array(memory.buffer.slice(output, output + written)) };
  }

  function* decode(chunk) {
    for (let start = 0; start < chunk.length; start += room.input) {
      const part = chunk.subarray(start, start + room.input);
      new Uint8Array(memory.buffer).set(part, input);
      let read = 0;
      let piece;
      do {
        ({ read, piece } = step(part.length, read));
        if (piece.length) yield piece;
      } while (read < part.length || (piece.length === room.output && expected));
    }
  }

  return { decode, complete: () => expected === 0 };
}
