"""What views answer a script and everybody else: `ponies/checks_of_*.py`, run by Django in a project."""

import ast
import re

import pytest

from tests.conftest import ROOT
from tests.server.pony_project import PonyProject

CHECKS = sorted((ROOT / "tests/server/ponies").glob("checks_of_*.py"))
NAMES = [
    node.name
    for path in CHECKS
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What Django says of each check."""
    project = PonyProject(tmp_path_factory.mktemp("ponies"))
    project.manage("clientforms_build")
    command = ["manage.py", "test", "-v", "2", "--debug-mode"]
    return project.output(*command, *(f"ponies.{path.stem}" for path in CHECKS))


@pytest.mark.parametrize("name", NAMES)
def test_the_check(said, name):
    assert re.search(rf"^{name} \(", said, re.MULTILINE), f"was not run: {said}"
    assert not re.search(rf"^(FAIL|ERROR): {name} \(", said, re.MULTILINE), said
    assert re.search(rf"^Ran {len(NAMES)} tests", said, re.MULTILINE), said
