"""The experiment behind generated records."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.pool_home import resolved_pool


def test_a_run_gives_its_experiment_and_a_folder_without_one_is_refused(tiny_run, tmp_path):
    assert resolved_pool(tiny_run.path, load_plugins()).name == "tiny"
    with pytest.raises(VBGError, match="is no run and no folder of generated records"):
        resolved_pool(tmp_path, load_plugins())
