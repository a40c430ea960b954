"""`python -m clientforms` is the command `clientforms`."""

import sys

from clientforms.builder.cli import main

if __name__ == "__main__":
    sys.exit(main())
