"""`python -m vbg_framework` is `vbg`."""

import sys

from vbg_framework.cli import main

sys.exit(main())
