"""Set-up: what it says where something is missing, and that it repairs what was interrupted."""

import importlib.metadata
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
import zipfile

import pytest

from clientforms.builder.output import page_files as files
from clientforms.builder.runtime import assembly as runtime
from clientforms.builder.runtime import packages
from clientforms.builder.runtime.snapshot import COMPRESSION
from clientforms.builder.site import assets
from tests.conftest import ROOT

RUNTIME = ROOT / "static" / "runtime"
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


@pytest.fixture
def checkout(tmp_path):
    """The project's own files and what set-up made, in a folder that a test may break."""
    names = ["tools", "app", "package.json", "package-lock.json", *LOCKS]
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / "static").mkdir()
    shutil.copytree(ROOT / ".compiled", tmp_path / ".compiled")
    (tmp_path / ".django").mkdir()
    for folder in (ROOT / ".django").glob("*"):
        (tmp_path / ".django" / folder.name).symlink_to(folder)
    return tmp_path


def setup(folder, **environment):
    return subprocess.run(
        ["tools/setup.sh"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def fake(folder, name, prints, status=0):
    """Put a program on a PATH of the test's own that prints a version."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{prints}'\nexit {status}\n")
    program.chmod(0o755)


def tools_without(folder, *missing):
    """Return a PATH with what a shell script needs, and without `missing`."""
    folder.mkdir(exist_ok=True)
    for name in ("sh", "awk", "cat", "cksum", "dirname", "env", "tr", "rm", "node", "npm"):
        if name not in missing and (found := shutil.which(name)):
            (folder / name).symlink_to(found)
    return str(folder)


def locked_django(lock):
    """Return the series and the version of the Django that a lock file pins."""
    found = re.search(r"(?m)^django==((\d+\.\d+)\S*)", (ROOT / lock).read_text("utf-8"))
    return found[2], found[1]


class TestWhatIsMissing:
    def expect_one_line(self, folder, done, *words):
        assert done.returncode != 0
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        for word in words:
            assert word in line
        assert not (folder / ".venv").exists()

    def test_no_node(self, checkout, tmp_path):
        path = tools_without(tmp_path / "bin", "node")
        done = setup(checkout, PATH=path, PYTHON=sys.executable)
        self.expect_one_line(checkout, done, "Node 20 or newer", "found no node")

    def test_an_old_node(self, checkout, tmp_path):
        path = tools_without(tmp_path / "bin", "node")
        fake(tmp_path / "bin", "node", "v18.19.0")
        done = setup(checkout, PATH=path, PYTHON=sys.executable)
        self.expect_one_line(checkout, done, "Node 20 or newer", "v18.19.0")

    def test_no_npm(self, checkout, tmp_path):
        path = tools_without(tmp_path / "bin", "npm")
        done = setup(checkout, PATH=path, PYTHON=sys.executable)
        self.expect_one_line(checkout, done, "needs npm")

    def test_no_python(self, checkout, tmp_path):
        done = setup(checkout, PATH=tools_without(tmp_path / "bin"))
        self.expect_one_line(checkout, done, "Python 3.11 or newer", "found none")

    def test_a_django_without_a_lock(self, checkout):
        done = setup(checkout, PYTHON=sys.executable, DJANGO="1.4")
        self.expect_one_line(checkout, done, "no Django 1.4", "Choose 5.2 or 6.1")

    def test_an_old_python(self, checkout, tmp_path):
        path = tools_without(tmp_path / "bin")
        fake(tmp_path / "bin", "python3", "3.9.2")
        done = setup(checkout, PATH=path)
        self.expect_one_line(checkout, done, "Python 3.11 or newer", "Python 3.9.2")


class TestRuntime:
    def test_is_up_to_date(self):
        assert runtime.is_current(ROOT)

    def test_an_interrupted_assembly_is_repaired_also_for_another_django(
        self, checkout, monkeypatch
    ):
        """A gate has both compiled. Else, the host's own Django plays it, and stands where set-up's pip puts it."""
        (checkout / "node_modules").symlink_to(ROOT / "node_modules")
        present = {each.name for each in (ROOT / ".django").glob("*")}
        other = min(present - {os.environ.get("DJANGO", "")}, default="9.9")
        monkeypatch.setenv("DJANGO", other)
        monkeypatch.setenv(COMPRESSION, "3")  # which saves half a minute
        if other not in present:
            self.disguise(checkout / ".django" / other, other)
        half = checkout / "static" / "runtime"
        (half / "pyodide").mkdir(parents=True)
        (half / "pyodide" / "pyodide.js").write_text("half a fi")
        (checkout / "static" / "runtime.abcd").mkdir()
        assert not runtime.is_current(checkout)
        assert runtime.main(["--root", str(checkout)]) == 0
        assert runtime.is_current(checkout)
        assert [each.name for each in (checkout / "static").iterdir()] == ["runtime"]
        made, ours = half / "clientforms.zip", RUNTIME / "clientforms.zip"
        assert made.read_bytes() == ours.read_bytes(), "the same input, the same bytes"
        made_from = json.loads((half / "manifest.json").read_text())
        assert made_from["versions"]["django"].startswith(other)
        monkeypatch.undo()
        assert not runtime.is_current(checkout)

    def disguise(self, folder, version):
        """Put the packages of the host into `folder`, as those of a Django with this version."""
        folder.mkdir(parents=True)
        for name in packages.PACKAGES:
            installed = importlib.metadata.distribution(name)
            (folder / name).symlink_to(installed.locate_file(name))
            about = f"{name}-{installed.version}.dist-info"
            shutil.copytree(str(installed.locate_file(about)), folder / about)
            described = folder / about / "METADATA"
            described.write_text(
                re.sub(r"(?m)^Version: .*", f"Version: {version}", described.read_text())
            )

    def test_a_file_that_was_lost_or_cut_is_repaired(self, checkout):
        (checkout / "node_modules").symlink_to(ROOT / "node_modules")
        shutil.copytree(RUNTIME, checkout / "static" / "runtime")
        assert runtime.is_current(checkout)
        (checkout / "static" / "runtime" / "pyodide" / "pyodide.asm.wasm").write_bytes(b"")
        assert not runtime.is_current(checkout)

    def test_half_installed_npm_packages_are_told(self, checkout, capsys):
        (checkout / "node_modules" / "pyodide").mkdir(parents=True)
        assert runtime.main(["--root", str(checkout)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "is not complete" in line

    def test_holds_exactly_the_packages_of_the_lock(self):
        made_from = json.loads((RUNTIME / "manifest.json").read_text())["versions"]
        asked = os.environ.get("DJANGO", "")
        other = ROOT / f"requirements-django-{asked}.txt"
        lock = other if other.exists() else ROOT / "requirements.txt"
        pinned = dict(re.findall(r"(?m)^(\w+)==(\S+)", lock.read_text("utf-8")))
        for name in ("django", "asgiref", "sqlparse", "tzdata"):
            assert made_from[name] == pinned[name]
        assert made_from["django"].startswith(asked)

    def test_another_django_that_is_not_installed_is_told(self, checkout, monkeypatch, capsys):
        (checkout / "node_modules").symlink_to(ROOT / "node_modules")
        monkeypatch.setenv("DJANGO", "9.9")
        assert runtime.main(["--root", str(checkout)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "make setup DJANGO=9.9" in line

    def test_is_cut_to_what_a_page_can_use(self):
        with zipfile.ZipFile(RUNTIME / "site-packages.zip") as archive:
            names = archive.namelist()
        assert "django/forms/forms.pyc" in names
        assert "django/forms/templates/django/forms/div.html" in names
        assert "tzdata/zoneinfo/Europe/Vienna" in names
        assert not [name for name in names if "contrib" in name or "/locale/de/" in name]

    def test_ships_no_file_whose_type_servers_get_wrong(self):
        names = [path.name for path in RUNTIME.rglob("*") if path.is_file()]
        assert not [name for name in names if name.endswith((".mjs", ".gz", ".br", ".map"))]

    def test_holds_the_library_for_dragging_with_its_licence(self):
        script = (RUNTIME / "sortable.js").read_text("utf-8")
        version = json.loads((ROOT / "package.json").read_text())["dependencies"]["sortablejs"]
        assert script.startswith(f"/*! Sortable {version} - MIT")
        assert "MIT" in (RUNTIME / "sortable-license.txt").read_text("utf-8")

    def test_sites_ship_the_pages_scripts_minified_and_one_that_was_changed_since_as_it_is(
        self, checkout
    ):
        static = checkout / "static"
        (static / "runtime").symlink_to(RUNTIME)
        scripts = {path.name: path for path in (ROOT / "static").glob("*.js")}
        for name, path in scripts.items():
            shutil.copyfile(path, static / name)
        changed = static / "rows.js"
        changed.write_text(changed.read_text("utf-8") + "// another day\n", "utf-8")
        manifest = json.loads((RUNTIME / "manifest.json").read_text("utf-8"))
        shipped = dict(assets.Assets(static, manifest).files("en"))
        for name, path in scripts.items():
            text = shipped[f"static/{name}"].read_text("utf-8")
            assert (text == changed.read_text("utf-8")) == (name == "rows.js")
            assert name == "rows.js" or len(text) < len(path.read_text("utf-8")) * 0.8
        assert not [name for name in shipped if name.startswith("static/runtime/scripts")]

    def test_every_chunk_that_pyscript_can_ask_for_at_the_start_is_there(self):
        folder = RUNTIME / "pyscript"
        core = next(folder.glob("core-*.js")).read_text("utf-8")
        lazy = {"codemirror", "xterm", "zip", "mpy", "index", "storage", "pyodide_graph"}
        asked = set(re.findall(r"""import\(\s*(?:/\*.*?\*/)?\s*["']\./([\w.-]+\.js)["']""", core))
        needed = {name for name in asked if not name.startswith(tuple(lazy))}
        assert needed
        assert needed <= {path.name for path in folder.iterdir()}


class TestFiles:
    def test_the_list_of_files_is_up_to_date(self):
        assert files.main(["--check"]) == 0

    def test_a_stale_list_is_told_and_renewed(self, checkout, capsys):
        assert files.main(["--root", str(checkout)]) == 0
        (checkout / "app" / "demo" / "more.py").write_text("")
        assert files.main(["--check", "--root", str(checkout)]) == 1
        assert "Run: make format" in capsys.readouterr().err
        files.main(["--root", str(checkout)])
        assert '"./app/demo/more.py" = "./demo/more.py"' in (checkout / "pyscript.toml").read_text()

    def test_every_django_that_has_a_lock_is_classified(self):
        classified = set(re.findall(r"Django :: (\d\S+)\"", (ROOT / "pyproject.toml").read_text()))
        locks = [lock for lock in LOCKS if not re.search("-(docs|prose|wild)[.]txt", lock)]
        locked = {locked_django(lock)[0] for lock in locks}
        assert classified == locked
        assert len(locked) == len(locks)

    def test_the_documentation_is_made_with_the_pages_django(self):
        assert locked_django("requirements-docs.txt") == locked_django("requirements.txt")

    def test_lock_files_name_no_registry(self):
        for name in ("package-lock.json", "pyproject.toml", *LOCKS):
            text = (ROOT / name).read_text("utf-8")
            assert not re.search(
                r"https?://(?!json\.schemastore)[\w.]*(npm|pypi|pythonhosted)", text
            )
            assert '"resolved"' not in text

    @pytest.mark.parametrize("lock", LOCKS)
    def test_python_packages_are_pinned_with_hashes(self, lock):
        lines = (ROOT / lock).read_text("utf-8").splitlines()
        packages = [number for number, line in enumerate(lines) if re.match(r"\w", line)]
        assert packages
        for number in packages:
            assert "==" in lines[number]
            assert "--hash=sha256:" in lines[number + 1]


class TestServing:
    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "clientforms.builder.serve.checkout_server", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def test_serves_the_page_and_lets_nothing_grow_stale(self):
        process = self.start("--port", "0")
        try:
            address = re.search(r"http://\S+", process.stdout.readline())[0]
            with urllib.request.urlopen(address, timeout=10) as response:
                assert b"data-formset" in response.read()
                assert response.headers["Cache-Control"] == "no-cache"
        finally:
            process.terminate()
            process.communicate(timeout=10)

    def test_a_port_in_use_is_told_in_one_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            process = self.start("--port", str(taken.getsockname()[1]))
            _, said = process.communicate(timeout=20)
        assert process.returncode == 1
        (line,) = said.splitlines()
        assert "is in use" in line
        assert "PORT=" in line

    def test_a_port_that_is_no_port_is_told(self):
        process = self.start("--port", "many")
        _, said = process.communicate(timeout=20)
        assert process.returncode == 1
        (line,) = said.splitlines()
        assert "'many' is not a port" in line

    def test_a_finished_set_up_costs_little(self):
        assert setup(ROOT).returncode == 0
        started = os.times()
        done = setup(ROOT)
        ended = os.times()
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        # The time that it computes: another test may keep the machine from it.
        own = ended.children_user - started.children_user
        assert own + ended.children_system - started.children_system < 3
