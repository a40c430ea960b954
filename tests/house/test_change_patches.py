"""What each kind of change does to the page stands in one table."""

import ast

from clientforms import changes
from tests.conftest import ROOT

TABLE = ROOT / "app/clientforms/browser/binding/change_patches.py"


def test_every_kind_of_change_stands_in_the_table_once():
    tables = (node for node in ast.walk(ast.parse(TABLE.read_text())) if isinstance(node, ast.Dict))
    kinds = [ast.unparse(kind) for table in tables for kind in table.keys if kind]
    assert sorted(kinds) == sorted({*changes.__all__} - {"Change"})
