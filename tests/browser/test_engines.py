"""The core of the page in Firefox ESR and WebKitGTK: over http, without its server, from a disk."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys

import pytest

from clientforms.builder.output.site_files import write_site
from clientforms.builder.site.delivery import ALONE, ship
from tests.browser.drafts import TEXTS
from tests.conftest import ROOT
from tests.support.fickle import FickleServer
from tests.support.processes import descendants, processes, run_with_children
from tests.support.servers import ENGINES
from tests.support.sites import checkout_site

# Each step is what a user does, or an author's script; what is seen then is handed back.
BATTERY = (
    f"""
    const texts = {TEXTS};
"""
    + """
    const find = (selector) => page.evaluate(
        (each) => [...document.querySelectorAll(each)].map(({textContent}) => textContent), selector);
    const until = async (selector, count = 1) => {
        while ((await find(selector)).length !== count);
    };
    const rows = '[data-prefix="articles"] [data-formset-row]';
    const press = (action, row) => page.evaluate((each, index) => {
        const scope = index === null ? document.querySelector('[data-prefix="articles"]')
            : document.querySelectorAll('[data-prefix="articles"] [data-formset-row]')[index];
        scope.querySelector(`[data-formset-action="${each}"]`).click();
    }, action, row ?? null);
    const values = (field) => page.evaluate(
        (each) => [...document.querySelectorAll(`[name^=articles-][name$=-${each}]`)].map(({value}) => value), field);
    const call = (code) => page.evaluate(code);
    const seen = {};

    await open(address);
    await page.type('[name="articles-0-slug"]', "no slug");
    await page.press("Tab");
    await until('[id="id_articles-0-slug_error"] li');
    seen.error = await find('[id="id_articles-0-slug_error"] li');
    await press("add");
    await until(rows, 4);
    await page.type('[name="articles-3-title"]', "Fourth");
    await press("move-up", 3);
    seen.moved = await values("title");
    await press("remove", 0);
    await until(rows + ":not([hidden])", 3);
    seen.removed = (await find(rows + ":not([hidden])")).length;
    const kept = async () => (await page.evaluate(texts)).some(
        ([key, text]) => /^clientforms:(draft|changed|typed):/.test(key) && text.includes("Fourth"));
    while (!await kept());
    seen.console = await heard();
    await open(address);
    const restore = () => page.evaluate(() => {
        const offered = [...document.querySelectorAll("button:not([data-formset-action])")]
            .find(({textContent}) => textContent === "Restore");
        offered?.click();
        return !!offered;
    });
    while (!await restore());
    while (!(await values("title")).includes("Fourth")); // the policy bars what puppeteer waits with
    seen.restored = (await values("title")).includes("Fourth");
    await call(`clientforms.formset("articles").setData([{title: "One", slug: "one", email: "a@b.org",
        pub_date: "1922-02-02", category: "fiction"}])`);
    seen.valid = await call(`clientforms.formset("articles").isValid()`);
    seen.cleaned = await call(`clientforms.formset("articles").cleanedData()[0].pub_date`);
    seen.console.push(...await heard());
"""
)
LISTENED = """
    await page.evaluate(() => {
        const complain = () => {
            console.warn("first");
            Promise.reject(new Error("second"));
            setTimeout(() => { throw new Error("third"); });
        };
        (window.complain ?? complain)();
    });
    const said = []; // an engine may tell of a rejection only a while after it
    const isMissing = (each) => !said.some((words) => each.test(words));
    const missing = () => [/first/, /second/, /third|Script error/].filter(isMissing);
    for (const until = Date.now() + 20_000; missing().length && Date.now() < until;) said.push(...await heard());
    if (missing().length) seen.console.push("deaf to all but", ...said);
"""
DONE = "\n    return seen;\n"
SEEN = {
    "console": [],
    "error": ["Use letters, digits, hyphens and underscores."],
    "moved": ["", "", "Fourth", ""],
    "removed": 3,
    "restored": True,
    "valid": True,
    "cleaned": "1922-02-02",
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    program = ENGINES[request.param]()
    if not program:
        pytest.skip(f"{request.param} is not installed: python -m tests.support.servers")

    def run(steps, **values):
        given = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
        script = str(ROOT / "tests/support/engines.js")
        done = run_with_children(["node", script, request.param, program], given + steps, 300)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    run.name = request.param
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("firefox") / "site"
    write_site(ship(checkout_site()), out)
    return out


RECORDER = """
window.recorded = [];
for (const each of ["debug", "log", "info", "warn", "error"]) {
    const said = console[each];
    console[each] = (...words) => { recorded.push(`${each}: ${words.join(" ")}`); said.apply(console, words); };
}
addEventListener("error", ({message, target}) => recorded.push(`error: ${message ?? target.src ?? target.href}`), true);
addEventListener("unhandledrejection", ({reason}) => recorded.push(`rejection: ${reason}`));
// From a disk, of an exception no more is told than "Script error.", and nothing of one in a driver's script.
window.complain = () => {
    console.warn("first");
    Promise.reject(new Error("second"));
    setTimeout(() => { throw new Error("third"); });
};
"""


@pytest.fixture
def server(folder):
    fickle = FickleServer(folder).start()
    yield fickle
    fickle.stop()


@pytest.fixture(scope="module")
def heard_folder(engine, folder, tmp_path_factory):
    """The site, with a script first that records the console if the engine's driver tells nothing of it."""
    if engine.name != "webkit":
        return folder
    recorded = shutil.copytree(folder, tmp_path_factory.mktemp("recorded") / "site")
    hashed = base64.b64encode(hashlib.sha256(RECORDER.encode()).digest()).decode()
    for page in (recorded / "index.html", recorded / ALONE):
        head = re.compile(
            r"(<meta http-equiv=.Content-Security-Policy[^>]*script-src)([^>]*>)", re.IGNORECASE
        )
        said, count = head.subn(
            lambda found: f"{found[1]} 'sha256-{hashed}'{found[2]}<script>{RECORDER}</script>",
            page.read_text("utf-8"),
        )
        assert count == 1, page.name
        page.write_text(said, "utf-8")
    return recorded


@pytest.fixture
def heard_server(heard_folder):
    fickle = FickleServer(heard_folder).start()
    yield fickle
    fickle.stop()


def test_the_built_page_over_http(engine, heard_server):
    assert engine(BATTERY + LISTENED + DONE, address=heard_server.address) == SEEN


@pytest.mark.parametrize("name", ["index.html", ALONE])
def test_the_built_page_from_a_disk(engine, heard_folder, name):
    assert engine(BATTERY + LISTENED + DONE, address=(heard_folder / name).as_uri()) == SEEN


def test_the_built_page_without_its_server(engine, server):
    steps = """
        await open(address);
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
        await fetch(`${address}stop`).catch(() => {});
        await page.reload();
        await live();
        return await page.evaluate(() => clientforms.formset("articles").totalFormCount());
    """
    server.stops_at = "/stop"
    assert engine(steps, address=server.address) == 3
    assert not server.is_running


def test_what_takes_too_long_ends_with_all_that_it_started():
    """As a browser, its driver and its display, of which some have a session of their own."""
    starting = "import subprocess; print(subprocess.Popen(['sleep', '987'], start_new_session={}).pid, flush=True); "
    command = [
        sys.executable,
        "-c",
        f"{starting.format(False)}{starting.format(True)}import time; time.sleep(987)",
    ]
    with pytest.raises(subprocess.TimeoutExpired) as ended:
        run_with_children(command, "", 1)
    pids = {int(each) for each in ended.value.stdout.split()}
    assert len(pids) == 2
    running = {
        pid for pid, command in processes() if command
    }  # one that nobody asked for yet has none
    assert not pids & running
    assert descendants(pids) == []
