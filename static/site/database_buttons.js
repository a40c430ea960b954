// Buttons that export and import the database of a site: [data-database-export], and a file input
// [data-database-import]. What came of it is said in [data-database-said].
(() => {
  "use strict";

  const exporting = document.querySelector("[data-database-export]");
  const importing = document.querySelector("[data-database-import]");
  const said = document.querySelector("[data-database-said]");

  const run = async (work, done) => {
    said.textContent = "";
    try {
      await work();
      said.textContent = done;
    } catch (error) {
      said.textContent = error.message; // the database is as it was
    }
  };

  exporting.addEventListener("click", () => run(async () => {
    const file = await window.clientforms.site.exportDatabase();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name ?? "notes.sqlite3";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a download begins later
  }, "The database is exported."));

  importing.addEventListener("change", () => run(async () => {
    const [file] = importing.files;
    if (file) await window.clientforms.site.importDatabase(file);
    importing.value = "";
  }, "The database is imported."));

  addEventListener("DOMContentLoaded", async () => {
    await window.clientforms.site?.ready;
    exporting.disabled = importing.disabled = false;
  });
})();
