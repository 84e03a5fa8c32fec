"""`python -m conmuta`: the command without its shell."""

import sys

from conmuta.cli import main

if __name__ == "__main__":
    sys.exit(main())
