"""Where the registry of the smallest experiments lies."""

from pathlib import Path

TINY = Path(__file__).with_name("tiny.yaml")
