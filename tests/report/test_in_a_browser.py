"""Pages in a real browser: nothing serious for axe-core, in light and dark colours, and no page wider than a window."""

import shutil
from dataclasses import replace

import pytest
from browser import browser, looked_at

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.explanation.explanation import explain
from vbg_framework.learning.explanation.links import links
from vbg_framework.report.explanations import write_explanation
from vbg_framework.report.page import write_report
from vbg_framework.report.review_form import write_form
from vbg_framework.runs.evidence.doubt import doubts, outliers
from vbg_framework.runs.evidence.doubt_files import write_files
from vbg_framework.runs.evidence.for_report import write_evidence
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.similar import of_record, similar
from vbg_framework.runs.evidence.similar_page import write_similar
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen

pytestmark = pytest.mark.skipif(browser() is None, reason="needs Chromium")
NARROW, WIDE = 390, 1280


@pytest.fixture(scope="module")
def pages(tiny_run, tmp_path_factory):
    """Name -> HTML of each page about a run."""
    out = tmp_path_factory.mktemp("pages")
    evidence = Evidence(FinishedRun(tiny_run, load_plugins()), Screen())
    model, one = evidence.finished.model, evidence.ids[0]
    record = evidence.items.record(0)
    inputs, near = model.reading(record).inputs, similar(evidence, of_record(evidence, one), without=one, count=3)
    result = [replace(each, beyond=0.995) for each in explain(model, record, ["form"])]
    faithful = {"form": {"regions": "Not measured.", "words": "Not measured."}}
    tasks = [doubts(evidence, evidence.items.tasks[0])]
    files = {
        "why": write_explanation(out, result, inputs.get("image"), [], "run", faithful, links(model, inputs)),
        "similar": write_similar(out, one, evidence, near),
        "doubts": write_files(out, "run", evidence, tasks, outliers(evidence, 3)),
        "report": tiny_run.path / "report.html",
        "evidence": with_evidence(shutil.copytree(tiny_run.path, out / "run")),
        "review": write_form(out, "abc", "form", [form_item(evidence, place) for place in (0, 1)]),
    }
    return {name: file.read_text() for name, file in files.items()}


def with_evidence(folder):
    """The report that shows what answers rest on."""
    write_evidence(Evidence(FinishedRun(RunFolder(folder), load_plugins()), Screen()), Screen())
    return write_report(folder)


def form_item(evidence, place):
    inputs = evidence.items.record(place).inputs
    return {"number": place + 1, "name": "cup", "image": inputs.get("image"), "text": inputs.get("text", {})}


@pytest.mark.parametrize("name", ["why", "similar", "doubts", "report", "evidence", "review"])
def test_a_page_has_no_serious_fault_and_fits(pages, name, tmp_path):
    seen = looked_at(pages[name], tmp_path)
    assert seen["serious"] == []
    assert seen["wide"][0] <= WIDE
    assert seen["wide"][1] <= NARROW


def test_words_and_regions_are_there_and_dark_colours_can_be_read(pages, tmp_path):
    assert 'id="links"' in pages["why"]
    assert "Unlike all training objects" in pages["why"]
    assert ".linked:has(#w0:is(:hover, :focus)) #m0" in pages["why"]
    assert "<script" not in pages["why"]
    for name in ("why", "evidence"):
        assert looked_at(pages[name], tmp_path, dark=True)["serious"] == []


def test_faults_are_found(tmp_path):
    wide = '<img src="data:,"><p style="width:900px">x</p>'
    faulty = f'<html lang="en"><title>x</title><body><main>{wide}</main></body></html>'
    seen = looked_at(faulty, tmp_path)
    assert "image-alt" in {name for _, name, _ in seen["serious"]}
    assert seen["wide"][1] > NARROW
