// What the pages of the notes do without a page load. Without this script, each of their forms works as it stands.
(() => {
  "use strict";

  const JSON_PLEASE = { "Accept": "application/json", "X-Requested-With": "XMLHttpRequest" };
  const FAILED = "This was not saved. Reload the page, and try again.";
  let saving = Promise.resolve(); // orders of the board are stored one after another

  let known = ""; // the token, if the page's last form is gone
  const token = () => (known = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? known);
  const noteOf = (element) => element.closest("[data-note]");
  const nameOf = (note) => note.querySelector("h2").textContent.trim();

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // In the capturing phase: before a page with this app in it, which would submit the form as it stands.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-move]")) {
      event.preventDefault();
      move(noteOf(form), event.submitter.value === "later" ? 1 : -1, event.submitter);
    } else if (form.matches("[data-quick]")) {
      event.preventDefault();
      send(form, event.submitter);
    }
  }, { capture: true });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest(".message").remove();
    const formset = event.target.closest("[data-formset-action]")?.closest("[data-formset]");
    if (formset && !formset.hasAttribute("data-bound")) addRow(formset); // a live one adds its rows itself
  });

  // ── forms ──────────────────────────────────────────────────────────────────────────────────────

  async function send(form, button) {
    clear(form);
    const data = new FormData(form, button);
    const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
    const answer = await ask(address, { body: data });
    if (!answer) return;
    if (!answer.valid) {
      show(form, answer);
      return;
    }
    const place = form.closest("[data-fragment]");
    const label = button?.textContent;
    if (answer.html !== undefined) replace(place, answer.html, label);
    for (const each of answer.messages) say(each.message, each.level_tag, answer.undo, data.get("next"));
  }

  async function ask(address, options) {
    try {
      const response = await fetch(address, {
        method: "POST", credentials: "same-origin", ...options,
        headers: { ...JSON_PLEASE, "X-CSRFToken": token(), ...options.headers },
      });
      return await response.json();
    } catch {
      say(FAILED, "error"); // no connection, or an answer that is no JSON
      return null;
    }
  }

  // The place of what is replaced keeps the focus: its button, or what stands next to it.
  function replace(place, html, label) {
    const template = element("template", { innerHTML: html });
    const made = template.content.firstElementChild;
    if (!made) {
      const next = place.nextElementSibling ?? place.previousElementSibling;
      place.remove();
      next?.querySelector("a, button")?.focus();
      return;
    }
    place.replaceWith(made);
    const same = [...made.querySelectorAll("button")].find((each) => each.textContent === label);
    (made.querySelector("#id_text") ?? same)?.focus();
  }

  function clear(form) {
    for (const each of form.querySelectorAll(".errorlist")) each.remove();
    for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
    for (const each of document.querySelectorAll(".message.error")) each.remove();
  }

  // Errors by field, as Django renders them; those of the whole form are a message.
  function show(form, answer) {
    for (const { prefix, errors } of answer.errors ?? []) {
      for (const [name, found] of Object.entries(errors)) {
        const control = form.elements[prefix ? `${prefix}-${name}` : name];
        const first = control instanceof RadioNodeList ? control[0] : control;
        if (!first) {
          for (const each of found) say(each.message, "error");
          continue;
        }
        const list = element("ul", { className: "errorlist", id: `${first.id}_error` });
        for (const each of found) list.append(element("li", {}, each.message));
        first.before(list);
        first.setAttribute("aria-invalid", "true");
        first.setAttribute("aria-describedby", list.id);
      }
    }
    for (const each of answer.messages ?? []) say(each.message, each.level_tag);
    if (answer.message) say(answer.message, "error");
    form.querySelector("[aria-invalid]")?.focus();
  }

  function say(text, level, undo, next) {
    const close = element("button", { type: "button", className: "close" },
      element("span", { className: "hidden" }, "Close this message"));
    close.dataset.close = "";
    const message = element("div", { className: `message ${level}` }, element("p", {}, text));
    if (undo) {
      const form = element("form", { method: "post" }, element("button", {}, "Undo"));
      form.setAttribute("action", undo);
      const values = { csrfmiddlewaretoken: token(), next };
      for (const [name, value] of Object.entries(values)) {
        form.append(element("input", { type: "hidden", name, value }));
      }
      message.append(form);
    }
    message.append(close);
    document.querySelector("[data-messages]").replaceChildren(message);
  }

  // ── rows of a formset ──────────────────────────────────────────────────────────────────────────

  function addRow(formset) {
    const total = document.getElementById(`id_${formset.dataset.prefix}-TOTAL_FORMS`);
    const row = element("template", {
      innerHTML: formset.querySelector("template").innerHTML.replaceAll("__prefix__", total.value),
    }).content.firstElementChild;
    formset.querySelector("[data-formset-rows]").append(row);
    total.value = Number(total.value) + 1;
    row.querySelector("textarea").focus();
  }

  // ── the order of the board ─────────────────────────────────────────────────────────────────────

  function move(note, by, focused) {
    const other = by > 0 ? note.nextElementSibling : note.previousElementSibling;
    if (!other) return;
    if (by > 0) other.after(note);
    else other.before(note);
    focused.focus();
    store(note);
  }

  function store(note) {
    const board = note.parentElement;
    const order = [...board.children].map((each) => Number(each.dataset.note));
    const place = [...board.children].indexOf(note) + 1;
    const body = JSON.stringify({ order });
    saving = saving.then(async () => {
      const answer = await ask(board.dataset.board, { body, headers: { "Content-Type": "application/json" } });
      if (!answer) return;
      if (answer.valid) {
        document.querySelector("[data-said]").textContent =
          `${nameOf(note)}: place ${place} of ${order.length}`;
      } else {
        say(answer.errors?.[0].errors.__all__?.[0].message ?? answer.message ?? FAILED, "error");
      }
    });
  }

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!handle || !by) return;
    event.preventDefault();
    move(noteOf(handle), by, handle);
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) return;
    const note = noteOf(handle);
    const board = note.parentElement;
    const before = [...board.children];
    const ending = new AbortController();
    const listen = (type, listener) => document.addEventListener(type, listener, { signal: ending.signal });
    let passed = note; // what the note has changed places with, as long as the pointer is still there
    note.classList.add("moving");
    const end = () => {
      note.classList.remove("moving");
      ending.abort();
    };
    const give = () => {
      end();
      board.replaceChildren(...before);
    };
    listen("pointermove", ({ clientX, clientY }) => {
      const over = noteOf(document.elementFromPoint(clientX, clientY) ?? board);
      const wasPassed = over === passed;
      passed = over;
      if (wasPassed || !over || over === note || over.parentElement !== board) return;
      const isLater = note.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isLater) over.after(note);
      else over.before(note);
    });
    listen("pointerup", () => {
      end();
      if (before.some((each, place) => each !== board.children[place])) store(note);
    });
    listen("pointercancel", give);
    listen("keydown", (pressed) => {
      if (pressed.key === "Escape") give();
    });
  });
})();
