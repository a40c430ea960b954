"""What authors may expect of PyScript itself, from which this project takes what no form needs."""

from playwright.sync_api import expect

PAGE = """
<script type="py">
from pyodide.ffi import can_run_sync
from pyscript import storage, window

window.suspends = can_run_sync()

def shout(event):
    event.target.textContent = "Shouted"

async def keep(event):
    kept = await storage("notes")
    kept["said"] = "kept"
    await kept.sync()
    event.target.textContent = (await storage("notes"))["said"]

def connect(event):
    import errno, socket
    answers = []
    for act in (socket.socket, lambda: socket.getaddrinfo("example.org", 80)):
        try:
            act()
        except OSError as error:
            answers.append(errno.errorcode.get(error.errno, type(error).__name__))
    event.target.textContent = " ".join(answers)
</script>
<button id="early" py-click="shout">Early</button> <button id="connect" py-click="connect">Connect</button> <button id="keep" py-click="keep">Keep</button>
<div data-form="case.Note" data-prefix="note"></div>"""
NOTE = """
    class Note(forms.Form):
        text = forms.CharField()
"""


def test_handlers_named_by_attributes_are_called(author):
    live = author(PAGE, NOTE)
    live.page.click("#early")
    expect(live.page.locator("#early")).to_have_text("Shouted")
    live.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        " '<p>Later <span><button id=late py-click=shout>Late</button></span></p>')"
    )
    live.page.click("#late")
    expect(live.page.locator("#late")).to_have_text("Shouted")


DATABASES = """indexedDB.databases().then(all => all.map(({name}) => name))"""


def test_a_page_has_only_the_databases_that_somebody_asked_for(author):
    live = author(PAGE, NOTE)
    ours = {"clientforms"}  # drafts
    assert set(live.page.evaluate(DATABASES)) <= ours
    live.page.click("#keep")
    expect(live.page.locator("#keep")).to_have_text("kept")
    assert len(set(live.page.evaluate(DATABASES)) - ours) == 1


def test_python_runs_on_the_stack_of_the_page(author):
    """See `_on_one_stack()` in slimming.py."""
    live = author(PAGE, NOTE)
    assert live.page.evaluate("[window.suspends, 'Suspending' in WebAssembly]") == [False, True]


def test_python_is_told_that_a_page_has_no_sockets(author):
    """See `REPLACED` in script_pruning.js."""
    live = author(PAGE, NOTE)
    live.page.click("#connect")
    expect(live.page.locator("#connect")).to_have_text("ENOSYS gaierror")


def test_no_plugin_is_fetched(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{server}/index.html")
    page.evaluate("clientforms.ready")
    assert "toml.js" in asked
    unused = ("deprecations", "donkey", "py-editor", "py-game", "py-terminal")
    assert [name for name in asked if name.startswith(unused)] == []


def test_the_pages_own_files_come_while_python_starts(page, server):
    page.add_init_script(
        "addEventListener('py:progress', ({detail}) =>"
        " { if (detail === 'Loaded interpreter') window.startedAt = performance.now(); })"
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/index.html")
    page.evaluate("clientforms.ready")
    url = f"{server}/app/demo/forms.py"
    assert asked.count(url) == 1
    asked_for = page.evaluate("url => performance.getEntriesByName(url)[0].startTime", url)
    assert asked_for < page.evaluate("window.startedAt")
