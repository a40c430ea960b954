"""Puts together what every page needs: Pyodide, PyScript, Django and clientforms, as archives and a snapshot."""
