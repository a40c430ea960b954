// Fetches the page's own files while Python starts. PyScript fetches them once it is there.
function preloadFiles(files, configuration, absolute) {
  for (const file of Object.keys(files ?? {})) {
    if (!/^\.{0,2}\//.test(file)) continue; // on another host, data, or a name with a variable such as {FROM}
    const link = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: absolute(file, configuration) };
    document.head.append(Object.assign(document.createElement("link"), link));
  }
}
