"""What `make docs` writes, once for all tests that look at it."""

import subprocess

import pytest

from tests.conftest import MAKING, ROOT


@pytest.fixture(scope="session")
def documented_site(tmp_path_factory):
    """The page with the documentation and the gallery, as `make docs` writes them."""
    out = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        ["make", "docs", f"OUT={out}"],
        cwd=ROOT,
        env={**MAKING, "REPOSITORY": "https://code.example.org/forms"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out
