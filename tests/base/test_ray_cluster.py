"""Ray on this machine, or a cluster."""

import builtins
import os
from pathlib import Path

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.ray_cluster import RayCluster, first_line, go_to


def test_without_ray_the_message_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest, **more):
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(VBGError, match=r"--engine ray: Ray is not installed. Install it with: pip install"):
        RayCluster(None, 1)


def test_a_worker_stays_where_it_is_if_its_machine_lacks_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    go_to(Path("absent"))
    assert os.getcwd() == str(tmp_path)


def test_an_error_without_words_is_called_by_its_type():
    assert first_line(ValueError("gone.\nmore")) == "gone"
    assert first_line(TimeoutError()) == "TimeoutError"
