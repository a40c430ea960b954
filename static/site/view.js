// What Python needs from a page with a Django site, and cannot do itself or would do slowly: merging an answer into
// the page, running the scripts in it, and answering its fetch() and XMLHttpRequest. It runs in the page, before
// Python starts, and in each document of a frame, whose requests go to the page.
"use strict";
(() => {
  const frame = window.frameElement; // null in the page itself, and if the page is in another site's frame
  const page = frame?.dataset.site !== undefined ? window.parent : window;
  const clientforms = (page.clientforms ??= {});
  const ORIGIN = "http://localhost"; // what Django is told, and what addresses are resolved by

  if (page === window) preparePage();
  shimRequests();
  shimForms();
  watchLocation();
  if (page !== window) prepareFrame();

  // The public interface, which authors' scripts may use before Python is there.
  function preparePage() {
    let begin, fail;
    const begun = new Promise((resolve, reject) => { [begin, fail] = [resolve, reject]; });
    const ready = begun.then(({ shown }) => shown);
    ready.catch(() => {}); // the page says it, too
    document.addEventListener("clientforms:failed", ({ detail }) => fail(new Error(detail)), { once: true });
    const call = (name) => async (...given) => {
      const { value, error } = await (await begun)[name](...given);
      if (error !== undefined) throw new Error(error);
      return value;
    };
    clientforms.site = {
      ready,
      navigate: call("navigate"),
      ...Object.fromEntries(["Database", "Media", "Fixture"].flatMap((what) => [`export${what}`, `import${what}`])
        .map((name) => [name, call(name)])),
    };
    const script = document.currentScript;
    clientforms.siteView = {
      begin: (functions) => begin(functions),
      fail: (reason) => fail(new Error(reason)),
      answer: call("answer"),
      adopt: (...given) => { begun.then(({ adopt }) => adopt(...given)); },
      go: (...given) => { begun.then(({ go }) => go(...given)); },
      submit: (...given) => { begun.then(({ submit }) => submit(...given)); },
      openPopup: (opener, path, name) => openPopup(opener, path, name, (...given) => begun.then(({ visitPopup }) => visitPopup(...given))),
      merge, addScripts, quietly: { preventScroll: true }, once: { once: true },
      // A page of one file has no address of this script.
      source: () => (script.src ? script.src : URL.createObjectURL(new Blob([script.textContent], { type: "text/javascript" }))),
    };
  }

  // A frame's document behaves like that of a window: what it opens is shown over the page, and knows its opener.
  function prepareFrame() {
    const { siteView } = clientforms;
    const { open } = window;
    window.open = (url = "", name = "", ...rest) => {
      const path = url === "" ? null : pathOf(url);
      return path === null ? open.call(window, url, name, ...rest) : siteView.openPopup(window, path, name);
    };
    if (frame.sitePopup) {
      window.opener = frame.sitePopup.opener;
      window.close = frame.sitePopup.close;
    }
    siteView.adopt(window, frame);
  }

  function openPopup(opener, path, name, visit) {
    const dialog = Object.assign(document.createElement("dialog"), { className: "site-popup" });
    Object.assign(dialog.style, { width: "min(52rem, 92vw)", height: "min(40rem, 88vh)", padding: "0", border: "1px solid", overflow: "hidden" });
    const within = Object.assign(document.createElement("iframe"), { name });
    Object.assign(within.style, { width: "100%", height: "100%", border: "0" });
    const from = opener.frameElement;
    within.dataset.site = from?.dataset.site ?? "";
    const close = () => {
      dialog.remove();
      opener.focus();
    };
    within.sitePopup = { opener, close };
    dialog.addEventListener("close", close); // by Escape
    dialog.append(within);
    document.body.append(dialog);
    dialog.showModal();
    visit(within, from, path);
    return within.contentWindow;
  }

  // Scripts submit forms without an event: form.submit().
  function shimForms() {
    const { submit } = window.HTMLFormElement.prototype;
    window.HTMLFormElement.prototype.submit = function submitOfSite() {
      if (page !== window || this.closest("[data-site]")) clientforms.siteView.submit(frame, this);
      else submit.call(this);
    };
    clientforms.siteView.submitNatively ??= (form) => submit.call(form);
  }

  // Scripts set `location`: only the Navigation API tells of it, and browsers without it load the page. Of what visitors
  // do themselves, clicks and submits tell.
  function watchLocation() {
    window.navigation?.addEventListener("navigate", (event) => {
      const { cancelable, destination, downloadRequest, formData, hashChange, navigationType, userInitiated } = event;
      if (!cancelable || userInitiated || hashChange || formData || typeof downloadRequest === "string") return;
      if (destination.sameDocument || !/^(push|replace)$/.test(navigationType) || !clientforms.siteView.isShown) return;
      const path = pathOf(destination.url);
      if (path === null) return;
      event.preventDefault();
      clientforms.siteView.go(frame, path + new URL(destination.url).hash);
    });
  }

  // Let `container` have the children of `fresh`, an element of another document. Elements that stay keep their
  // focus and scroll position; if it `isSamePlace`, controls outside the `submitted` form keep what was typed, unless
  // the answer has another value for them. Scripts that are new run.
  function merge(container, fresh, isSamePlace, submitted) {
    const before = new Set(container.querySelectorAll("script"));
    const kept = new Set();
    const keeps = (old) => isSamePlace && !submitted?.contains(old) && old.form !== submitted;
    window.Idiomorph.morph(container, fresh, {
      morphStyle: "innerHTML",
      callbacks: {
        beforeNodeMorphed(old, next) {
          if (old.nodeType !== 1) return true;
          if (old.localName === "script") return old.textContent === next.textContent && old.src === next.src;
          if (/^(input|textarea|select)$/.test(old.localName) && keeps(old) && isSame(old, next)) kept.add(old);
          if (old.localName === "details" && old.id && old.open) next.open = true;
          return true;
        },
        beforeAttributeUpdated(name, node) {
          return !(/^(value|checked|selected)$/.test(name) && kept.has(node.closest("input, textarea, select")));
        },
        afterNodeMorphed(old, next) {
          if (old.localName === "select" && !kept.has(old)) old.value = next.value;
        },
      },
    });
    for (const script of container.querySelectorAll("script")) if (!before.has(script)) runAgain(script);
  }

  // Whether the answer has the same value for a control as the last one: what was typed since may stay then.
  function isSame(old, next) {
    if (old.localName !== next.localName || old.type !== next.type) return false;
    if (old.localName === "select") return chosen(old) === chosen(next);
    return old.defaultValue === next.defaultValue && old.defaultChecked === next.defaultChecked;
  }

  const chosen = (select) => Array.from(select.options, (each) => `${each.value} ${each.defaultSelected}`).join("\n");

  // A script that was parsed for another document does not run; its copy does.
  function runAgain(script) {
    const copy = document.createElement("script");
    for (const { name, value } of script.attributes) copy.setAttribute(name, value);
    copy.async = script.hasAttribute("async"); // so that others run in order
    copy.textContent = script.textContent;
    script.replaceWith(copy);
  }

  function addScripts(parent, scripts) {
    for (const script of scripts) {
      parent.append(script);
      runAgain(script);
    }
  }

  // A script of the site asks for "/notes/", or for an address relative to what is shown. All other requests, the
  // page's own among them, go where they always do.
  function shimRequests() {
    const { fetch } = window;
    window.fetch = (input, init) => {
      const path = pathOf(input instanceof window.Request ? input.url : input);
      return path === null ? fetch(input, init) : fetchAnswer(path, input, init);
    };
    window.XMLHttpRequest = xhrOf(window.XMLHttpRequest);
  }

  const isPath = (url) => /^\/(?!\/)/.test(String(url));
  const isOfRuntime = (href) => /\/runtime\/./.test(href);

  function pathOf(url) {
    const given = String(url);
    if (isPath(given) && clientforms.siteView.isShown) return given;
    const { href, origin, pathname, search } = new URL(given, page === window ? document.baseURI : ORIGIN + clientforms.siteView.pathOf(frame));
    if (origin === ORIGIN) return pathname + search;
    // form.action and a.href have the page's own origin before the path, or none from a disk.
    const isOwn = href.startsWith(`${page.location.protocol}//${page.location.host}/`);
    return isOwn && !isOfRuntime(href) && clientforms.siteView.knows?.(pathname) ? pathname + search : null;
  }

  async function fetchAnswer(path, input, init) {
    const given = input instanceof window.Request ? input : undefined;
    const request = new Request(given ?? ORIGIN + path, init);
    const headers = Array.from(request.headers);
    const hasBody = !/^(GET|HEAD)$/.test(request.method);
    const body = hasBody ? new Uint8Array(await request.arrayBuffer()) : null;
    const got = await clientforms.siteView.answer(frame, path, request.method, JSON.stringify(headers), body);
    const response = new Response(/^(101|204|205|304)$/.test(got.status) ? null : got.body, got);
    Object.defineProperty(response, "url", { value: ORIGIN + got.url });
    return response;
  }

  // What the site answers is read from an object URL, by the browser's own XMLHttpRequest: so types, events and
  // states are the browser's.
  function xhrOf(Native) {
    return class XMLHttpRequest extends Native {
      #asked = null;
      #got = null;

      open(method, url, isAsync = true, ...rest) {
        // Python fetches what it imports by a blocking request, and cannot be asked about it meanwhile.
        const path = isAsync || isPath(url) ? pathOf(url) : null;
        this.#got = null;
        this.#asked = path === null ? null : { method: String(method).toUpperCase(), path, headers: [] };
        if (path !== null && !isAsync) throw new DOMException("A site in the page answers asynchronous requests only.", "InvalidAccessError");
        super.open(method, path === null ? url : "data:,", isAsync, ...rest);
      }

      setRequestHeader(name, value) {
        if (this.#asked) this.#asked.headers.push([name, value]);
        else super.setRequestHeader(name, value);
      }

      send(body = null) {
        if (!this.#asked) {
          super.send(body);
          return;
        }
        const { method, path, headers } = this.#asked;
        fetchAnswer(path, undefined, { method, headers, body: /^(GET|HEAD)$/.test(method) ? null : body }).then(async (got) => {
          this.#got = got;
          const content = new Blob([await got.arrayBuffer()], { type: got.headers.get("content-type") ?? "" });
          const address = URL.createObjectURL(content);
          this.addEventListener("loadend", () => URL.revokeObjectURL(address), { once: true });
          super.open("GET", address);
          super.send();
        }, (error) => {
          console.error(error);
          this.dispatchEvent(new ProgressEvent("error"));
          this.dispatchEvent(new ProgressEvent("loadend"));
        });
      }

      get status() { return this.#got && super.readyState > 1 ? this.#got.status : super.status; }
      get statusText() { return this.#got && super.readyState > 1 ? this.#got.statusText : super.statusText; }
      get responseURL() { return this.#got ? this.#got.url : super.responseURL; }
      getResponseHeader(name) { return this.#got ? this.#got.headers.get(name) : super.getResponseHeader(name); }
      getAllResponseHeaders() {
        if (!this.#got) return super.getAllResponseHeaders();
        return Array.from(this.#got.headers, ([name, value]) => `${name}: ${value}\r\n`).join("");
      }
    };
  }
})();
