"""Modules in C that the interpreter of most pages lacks: a page that was built without them says so in a line."""

import json

import pytest

from clientforms.builder import cli
from clientforms.builder.runtime.left_out_modules import CODECS, LEFT_OUT, WHOLE
from clientforms.builder.site.assets import find_assets
from tests.support.sites import serving_folder

# Imports what it is asked to when it is cleaned, and answers with what came of each.
FORMS = """import importlib
import json

from django import forms


def tried(name):
    try:
        return importlib.import_module(name).__name__
    except (ImportError, LookupError) as error:
        return f"{type(error).__name__}: {error}"


def evaluated(text):
    name, _, code = text.partition(": ")
    return repr(eval(code, {"m": importlib.import_module(name)}))


class LateForm(forms.Form):
    modules = forms.CharField()
    code = forms.CharField(widget=forms.Textarea)

    def clean_code(self):
        answers = {text: evaluated(text) for text in self.cleaned_data["code"].splitlines()}
        raise forms.ValidationError(json.dumps(answers))

    def clean_modules(self):
        answers = {name: tried(name) for name in self.cleaned_data["modules"].split()}
        raise forms.ValidationError(json.dumps(answers))
"""
# A use of each kept module with tables, types or libraries in C: the module, and what is done with it.
USES = """array: m.array("d", [1, 2]).tobytes()
ast: m.dump(m.parse("x: int = [*z] if y else 1"))
base64: m.b85encode(b"hello")
bz2: m.decompress(m.compress(b"q" * 1000))
cmath: m.exp(1j)
collections: m.Counter("aab").most_common(1), m.deque([1, 2], 1)
compression.zstd: m.decompress(m.compress(b"q" * 1000))
csv: list(m.reader(["a,'b'"])), m.Sniffer().sniff("a;b").delimiter
datetime: m.datetime.strptime("01/02/2026 AM", "%d/%m/%Y %p"), m.date(2026, 1, 1).strftime("%A %j %U")
decimal: m.Decimal(2).sqrt(), m.Decimal("1e999") * m.Decimal(3).ln()
encodings: [b"abc \\xe4".decode(name) for name in ("latin-1", "cp1252", "cp437", "koi8-r", "mac_roman", "iso8859-15")]
functools: m.reduce(max, [1, 2])
hashlib: [m.new(name, b"x").hexdigest(*[8] * name.startswith("shake")) for name in sorted(m.algorithms_guaranteed)]
heapq: m.nsmallest(2, [3, 1, 2])
hmac: m.new(b"k", b"m", "sha256").hexdigest()
inspect: [str(m.signature(each)) for each in (len, sorted, str.split, int.from_bytes)]
io: m.TextIOWrapper(m.BytesIO("e\\nf".encode("utf-16")), "utf-16").readlines()
itertools: list(m.batched("abcde", 2))
json: m.loads(m.dumps({"a": [1, None, 2.5, "x"]}, indent=2))
lzma: m.decompress(m.compress(b"q" * 1000))
math: m.gamma(5.5), m.comb(50, 3), m.fsum([0.1] * 10), format(1234.5, ",.2f"), 9 ** 99, float("1e-320")
os: m.strerror(2), m.stat("/").st_mode, sorted(m.listdir("/"))[:2]
pickle: m.loads(m.dumps({1: (2, {3})}, 5))
queue: m.SimpleQueue().empty()
random: m.Random(1).gauss(0, 1)
re: m.findall(r"(?i)(?P<a>[a-z]+)(?= )", "Ab cd ef"), m.sub(r"([0-9])", r"<\\1>", "a1b2")
statistics: m.NormalDist(1, 2).inv_cdf(0.3)
struct: m.unpack("<hiq", m.pack("<hiq", 1, 2, 3))
symtable: m.symtable("a = 1", "", "exec").get_symbols()
time: m.strftime("%Y", m.gmtime(0))
tokenize: [each.string for each in m.generate_tokens(iter(["a = 1", ""]).__next__)]
unicodedata: m.name("é"), m.lookup("SNOWMAN"), m.normalize("NFKD", "ﬁ"), m.name("中"), m.name("힣"), "Ǆ".title()
zipfile: m.is_zipfile("/nothing")
zlib: m.decompress(m.compress(b"a" * 99)), m.crc32(b"x"), m.adler32(b"x")
zoneinfo: m.ZoneInfo("Europe/Berlin")"""
ALL = " ".join(LEFT_OUT)
NAMED = {
    "small": "",
    "named": 'ENCODING = "Shift_JIS"\n',
    "imported": "import sqlite3\nfrom xml.etree import ElementTree\n",
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """Three sites whose forms differ in the first lines."""
    folder = tmp_path_factory.mktemp("left_out")
    for name, head in NAMED.items():
        (folder / f"{name}.py").write_text(head + FORMS)
        target = f"{folder}/{name}.py:LateForm"
        assert cli.main(["build", target, "--prefix", "it", "--out", str(folder / name)]) == 0
    return folder


def answers(page, complaints, site, field="modules", words=ALL):
    """What comes of importing each module in a page of `site`, or of other words in another field."""
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        page.goto(address)
        page.evaluate("clientforms.ready.then(() => true)")
        page.evaluate("data => clientforms.form('it').setData(data)", {f"it-{field}": words})
        page.evaluate("clientforms.form('it').validate()")
        return json.loads(page.evaluate("name => clientforms.form('it').errors()[name][0]", field))


@pytest.mark.parametrize("name", ["named", "imported"])
def test_a_page_that_was_built_with_one_has_all(page, complaints, sites, name):
    found = answers(page, complaints, sites / name)
    assert found == {name: name for name in LEFT_OUT}


def test_a_page_that_was_built_without_them_refuses_each_and_says_what_to_do(
    page, complaints, sites
):
    found = answers(page, complaints, sites / "small")
    for name, imported_as in LEFT_OUT.items():
        if name in CODECS:
            assert found[name].startswith(
                "LookupError: This page was built without the encodings"
            ), found
        else:
            assert found[name] == (
                f"ModuleNotFoundError: No module named {name!r}: this page was built without it. "
                f"Import {imported_as} at the top of the module with your forms, and build the page again."
            )


def test_all_other_modules_work_as_they_do_with_them(page, complaints, sites):
    small, whole = (
        answers(page, complaints, sites / name, "code", USES) for name in ("small", "imported")
    )
    assert small.keys() == set(USES.splitlines())
    assert small == whole


def test_only_those_have_the_larger_interpreter(sites):
    runtime = find_assets().folder / "runtime"
    name = "pyodide/pyodide.asm.data"
    sizes = {
        each: next((sites / each).glob(f"static-*/runtime/{name}")).stat().st_size for each in NAMED
    }
    whole = (runtime / WHOLE / name).stat().st_size
    assert sizes == {"small": (runtime / name).stat().st_size, "named": whole, "imported": whole}
    assert sizes["small"] < whole - 900_000


@pytest.mark.parametrize(
    ("asked", "source", "wanted"),
    [
        (["datetime", "decimal", "json", "csv", "hashlib", "django.forms"], "", False),
        (["xml.etree.ElementTree"], "", True),
        (["xml.dom.minidom"], "", True),
        (["sqlite3"], "", True),
        (["ctypes.util"], "", True),
        (["mmap"], "", True),
        ([], "content.decode('utf-8')", False),
        ([], "content.decode('gb18030')", True),
        ([], 'content.decode("euc-jp")', True),
        ([], "# big5 is not meant", False),
    ],
)
def test_what_the_page_imports_or_names_says_which_it_gets(asked, source, wanted):
    assert find_assets().needs_whole(asked, "", [source]) is wanted
