"""How Sphinx builds the documentation. What it generates itself comes from the code: `generated.py`."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent / "app"), str(DOCS)]

import clientforms  # noqa: E402

project = "clientforms"
version = release = clientforms.__version__
copyright = "clientforms contributors, BSD-3-Clause"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "generated"]
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]
exclude_patterns = ["examples", "gallery"]
autodoc_mock_imports = ["js", "pyodide", "pyscript"]
default_role = "code"
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "member-order": "bysource"}
add_module_names = False

html_theme = "furo"
html_title = "clientforms"
html_copy_source = False
html_show_sourcelink = False
html_favicon = "../static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["live.css"]
