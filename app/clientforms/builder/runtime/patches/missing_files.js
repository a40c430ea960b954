// Finds out without an exception that a file is missing. Emscripten throws one each time; where a browser's inspector
// listens, as a test's does, it reads the whole script again to say where the first came from: 50 ms of a start.

// Return whether the folder `parent`, in the file system that is in memory, has nothing called `name`.
function isMissing(parent, name) {
  if (FS.mayLookup(parent) || parent.node_ops !== MEMFS.ops_table?.dir.node) return false;
  for (let node = FS.nameTable[FS.hashName(parent.id, name)]; node; node = node.name_next) {
    if (node.parent.id === parent.id && node.name === name) return false;
  }
  return true;
}

// Return the node at `path`; null if there is none, undefined where something else is in the way.
// `absent_okay` is the option of ours that lets a folder on the way be missing.
function nodeAt(path) {
  try {
    return FS.lookupPath(path, { noent_okay: true, absent_okay: true }).node ?? null;
  } catch {
    return undefined;
  }
}
