"""Python starts from a memory snapshot; where that fails, as Pyodide starts by itself."""

import hashlib
import json

import pytest
import zstandard
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.conftest import ROOT

SNAPSHOT = ROOT / "static" / "runtime" / "snapshot.data"
FALLBACK = "Python starts without its snapshot"

pytestmark = pytest.mark.first_visit

SHOW = """
from django.utils import timezone
from clientforms.browser import runtime


def show(**values):
    for name, value in values.items():
        runtime.document.documentElement.setAttribute(f"data-{name}", str(value))
"""


def shown(live, name):
    return live.page.evaluate(f"document.documentElement.dataset[{json.dumps(name)}]")


@pytest.fixture
def said(page):
    """What the page says on the console, as warnings."""
    heard = []
    # That a file was preloaded long before it is used, Chromium says on a busy machine.
    page.on(
        "console",
        lambda line: (
            heard.append(line.text)
            if line.type == "warning" and "link preload" not in line.text
            else None
        ),
    )
    return heard


def other_build(content):
    """The snapshot as one that another build of Pyodide would have made."""
    raw = zstandard.decompress(content)
    length = int.from_bytes(raw[:4], "little")
    about = json.loads(raw[4 : 4 + length])
    about["checks"] = [check ^ 1 for check in about["checks"]]
    text = json.dumps(about).encode()
    return zstandard.compress(len(text).to_bytes(4, "little") + text + raw[4 + length :], 1)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"no snapshot at all", id="something else"),
        pytest.param(lambda content: content[: len(content) // 2], id="cut off"),
        pytest.param(lambda content: content[:-1] + bytes([content[-1] ^ 1]), id="a bit changed"),
        pytest.param(other_build, id="of another build"),
    ],
)
def test_a_snapshot_that_cannot_be_restored_costs_time_and_nothing_else(page, server, said, damage):
    content = damage(SNAPSHOT.read_bytes())
    page.route("**/snapshot.data", lambda route: route.fulfill(body=content))
    live = LivePage(page, server).open_index()
    assert len([text for text in said if FALLBACK in text]) == 1
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    live.button("articles", "add").click()
    expect(live.rows("articles")).to_have_count(4)


def test_an_old_browser_that_lacks_what_it_takes_starts_too(page, server, said):
    page.add_init_script("delete globalThis.TransformStream")
    live = LivePage(page, server).open_index()
    assert len([text for text in said if FALLBACK in text]) == 1
    expect(live.rows("articles")).to_have_count(3)


def test_what_is_random_differs_from_page_to_page(author, said):
    python = (
        SHOW
        + """
import random, tempfile, uuid
show(drawn=[random.random(), uuid.uuid1(), uuid.uuid4(), tempfile.mktemp()])
"""
    )
    drawn = {shown(author("", python), "drawn") for _ in range(2)}
    assert len(drawn) == 2
    assert not [text for text in said if FALLBACK in text]


def test_modules_that_the_snapshot_left_out_are_there_when_they_are_imported(author):
    """At the top of a module, inside `clean()`, of a package, and from Python's time zones."""
    live = author(
        '<form><div data-form="case.LateForm"></div></form>',
        SHOW
        + """
        import sys
        show(before="statistics" in sys.modules)
        import statistics
        try:
            import tkinter
        except ImportError as error:
            show(tkinter=error.name)


        class LateForm(forms.Form):
            word = forms.CharField()

            def clean_word(self):
                import zoneinfo
                zones = zoneinfo.available_timezones()
                import colorsys
                from django.views import debug
                zone = zoneinfo.ZoneInfo("Europe/Vienna")
                raise forms.ValidationError(
                    f"{colorsys.__name__} {debug.__name__} {zone} {statistics.mean([1, 3])} {'Asia/Tokyo' in zones}"
                )
        """.replace("\n        ", "\n"),
    )
    assert shown(live, "before") == "False"
    assert shown(live, "tkinter") == "tkinter"
    live.type("word", "x")
    expect(live.page.locator(".errorlist li")).to_have_text(
        "colorsys django.views.debug Europe/Vienna 2 True"
    )


def test_what_stayed_of_a_package_is_part_of_it_when_it_comes(author):
    """Of models, checks and responses the snapshot has what ordinary forms use, and no more."""
    live = author(
        '<form><div data-form="case.SizeForm"></div></form>',
        SHOW
        + """
        import sys
        show(before=[name for name in ("django.db", "django.http") if name in sys.modules])
        from django.db.models.expressions import F
        import django.core.checks
        import django.db.models
        import django.http
        from django.forms.models import AltersData
        from django.template.backends import django as backend
        from clientforms.engine.rows import post_data


        class Size(django.db.models.TextChoices):
            SMALL = "s", "Small"


        show(
            same=[
                django.db.models.utils.AltersData is AltersData,
                issubclass(django.db.models.QuerySet, AltersData),
                isinstance(Size, django.db.models.enums.ChoicesType),
                F is django.db.models.F and issubclass(django.db.models.expressions.DatabaseDefault, django.db.models.Expression),
                django.core.checks.Error is backend.Error,
                django.http.QueryDict is post_data.QueryDict,
                issubclass(django.http.JsonResponse, django.http.response.HttpResponse),
            ],
        )


        class SizeForm(forms.Form):
            size = forms.ChoiceField(choices=Size)
        """.replace("\n        ", "\n"),
    )
    assert shown(live, "before") == "[]"
    assert shown(live, "same") == str([True] * 7)
    expect(live.control("size").locator("option")).to_have_text(["Small"])


def test_what_was_taken_out_of_modules_that_stayed_comes_when_it_is_called(author):
    """Django, Pyodide and asyncio import it at their start, and call it seldom."""
    live = author(
        "",
        SHOW
        + """
import asyncio, datetime, importlib, sys, sysconfig
from django.template import defaultfilters
from django.utils import dateformat, http, text
names = ("email", "gzip", "importlib.resources", "pprint", "ssl", "subprocess", "zipfile")
show(before=[name for name in names if name in sys.modules])
moment = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
show(
    date=http.http_date(0),
    header=http.parse_header_parameters('text/html; charset="utf-8"'),
    mail=dateformat.format(moment, "r"),
    packed=text.compress_string(b"text")[:2].hex(),
    pretty=defaultfilters.pprint({"a": 1}),
    processes=asyncio.base_events.subprocess.PIPE,
    suffix=sysconfig.get_config_var("EXT_SUFFIX"),
)
show(after=[name for name in names if importlib.import_module(name) is not sys.modules[name]])
""",
    )
    assert shown(live, "before") == "[]"
    assert shown(live, "date") == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert shown(live, "header") == "('text/html', {'charset': 'utf-8'})"
    assert shown(live, "mail") == "Sat, 01 Jan 2000 00:00:00 +0000"
    assert shown(live, "packed") == "1f8b"
    assert shown(live, "pretty") == "{'a': 1}"
    assert shown(live, "processes") == "-1"
    assert shown(live, "suffix").endswith(".so")
    assert shown(live, "after") == "[]"


def test_the_language_of_the_page_is_that_of_the_forms(author):
    live = author(
        '<form><div data-form="case.DayForm"></div></form>',
        """
        class DayForm(forms.Form):
            day = forms.DateField()
        """,
        language='lang="de"',
    )
    live.type("day", "x")
    expect(live.page.locator(".errorlist li")).to_have_text("Bitte ein gültiges Datum eingeben.")
    live.type("day", "31.12.2000")
    expect(live.page.locator(".errorlist li")).to_have_count(0)


# What the compiler is given, by the mark that only what was kept carries; and what is kept by now.
COMPILED = """window.given = [];
    const {compileStreaming} = WebAssembly;
    WebAssembly.compileStreaming = async (...source) => {
        given.push((await source[0]).headers.has("clientforms-version"));
        return compileStreaming.apply(WebAssembly, source);
    };"""
KEPT = """async count => {
    const store = await caches.open("clientforms-unpacked");
    while ((await store.keys()).length !== count) await new Promise(requestAnimationFrame);
    return (await store.keys()).map(({url}) => new URL(url).pathname.split("/").at(-1)).sort();
}"""


# What the page asks for more memory, in pages of WebAssembly, and whether it is given; at most so many bytes.
GROWTHS = """(() => {
    window.growths = [];
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
        const given = this.buffer.byteLength + pages * 65536 <= %d;
        growths.push(given);
        if (!given) throw new RangeError("there is no room");
        return grow.call(this, pages);
    };
})()"""


def test_the_memory_grows_before_python_runs_and_not_while_the_page_becomes_live(page, server):
    page.add_init_script(GROWTHS % 2**31)
    LivePage(page, server).open_index()
    assert page.evaluate("growths") == [True]


def test_where_there_is_little_memory_the_page_makes_do_with_less(page, server, said):
    page.add_init_script(GROWTHS % 40_000_000)
    live = LivePage(page, server).open_index()
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    assert page.evaluate("growths")[:2] == [False, True]
    assert not [text for text in said if FALLBACK in text]


def test_the_next_visit_finds_it_unpacked(page, server, said):
    page.add_init_script(COMPILED)
    live = LivePage(page, server).open_index()
    assert page.evaluate("given") == [False]
    assert page.evaluate(KEPT, 2) == ["pyodide.asm.data", "snapshot.data"]
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    live = LivePage(page, server).open_index()
    assert page.evaluate("given") == [True]
    assert not [url for url in asked if url.endswith((".data", "zstddec.wasm"))]
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    assert not said


VERSIONS = """async () => {
    const store = await caches.open("clientforms-unpacked");
    const versions = (await store.keys()).map(async each =>
        (await store.match(each)).headers.get("clientforms-version"));
    return (await Promise.all(versions)).sort();
}"""


def packed_anew(page):
    """Let the server have the same files compressed otherwise; return the hashes of these."""
    runtime = ROOT / "static" / "runtime"
    hashes = {}
    for name in ("pyodide/pyodide.asm.data", "snapshot.data"):
        content = zstandard.compress(zstandard.decompress((runtime / name).read_bytes()), 1)
        hashes[name] = hashlib.sha256(content).hexdigest()
        page.route(f"**/{name}", lambda route, _, body=content: route.fulfill(body=body))
    return hashes


def say_versions(page, hashes):
    script = f"export const versions = {json.dumps(hashes)};"
    page.route(
        "**/versions.js",
        lambda route: route.fulfill(body=script, headers={"Content-Type": "text/javascript"}),
    )


def test_what_has_changed_on_the_server_is_unpacked_anew(page, server, said):
    page.add_init_script(COMPILED)
    LivePage(page, server).open_index()
    page.evaluate(KEPT, 2)
    hashes = packed_anew(page)
    say_versions(page, hashes)
    for found in (False, True):
        LivePage(page, server).open_index()
        # One that is out of date may have been read before.
        assert page.evaluate("given.at(-1)") == found
        page.evaluate(
            f"""async hashes => {{
                const versions = {VERSIONS};
                while (String(await versions()) !== String(hashes)) await new Promise(requestAnimationFrame);
            }}""",
            sorted(hashes.values()),
        )
    assert not said


def test_an_older_copy_is_not_kept_as_the_new_version(page, server, said):
    """As a cache on the way may have it, when the page's own scripts are new already."""
    page.add_init_script(
        """window.hashed = 0;
        const digest = crypto.subtle.digest.bind(crypto.subtle);
        crypto.subtle.digest = async (...given) => {
            const hash = await digest(...given);
            setTimeout(() => { hashed++; });
            return hash;
        };"""
    )
    say_versions(page, dict.fromkeys(("pyodide/pyodide.asm.data", "snapshot.data"), "0" * 64))
    live = LivePage(page, server).open_index()
    page.wait_for_function("hashed === 2")
    assert page.evaluate(VERSIONS) == []
    expect(live.rows("articles")).to_have_count(3)
    assert not said


def test_a_page_does_not_keep_the_snapshot_that_it_has_copied(page, server):
    LivePage(page, server).open_index()
    page.evaluate(KEPT, 2)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    size = (ROOT / "static" / "runtime" / "snapshot.data").stat().st_size
    assert session.send("Runtime.getHeapUsage")["backingStorageSize"] < size


def test_what_came_with_the_snapshot_is_not_looked_through_for_garbage(author):
    """Doing so took 15 to 35 ms, in pages with models before the first form was live."""
    live = author(
        '<form><div data-form="case.Word"></div></form>',
        SHOW
        + """
import gc
show(from_=gc.get_threshold()[0], looked_at=gc.get_freeze_count() + len(gc.get_objects()))
show(listed=[each for each in (forms, forms.Form, vars(forms), forms.Form.clean) if gc.is_tracked(each)])


class Word(forms.Form):
    word = forms.CharField()
""",
    )
    assert int(shown(live, "looked_at")) < 10_000
    assert shown(live, "listed") == "[]"
    assert int(shown(live, "from_")) > 100_000


def test_tracebacks_name_each_function_and_where_it_begins(author):
    """Line tables name one line for a function of Django's, and each line of a developer's."""
    live = author(
        '<form><div data-form="case.Word"></div></form>',
        SHOW
        + """
import sys
import traceback

above = sys._getframe().f_lineno
try:
    timezone.get_fixed_timezone("none")
except TypeError as error:
    own, django = traceback.extract_tb(error.__traceback__)
    code = timezone.get_fixed_timezone.__code__
    show(own=own.lineno - above, django=django.lineno - code.co_firstlineno)
    show(where=(django.filename == code.co_filename, django.name))


class Word(forms.Form):
    word = forms.CharField()
""",
    )
    assert [shown(live, name) for name in ("own", "django")] == ["2", "0"]
    assert shown(live, "where") == "(True, 'get_fixed_timezone')"


def test_strings_are_interned_as_before(author, page):
    """The page works out their hashes and the table of them, and of HTML's names keeps those that Django writes."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    live = author(
        '<form data-form="case.Word" data-prefix="w"></form>',
        SHOW
        + """
import html
import sys

modules = [vars(module) for module in list(sys.modules.values()) if isinstance(module, type(sys))]
names = {name for module in modules for name in module if sys._is_interned(name)}
copies = ["".join(list(name)) for name in names if len(name) > 1]
kept = {name: name for name in names}
same = [sys.intern(copy) is kept[copy] for copy in copies]
show(interned=(len(same) > 5000, all(same)), html=html.unescape("&lt;b&gt; &amp;amp; &quot;&#39;&nbsp;|"))


class Word(forms.Form):
    word = forms.CharField()

    def clean_word(self):
        raise forms.ValidationError(html.unescape(self.cleaned_data["word"]) + " is no word.")
""",
    )
    assert shown(live, "interned") == "(True, True)"
    assert shown(live, "html") == "<b> &amp; \"'\xa0|"
    assert [url for url in asked if url.endswith(".zip")] == []
    live.type("w-word", "&eacute;t&eacute;")
    live.expect_errors("w-word", "été is no word.")


def test_what_is_kept_and_damaged_is_forgotten(page, server, said):
    LivePage(page, server).open_index()
    page.evaluate(KEPT, 2)
    page.evaluate(
        """async () => {
            const store = await caches.open("clientforms-unpacked");
            for (const request of await store.keys()) {
                const {headers} = await store.match(request);
                await store.put(request, new Response("nothing", {headers}));
            }
        }"""
    )
    live = LivePage(page, server).open_index()
    assert len([text for text in said if FALLBACK in text]) == 1
    expect(live.rows("articles")).to_have_count(3)
    page.evaluate(KEPT, 0)
    LivePage(page, server).open_index()
    assert len([text for text in said if FALLBACK in text]) == 1


@pytest.mark.parametrize(
    "barred",
    ["delete globalThis.caches", "caches.open = () => Promise.reject(new Error('barred'))"],
)
def test_a_browser_that_keeps_nothing_starts_as_well(page, server, said, barred):
    page.add_init_script(barred)
    live = LivePage(page, server).open_index()
    expect(live.rows("articles")).to_have_count(3)
    assert not said


def test_pyscripts_package_is_there_for_who_imports_it(author):
    live = author(
        "",
        SHOW
        + """
import sys
show(before="pyscript" in sys.modules)
from pyscript import document, window, when
show(title=document.title, same=str(window.location.href), config=type(sys.modules["pyscript"].config))
""",
    )
    assert shown(live, "before") == "False"
    assert shown(live, "same") == live.page.url
