// Drives a browser that Playwright does not: `node engines.js firefox|webkit PROGRAM`, with the body of an
// async function on standard input. It gets `page`, `open(url)` and `live()`, which wait for live forms, and
// `heard()`, what the console has said since it was last asked, and `require`; what it returns is printed as JSON.
// WebKit's driver tells nothing of the console, so there the page has to record it: `recorded`, a list.
"use strict";
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:net");

async function firefox(program) {
  const { launch } = await import("puppeteer-core");
  const browser = await launch({ browser: "firefox", executablePath: program, headless: true });
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const said = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(String(error)));
  return {
    said,
    page: {
      goto: (url) => page.goto(url, { waitUntil: "domcontentloaded" }),
      reload: () => page.reload({ waitUntil: "domcontentloaded" }),
      evaluate: (...given) => page.evaluate(...given),
      type: (selector, text) => page.type(selector, text),
      press: (key) => page.keyboard.press(key),
      hold: async (key, times) => {
        for (let time = 0; time < times; time += 1) await page.keyboard.down(key);
        await page.keyboard.up(key);
      },
    },
    end: () => browser.close(),
  };
}

async function webkit(program) {
  const { Builder, By, Capabilities, Key } = require("selenium-webdriver");
  // It has no headless mode: where there is no display, one is made.
  const environment = { ...process.env };
  let display;
  if (!environment.DISPLAY) {
    display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const [number] = await once(display.stdio[3], "data");
    environment.DISPLAY = `:${String(number).trim()}`;
  }
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  free.close();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore", env: environment });
  const stop = () => { driver.kill(); display?.kill(); };
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: program, args: ["--automation"] },
  });
  const build = () => new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
  let browser;
  for (const until = Date.now() + 10_000; !browser;) {
    try {
      browser = await build();
    } catch (error) {
      if (Date.now() < until && /ECONNREFUSED/.test(error.message)) continue;
      stop();
      throw error;
    }
  }
  await browser.manage().setTimeouts({ script: 60_000 });
  return {
    said: [],
    page: {
      goto: (url) => browser.get(url),
      reload: () => browser.navigate().refresh(),
      evaluate: (code, ...given) => typeof code === "string"
        ? browser.executeScript(`return (${code})`)
        : browser.executeScript(`return (${code}).apply(null, arguments)`, ...given),
      type: (selector, text) => browser.findElement(By.css(selector)).sendKeys(text),
      press: (key) => browser.switchTo().activeElement().sendKeys(Key[key.toUpperCase()]),
      // The driver repeats no key: it is pressed as often, and quicker than anybody could.
      hold: (key, times) => browser.switchTo().activeElement().sendKeys(Key[key.toUpperCase()].repeat(times)),
    },
    end: () => browser.quit().finally(stop),
  };
}

async function main() {
  const [, , engine, program] = process.argv;
  const { page, said, end } = await { firefox, webkit }[engine](program);
  try {
    const live = async () => {
      for (;;) {
        const there = await page.evaluate(() => document.readyState !== "loading" && !!window.clientforms?.formset)
          .catch(() => false); // it is on its way to another page
        if (there) return;
        const failed = await page.evaluate(() => document.querySelector("[data-boot-error]:not([hidden], [data-soft])")?.textContent)
          .catch(() => "");
        if (failed) throw new Error(failed);
      }
    };
    const open = async (url) => {
      await page.goto(url);
      await live();
    };
    const steps = new (async () => {}).constructor("page", "open", "live", "heard", "require", readFileSync(0, "utf8"));
    const heard = async () => {
      await page.evaluate(() => new Promise((done) => setTimeout(done))); // what came before is told by now
      return [...said.splice(0), ...await page.evaluate(() => window.recorded?.splice(0) ?? [])];
    };
    process.stdout.write(JSON.stringify(await steps(page, open, live, heard, require)));
  } finally {
    await end();
  }
}

main().catch((error) => {
  process.stderr.write(String(error.stack));
  process.exitCode = 1;
});
