"""The page of records alike."""

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.similar import of_record, similar
from vbg_framework.runs.evidence.similar_page import write_similar
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


def test_the_page_shows_query_and_neighbours_and_escapes_what_was_typed(tiny_run, tmp_path):
    evidence = Evidence(FinishedRun(tiny_run, load_plugins()), Screen())
    one = evidence.ids[0]
    near = similar(evidence, of_record(evidence, one), without=one, count=3)
    page = write_similar(tmp_path / "out", one, evidence, near).read_text()
    assert page.count("<li>") == 3
    assert all(each.id in page for each in near)
    assert "<script" not in write_similar(tmp_path / "out", "<script>x", evidence, near).read_text()
