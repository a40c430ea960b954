// Goes into each page before its own scripts: makes the rows, carries out the operations that
// benchmark pages offer (`window.bench`), and times each from the event to the DOM that shows its
// result ("dom") and to two animation frames later ("frame").
"use strict";
(() => {
  const CATEGORIES = ["news", "opinion", "review", "howto", "fiction"];
  const LIMIT = 20_000; // milliseconds until an operation counts as failed
  const two = (number) => String(number).padStart(2, "0");

  const rows = (count) => Array.from({ length: count }, (_, i) => ({
    title: `Article number ${i}`,
    slug: `article-${i}`,
    email: `author${i}@example.org`,
    pub_date: `20${two(i % 30)}-${two(1 + (i % 12))}-${two(1 + (i % 28))}`,
    category: CATEGORIES[i % CATEGORIES.length],
  }));

  const rowElements = () => document.querySelectorAll(".row");
  const middle = () => { const all = rowElements(); return all[Math.floor(all.length / 2)]; };
  const control = (row, field) => row.querySelector(`[name$="${field}"]`);
  const says = (element) => Boolean(element?.textContent.trim());
  const rowErrors = () => document.querySelectorAll(".row .errorlist");
  const setErrors = () => [...document.querySelectorAll(".errorlist.nonform")].some(says);
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  // React keeps its own value of a control unless the element's own setter is asked.
  function write(element, value) {
    const kind = element instanceof HTMLSelectElement ? HTMLSelectElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, value);
  }

  function shown(done) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!done()) return;
        const now = performance.now();
        observer.disconnect();
        clearTimeout(timer);
        resolve(now);
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const timer = setTimeout(() => {
        observer.disconnect();
        reject(new Error(`the DOM did not show the result within ${LIMIT / 1000} s`));
      }, LIMIT);
      look();
    });
  }

  async function timed(act, done) {
    if (done()) throw new Error("the DOM shows the result before the operation");
    const started = performance.now();
    const acted = Promise.resolve(act()).catch((error) => console.error(error));
    const dom = await shown(done);
    await frame();
    await frame();
    const end = performance.now();
    await acted; // a library that validates asynchronously may still be at it
    return { dom: dom - started, frame: end - started };
  }

  // What is left over from the last operation is not the next one's.
  async function settle() {
    await frame();
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 3000 }));
    await frame();
  }

  function key(field, value, done) {
    const element = control(middle(), field);
    write(element, value);
    return timed(() => element.dispatchEvent(new Event("input", { bubbles: true })), done);
  }

  function click(button, count) {
    return timed(() => button.click(), () => rowElements().length === count);
  }

  function domOps(setAll) {
    let before = {};
    const held = (field) => (before[field] = control(middle(), field).value);
    return {
      key_invalid: () => {
        held("email");
        const row = middle();
        return key("email", "nobody", () => says(row.querySelector(".errorlist")));
      },
      key_valid: () => {
        const row = middle();
        return key("email", before.email, () => !row.querySelector(".errorlist"));
      },
      key_dup: () => {
        held("title");
        return key("title", control(rowElements()[0], "title").value, setErrors);
      },
      key_undup: () => key("title", before.title, () => !setErrors()),
      add: () => click(document.querySelector("#add"), rowElements().length + 1),
      remove: () => click(middle().querySelector(".remove"), rowElements().length - 1),
      set_all: () => {
        const count = rowElements().length;
        const bad = rows(count).map((row) => ({ ...row, email: "nobody" }));
        return timed(() => setAll(bad), () => rowErrors().length === count);
      },
    };
  }

  function mount(count) {
    // Fewer rows or none are there before: a page that replaces nothing would be seen.
    return timed(() => window.bench.mount(count), () => {
      const all = rowElements();
      return all.length === count
        && (!count || control(all[count - 1], "title").value === `Article number ${count - 1}`);
    });
  }

  async function repair() {
    const count = rowElements().length;
    await window.bench.setAll(rows(count));
    await shown(() => !rowErrors().length && !setErrors());
  }

  window.harness = { rows, domOps, mount, repair, settle };

  const tasks = [];
  try {
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, duration]);
    }).observe({ type: "longtask", buffered: true });
  } catch { /* a browser without long tasks has none to tell */ }
  window.harness.longTasks = () => tasks.splice(0);
})();
