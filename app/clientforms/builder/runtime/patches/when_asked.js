// Opens the database for folders of the user's disk when somebody asks for one. PyScript opens it at each start.
function whenAsked(open) {
  let map;
  return new Proxy({}, {
    get(_, name) {
      map ??= open();
      const value = map[name];
      return typeof value === "function" ? value.bind(map) : value;
    },
  });
}
