"""The core of the page in Firefox ESR and WebKitGTK: over http, without its server, from a disk."""

import base64
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from itertools import product
from urllib.parse import parse_qs

import pytest

from clientforms.builder.output.site_files import write_site
from clientforms.builder.site.delivery import ALONE, ship
from tests.browser.drafts import TEXTS
from tests.browser.live_page import case, prerendered_case
from tests.browser.test_fails_closed import PLACES, SUBMITS, buttoned
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


def test_the_built_page_from_a_disk(engine, heard_folder):
    """As a folder or as one file; another run may draw the other, one with CLIENTFORMS_EVERY_WAY tries both."""
    ways = ["index.html", ALONE]
    for name in ways if "CLIENTFORMS_EVERY_WAY" in os.environ else [random.choice(ways)]:
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


VALUES = """
    class Row(forms.Form):
        title = forms.CharField(required=False)

    RowFormSet = forms.formset_factory(Row, extra=1)

    def typed(kind, field=forms.CharField):
        return field(required=False, widget=forms.TextInput({"type": kind}))

    class Values(forms.Form):
        text = forms.CharField(max_length=5)
        number = typed("number", forms.IntegerField)
        date = typed("date", forms.DateField)
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        tick = forms.BooleanField(required=False)
        radio = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
        several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B"), ("c", "C")])
        area = forms.CharField(widget=forms.Textarea)
        off = forms.CharField(required=False)
        on = forms.CharField(required=False)
"""
# Scripts, date pickers and password managers set values and tell nobody.
SILENT = """
    const set = (values) => page.evaluate((given) => {
        for (const control of document.getElementById("values").elements) {
            const value = given[control.name];
            if (value === undefined) continue;
            if (control.type === "checkbox" || control.type === "radio") control.checked = value.includes(control.value);
            else if (control.multiple) for (const each of control.options) each.selected = value.includes(each.value);
            else control.value = value;
        }
    }, values);
    const enterIn = async (name) => {
        await page.evaluate((each) => document.querySelector(`[name="${each}"]`).focus(), name);
        await page.press("Enter");
    };
    const errors = (name) => page.evaluate((each) => document.querySelectorAll(`[id="id_${each}_error"] li`).length, name);
    const disable = (name, on) => page.evaluate((each, is) => {
        document.querySelector(`[name="${each}"]`).disabled = is;
    }, name, on);
    const posted = () => page.evaluate(() => clientforms.form("values").postData());
    const seen = {};

    await open(address);
    await page.evaluate(() => {
        window.submitted = [];
        window.refusing = (event) => {
            submitted.push([event.target.id, event.submitter?.name ?? null]);
            event.preventDefault();
        };
        document.addEventListener("submit", refusing);
    });
    for (const name of buttoned) await enterIn(`${name}-0-title`);
    seen.submitted = await page.evaluate(() => submitted);
    seen.totals = await page.evaluate(
        (names) => names.filter((name) => clientforms.formset(name).totalFormCount() !== 1), buttoned);
    await page.evaluate(() => document.removeEventListener("submit", refusing));

    await set({...values, text: "too long", off: "typed", on: "typed"});
    await disable("on", true);
    seen.disabled = (await posted()).on ?? null;
    await disable("on", false);
    await disable("off", true);
    await enterIn("text");
    seen.refused = [await errors("text"), await errors("area")];
    await set({text: "fits", date: ""});
    await page.type('[name="number"]', "1e");
    await page.type('[name="date"]', "1");
    await enterIn("text");
    for (const name of ["number", "date"]) seen[name] = [
        await page.evaluate((each) => document.querySelector(`[name="${each}"]`).validity.badInput, name),
        await errors(name),
    ];
    await set({number: "7", date: values.date});
    seen.told = await posted();
    await page.evaluate(() => {
        const text = document.querySelector('[name="text"]');
        window.keys = [];
        text.addEventListener("keydown", ({repeat}) => keys.push(repeat));
        text.focus();
    });
    await page.hold("Enter", 5);
    await page.evaluate(() => document.querySelector('#values [name="how"]').click());
    seen.keys = await page.evaluate(() => keys);
    await page.type('[name="text"]', "!"); // another form than the one that was sent
    await page.press("Enter");
    while (!(await (await fetch(new URL("posted", address))).text()).includes("fits%21"));
    await set({text: "late", kind: "a", area: "c"});
    await page.reload();
    await live();
    seen.reloaded = await page.evaluate(() => {
        const [told, held] = [clientforms.form("values").postData(), {}];
        for (const [name, value] of new FormData(document.getElementById("values"))) (held[name] ??= []).push(value);
        const [one, other] = [told, held].map((each) => JSON.stringify(Object.entries(each).sort()));
        return [told.text, told.area, one === other];
    });
    seen.console = await heard();
    return seen;
"""


def test_enter_and_values_that_nobody_told_of(engine, tmp_path):
    cases = list(product(SUBMITS, PLACES))
    names = [f"f{number}" for number in range(len(cases))]
    forms = [
        buttoned(name, button, PLACES[place], '<button name="save">Save</button>')
        for name, (button, place) in zip(names, cases, strict=True)
    ]
    html = f"""<script>{RECORDER if engine.name == "webkit" else ""}</script>{"".join(forms)}
        <form id="values" action="received" method="post"><div data-form="case.Values"></div>
        <button name="how" value="save">Save</button></form>"""
    for name in ("app", "node_modules", "pyscript.toml", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    page = prerendered_case(case(html, VALUES), VALUES)
    (tmp_path / "case.html").write_text(page, "utf-8")
    values = {
        "date": "2026-02-03", "kind": "b", "tick": ["on"], "radio": ["b"], "several": ["a", "c"], "area": "a\nb",
    }  # fmt: skip
    server = FickleServer(tmp_path).start()
    try:
        address = f"{server.address}case.html"
        seen = engine(SILENT, address=address, buttoned=names, values=values)
    finally:
        server.stop()
    assert seen.pop("submitted") == [[name, "save"] for name in names]
    lists = {name: [each] if isinstance(each, str) else each for name, each in values.items()}
    told = lists | {"area": ["a\r\nb"], "text": ["fits"], "number": ["7"], "on": ["typed"]}
    assert seen.pop("told") == told
    assert seen == {
        "totals": [],
        "disabled": None,
        "refused": [1, 0],
        "number": [True, 1],
        "date": [True, 1],
        # Firefox restores what was in the controls over a reload, WebKit does not.
        "reloaded": {"firefox": [["late"], ["c"], True], "webkit": [[""], [""], True]}[engine.name],
        "keys": {"firefox": [False, True, True, True, True], "webkit": [False] * 5}[engine.name],
        "console": [],
    }
    sent = told | {"how": ["save"]}
    assert [parse_qs(each) for each in server.posted] == [sent, sent | {"text": ["fits!"]}]


ROWS = """
    class Row(forms.Form):
        name = forms.CharField()
        text = forms.CharField(widget=forms.Textarea, required=False, help_text="Some words.")

    RowFormSet = forms.formset_factory(Row, extra=1000, max_num=1000)
"""
FOCUS = """
    await open(address);
    const seen = {};
    for (const place of [31, 61, 91, 999]) {
        await page.evaluate((index) => document.querySelector(`[name="rows-${index}-text"]`).focus(), place - 1);
        seen[place] = await page.evaluate(async () => {
            for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
            const { top, bottom } = document.activeElement.getBoundingClientRect();
            return [document.activeElement.name, top >= 0 && bottom <= innerHeight];
        });
    }
    return seen;
"""


def test_the_focus_lands_on_rows_that_were_never_seen(engine, tmp_path):
    html = (
        "<style>[data-formset-row] { padding: 2rem; border: 1px solid }</style>"
        '<form><div data-formset="case.RowFormSet" data-prefix="rows"></div></form>'
    )
    for name in ("app", "node_modules", "pyscript.toml", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "case.html").write_text(case(html, ROWS), "utf-8")
    server = FickleServer(tmp_path).start()
    try:
        seen = engine(FOCUS, address=f"{server.address}case.html")
    finally:
        server.stop()
    assert seen == {str(place): [f"rows-{place - 1}-text", True] for place in (31, 61, 91, 999)}


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
