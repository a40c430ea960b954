"""The policy of a built page and its names: what they let in, what they refuse, where they lead."""

import base64
import hashlib
import io
import json
import zipfile

import pytest

from clientforms.builder.html.hashed_names import hashed
from clientforms.builder.html.html_tree import HtmlTree
from clientforms.builder.output.site_files import BuildError, Site
from clientforms.builder.site.content_security_policy import secured

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>T</title>
<script src="static/boot.js"></script><link rel="stylesheet" href="looks/Page.css?v=1"></head><body>
<img src="looks/_Logo.png" alt=""><a href="https://example.org/static/boot.js">there</a>{more}
<script type="py" src="app/main.py" config="pyscript.toml"></script></body></html>"""
CONFIG = (
    'interpreter = "./static/boot.js"\n[files]\n"./app/pkg/__init__.py" = "./pkg/__init__.py"\n'
)


def site(more="", **files):
    return Site(
        {
            "index.html": PAGE.format(more=more).encode(),
            "static/boot.js": b"1",
            "looks/Page.css": b"p {}",
            "looks/_Logo.png": b"png",
            "app/main.py": b"",
            "app/pkg/__init__.py": b"",
            "pyscript.toml": CONFIG.encode(),
            **{name.replace("__", "/"): content for name, content in files.items()},
        }
    )


def policy_of(shipped):
    tree = HtmlTree(shipped.files["index.html"].decode())
    meta = next(each for each in tree.elements if "http-equiv" in each.attributes)
    rules = (rule.split() for rule in meta.attributes["content"].split("; "))
    return {name: sources for name, *sources in rules}


def packed(text):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("forms.py", text)
    return content.getvalue()


def test_scripts_come_from_the_site_and_inline_ones_by_their_hash():
    rules = policy_of(secured(site("<script>one()</script><style>p {}</style>")))
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"][:2] == ["'self'", "'wasm-unsafe-eval'"]
    assert len(rules["script-src"]) == 5, "the page's own two and the author's"
    assert all(each.startswith("'sha256-") for each in rules["script-src"][2:])
    assert [each[:8] for each in rules["style-src"]] == ["'self'", "'sha256-"]
    assert policy_of(secured(site(), connect=["https://api.example.org"]))["connect-src"] == [
        "'self'",
        "https://api.example.org",
        "blob:",
    ]


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, False),
        ({"more": '<p style="color: red">'}, True),
        ({"app__forms.py": b'TextInput(attrs={"style": "width: 5em"})'}, True),
        ({"app__packed.data": packed("TextInput({'style': 'width: 5em'})")}, True),
        ({"app__packed.data": packed("style_of = 1")}, False),
        ({"static__page.js": b'<p style="1">'}, False),
    ],
)
def test_style_attributes_are_allowed_where_the_forms_may_have_some(given, allowed):
    assert ("style-src-attr" in policy_of(secured(site(**given)))) is allowed


def test_a_listener_in_an_attribute_is_refused_with_its_line():
    with pytest.raises(BuildError, match=r"index\.html:3: <button onclick=…> is blocked"):
        secured(site('<button onclick="go()">'))


def test_names_are_sent_by_every_host_and_references_follow():
    shipped = hashed(site())
    names = sorted(shipped.files)
    assert [name.rpartition("/")[2][:4] for name in names] == [
        "inde", "main", "init", "logo", "page", "pysc", "boot",
    ]  # fmt: skip
    config = json.loads(
        next(shipped.files[name] for name in names if name.endswith("pyscript.json"))
    )
    assert list(config["files"].values()) == ["./pkg/__init__.py"]
    tree = HtmlTree(shipped.files["index.html"].decode())
    named = [
        each.attributes[attribute]
        for each in tree.elements
        for attribute in ("src", "href", "config")
        if attribute in each.attributes
    ]
    assert named.pop(3) == "https://example.org/static/boot.js"
    assert named[1].endswith("?v=1")
    assert all(
        address.removeprefix("./").removesuffix("?v=1") in shipped.files for address in named
    )
    assert config["interpreter"].removeprefix("./") in shipped.files


def test_what_changes_changes_its_folders_name_alone():
    before, after = hashed(site()), hashed(site(app__main=b"print()"))
    assert {name for name in before.files if name.startswith("static")} <= after.files.keys()
    assert not {name for name in before.files if name.startswith("site")} & after.files.keys()


def test_one_import_map_has_the_hash_of_each_script_and_what_the_author_maps():
    own = '<script type="importmap">{"imports": {"x": "./x.js"}, "integrity": {"./x.js": "sha384-y"}}</script>'
    shipped = secured(site(own, **{"x.js": b"", "deep/late.js": b"export {}"}))
    tree = HtmlTree(shipped.files["index.html"].decode())
    [found] = [each for each in tree.elements if each.attributes.get("type") == "importmap"]
    assert found.start < tree.first("script").start + 1, "it comes before all modules"
    said = json.loads(tree.text_of(found))
    assert said["imports"] == {"x": "./x.js"}
    assert said["integrity"].keys() == {"./deep/late.js", "./static/boot.js", "./x.js"}
    assert said["integrity"]["./x.js"] == "sha384-y"
    allowed = base64.b64encode(hashlib.sha256(tree.text_of(found).encode()).digest()).decode()
    assert f"'sha256-{allowed}'" in policy_of(shipped)["script-src"]
    with pytest.raises(BuildError, match=r"index.html:\d+: the import map is not a JSON object"):
        secured(site('<script type="importmap">[1</script>'))
