"""A study on Ray. With one core per run, as here with OMP_NUM_THREADS=1, the numbers are the same."""

import builtins
import os

import pytest
from tiny import TINY

from vbg_framework.cli import main
from vbg_framework.errors import VBGError
from vbg_framework.study.folder import list_studies
from vbg_framework.study.ray_engine import OnRay


def test_without_ray_the_message_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest, **more):
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(VBGError, match=r"--engine ray: Ray is not installed. Install it with: pip install"):
        OnRay(None, 1, [])


def test_a_study_runs_on_ray_as_it_runs_here(tmp_path):
    pytest.importorskip("ray")
    for name, more in (("here", []), ("ray", ["--engine", "ray", "--jobs", str(os.cpu_count())])):
        given = ["--registry", str(TINY), "--studies", str(tmp_path / name), "--set", "replicates=1"]
        assert main(["compare", "tiny-study", *given, *more]) == 0
    here, there = (list_studies(tmp_path / name)[0] for name in ("here", "ray"))
    for trial in here.plan().trials():
        tests = [folder.run(trial).read_json("metrics.json")["test"] for folder in (here, there)]
        assert tests[0] == tests[1]
