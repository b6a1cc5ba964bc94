"""Keeping diffusers quiet: what matters is raised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from diffusers.utils import logging

from vbg_framework.toolkit import quiet


@contextmanager
def silent() -> Iterator[None]:
    """No progress bars and no reports of diffusers and transformers."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with quiet():
            yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
