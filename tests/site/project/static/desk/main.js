import shelf, { say } from "./words.js";
export * from "./words.js";
import "../desk/effects.js";

const { late } = await import("./late.js");
say([shelf, window.effects, late].join());
