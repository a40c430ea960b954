"""The benchmark page, static/bench.html: its forms, and what a harness can call."""
