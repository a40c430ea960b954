"""The data of a site in Firefox ESR and WebKitGTK: they stay, and a second tab's are seen."""

import json

import pytest

from clientforms.builder.output.page_files import NO_PLUGINS
from clientforms.builder.runtime.snapshot import WITH_SITE
from clientforms.builder.site.assets import find_assets
from tests.conftest import ROOT
from tests.site.storage.stored_page import PAGE, archive, names_of_project
from tests.support.processes import run_with_children
from tests.support.servers import ENGINES
from tests.support.sites import serving_folder

STEPS = """
const begun = async () => {
    await page.goto(address);
    while (!await page.evaluate(() => !!window.run).catch(() => false));
    return JSON.parse(await page.evaluate(async (code) => await run(code), "opened = await site.open()\\nreturn opened.restored"));
};
const turn = async (code) => JSON.parse(await page.evaluate(async (text) => await run(text), "async with site.turn():\\n    " + code));
const seen = [];
seen.push(await begun());
seen.push(await turn("return texts()"));
await turn("add('tea', 'x' * 100_000); Path('/site/media/tea.txt').write_text('tea'); Path('/site/media/shipped/a.txt').unlink()");
await turn("Entry.objects.filter(text__startswith='x').delete(); add('salt')");
seen.push(await begun());
seen.push(await turn("return texts()"));
seen.push(await turn("return sorted(each.name for each in Path('/site/media').rglob('*') if each.is_file())"));
seen.push(await turn("return site.problem"));
seen.push(await turn("return [tuple(each) for each in connection.cursor().execute('PRAGMA integrity_check')]"));
return seen;
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, first_database):
    """The page behind a server of static files."""
    folder = tmp_path_factory.mktemp("ledger")
    files = {name: path.read_bytes() for name, path in find_assets().files("en", kind=WITH_SITE)}
    files |= {
        "ledger.html": PAGE.encode(),
        "ledger.zip": archive("v1", names_of_project(), first_database),
        "pyscript.toml": f'interpreter = "./static/interpreter.js"\n{NO_PLUGINS}\n'.encode(),
        "static/site/storage.js": (ROOT / "static/site/storage.js").read_bytes(),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with serving_folder(folder) as address:
        yield f"{address}ledger.html"


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_saved_stays(address, engine):
    program = ENGINES[engine]()
    if not program:
        pytest.skip(f"{engine} is not there")
    script = str(ROOT / "tests/support/engines.js")
    steps = f"const address = {json.dumps(address)};{STEPS}"
    done = run_with_children(["node", script, engine, program], steps, 200)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == [
        False, [], True, ["tea", "salt"], ["b.txt", "tea.txt"], "", [["ok"]],
    ]  # fmt: skip
