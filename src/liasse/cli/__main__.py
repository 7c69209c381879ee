"""`python -m liasse.cli`."""

import sys

from liasse.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
