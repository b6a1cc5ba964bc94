"""A record as pages show it."""

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.shown import shown
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


def test_a_record_without_a_picture_has_none(tiny_run):
    evidence = Evidence(FinishedRun(tiny_run, load_plugins()), Screen())
    for place, one in enumerate(evidence.ids[:12]):
        there = evidence.items.read("image", place) is not None
        assert (shown(evidence, one)["image"] is not None) == there
        assert not there or shown(evidence, one)["image"].startswith("data:image/jpeg;base64,")
