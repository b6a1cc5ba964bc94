"""The experiment that made generated records."""

from __future__ import annotations

from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.run_folder import CONFIG, RunFolder
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Resolved, resolve
from vbg_framework.runs.augment import ABOUT
from vbg_framework.runs.start import recorded


def resolved_pool(pool: Path, plugins: Plugins) -> Resolved:
    """The experiment of a pool.

    Args:
        pool: folder of a run, or of `vbg augment`.
        plugins: the installed plugins.

    Raises:
        VBGError: it is neither.
    """
    if (pool / CONFIG).is_file():
        return recorded(RunFolder(pool), plugins)
    if (pool / ABOUT).is_file():
        options = read_json(pool / ABOUT, dict)["experiment"]
        return resolve(pool.name, options, plugins, str(pool / ABOUT))
    fix = "Name a finished run with an augmenter, or the folder of `vbg augment`."
    raise VBGError(str(pool), "is no run and no folder of generated records", fix)
