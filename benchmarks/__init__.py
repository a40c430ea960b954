"""The benchmark: clientforms beside other libraries and beside other ways to boot, in one run."""
