// Buttons that export and import the data of a site: [data-site-export="Database"], and a file input
// [data-site-import="Database"]; "Fixture" and "Media" likewise. What came of it is said in [data-site-said].
(() => {
  "use strict";

  const exporting = document.querySelectorAll("[data-site-export]");
  const importing = document.querySelectorAll("[data-site-import]");
  const said = document.querySelector("[data-site-said]");
  const WORDS = { Database: "The database is", Fixture: "The rows are", Media: "The files are" };

  const run = async (work, done) => {
    said.textContent = "";
    try {
      if (await work() !== false) said.textContent = done;
    } catch (error) {
      said.textContent = error.message; // the data are as they were
    }
  };

  const save = async (what) => {
    const file = await window.clientforms.site[`export${what}`]();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a download begins later
  };

  for (const button of exporting) {
    const what = button.dataset.siteExport;
    button.addEventListener("click", () => run(() => save(what), `${WORDS[what]} exported.`));
  }

  for (const chooser of importing) {
    const what = chooser.dataset.siteImport;
    chooser.addEventListener("change", () => run(async () => {
      const [file] = chooser.files;
      chooser.value = ""; // so that the same file can be chosen again
      return file ? window.clientforms.site[`import${what}`](file) : false;
    }, `${WORDS[what]} imported.`));
  }

  addEventListener("DOMContentLoaded", async () => {
    await window.clientforms.site?.ready;
    for (const each of [...exporting, ...importing]) each.disabled = false;
  });
})();
