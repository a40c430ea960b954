"""Reads and changes pages of HTML, whoever wrote them."""
