// Goes into each page whose boot is measured, before its own scripts. It types a bad value as soon
// as there is a control for it, and again until an error is shown, as an impatient user would.
"use strict";
(() => {
  const boot = (window.boot = { visible: 0, validated: 0, live: 0, tasks: [], shifts: [] });
  document.addEventListener("clientforms:ready", () => { boot.live = performance.now(); });
  const BAD = "main form :is([name$=email], [name$=born])"; // what is typed is no email, and no date
  const observe = (type, take) => {
    try {
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    } catch { /* not every browser tells */ }
  };
  observe("longtask", ({ startTime, duration }) => boot.tasks.push([startTime, duration]));
  observe("layout-shift", ({ startTime, value, hadRecentInput }) => {
    if (!hadRecentInput) boot.shifts.push([startTime, value]);
  });

  let typed = 0;
  let last = -Infinity;
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;

  function type(control) {
    last = performance.now();
    typed += 1;
    control.focus();
    write.call(control, `nobody${"!".repeat(typed % 3)}`);
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
    control.blur();
  }

  // An element with text, at the control or in its row: how errors look is the page's own business.
  const errorOf = (control) => [...(control.form ?? document).querySelectorAll(".errorlist")]
    .some((each) => each.textContent.trim() && !each.classList.contains("nonform"));

  function look() {
    const control = document.querySelector(BAD);
    if (control && control.getClientRects().length) {
      if (!boot.visible) boot.visible = performance.now();
      if (!boot.validated && errorOf(control)) boot.validated = performance.now();
      if (!boot.validated && performance.now() - last > 100) type(control);
    }
    if (!boot.validated) requestAnimationFrame(look);
  }
  // An error is noticed when it is put in, not a frame later.
  const observer = new MutationObserver(() => {
    const control = typed && document.querySelector(BAD);
    if (control && errorOf(control)) {
      boot.validated ||= performance.now();
      observer.disconnect();
    }
  });
  observer.observe(document, { subtree: true, childList: true });
  requestAnimationFrame(look);

  // The end of the last long task, once there has been none for a second.
  boot.idle = () => {
    const now = performance.now();
    const ends = boot.tasks.map(([start, duration]) => start + duration);
    const end = Math.max(boot.validated, ...ends);
    return now - end > 1000 ? end : 0;
  };
  // What moves for the error that is shown in the end moves because of typing.
  boot.shift = () => boot.shifts.reduce((sum, [start, value]) => sum + (start < boot.validated ? value : 0), 0);
  boot.longest = () => Math.max(0, ...boot.tasks.map(([, duration]) => duration));
})();
