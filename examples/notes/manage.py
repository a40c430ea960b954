#!/usr/bin/env python
"""Django's command line for Sticky notes: see docs/how-to/whole-app.md."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if __name__ == "__main__":
    execute_from_command_line(sys.argv)
