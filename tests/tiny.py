"""Where the registry of the smallest experiments lies, and the folder of real data."""

import os
from pathlib import Path

TINY = Path(__file__).with_name("tiny.yaml")
SHARED = Path(os.environ.get("VBG_SHARED", Path(__file__).parents[2] / "shared"))
"""Real museum data and weights; tests that need it are skipped where it is absent."""
