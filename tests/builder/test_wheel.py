"""The wheel: installed by pip into an empty environment, it builds without Node and without this checkout."""

import os
import subprocess
import sys
import venv

import pytest

from tests.builder.test_build import content
from tests.conftest import ROOT, check_runtime

FORMS = """
from django import forms


class GuestForm(forms.Form):
    name = forms.CharField(max_length=20)
    since = forms.DateField(required=False)


GuestFormSet = forms.formset_factory(GuestForm, extra=1, can_delete=True)
"""


def run(*command, cwd, **environment):
    done = subprocess.run(
        command, cwd=cwd, env=environment or None, capture_output=True, text=True, check=False, timeout=300
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of the programs of an environment that has clientforms alone."""
    check_runtime()
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder,
        cwd=ROOT,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "empty", with_pip=True)
    programs = folder / "empty" / "bin"
    locked = (
        "django=="
        + run(
            sys.executable, "-c", "import django; print(django.__version__)", cwd=folder
        ).stdout.strip()
    )
    run(
        programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        wheel, locked, cwd=folder,
    )  # fmt: skip
    return programs


def test_the_installed_wheel_builds_what_the_checkout_builds(installed, tmp_path):
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "forms.py").write_text(FORMS)
    target = "my/forms.py:GuestFormSet"
    # No other folder on PATH: neither Node nor a shell's tools.
    run(
        installed / "clientforms",
        "build",
        target,
        "--out",
        "site",
        cwd=tmp_path,
        PATH=str(installed),
    )
    run(
        sys.executable, "-m", "clientforms", "build", target, "--out", "same",
        cwd=tmp_path, **{**os.environ, "PYTHONPATH": str(ROOT / "app"), "PATH": str(installed)},
    )  # fmt: skip
    assert b'name="form-0-since"' in (tmp_path / "site" / "index.html").read_bytes()
    assert content(tmp_path / "site") == content(tmp_path / "same")


def test_it_can_be_run_as_a_module_and_checks_too(installed, tmp_path):
    (tmp_path / "forms.py").write_text(FORMS)
    done = run(
        installed / "python", "-m", "clientforms", "check", "forms.py:GuestForm",
        cwd=tmp_path, PATH=str(installed),
    )  # fmt: skip
    assert "Left to the server: nothing" in done.stdout
    done = run(
        installed / "python", "-m", "clientforms.builder.cli", "build", "forms.py:GuestForm",
        "--single-file", "guest.html", cwd=tmp_path, PATH=str(installed),
    )  # fmt: skip
    assert (tmp_path / "guest.html").stat().st_size < 14_000_000
