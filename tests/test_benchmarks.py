"""Benchmarks at their smallest size, or they would rot."""

import runpy
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_planted_label_errors_are_counted(tiny_run, monkeypatch, capsys):
    given = [str(tiny_run.path), "--seeds", "1", "--shares", "0.2"]
    monkeypatch.setattr(sys, "argv", ["doubt.py", *given])
    runpy.run_path(str(BENCHMARKS / "doubt.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert "1 seeds" in said[0]
    assert said[-1].startswith("0.2 | ")
