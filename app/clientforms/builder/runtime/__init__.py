"""Assemble the runtime of all pages: Pyodide, PyScript, Django, clientforms, and snapshots."""
