import json
import re

import pytest
from html_page import Page
from small_study import fail_gate, make_study, plan, real_study

from vbg_framework.contracts.record import Task
from vbg_framework.study.comparison.deviations import deviations
from vbg_framework.study.comparison.expenses import SHARE
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.publish import summary_text, write_study_report

ARMS = ("none", "gan", "duplicate-gan", "label-noise")
EVIL = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "青釉", "$a$ | `b`")


def page(folder):
    html = (folder.path / "report.html").read_text(encoding="utf-8")
    return html, Page(html)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = make_study(tmp_path_factory.mktemp("publish"), plan(ARMS, 5), pictures=True)
    fail_gate(folder, Trial("gan", 2))
    return folder, write_study_report(folder)


def test_it_writes_results_summary_and_both_reports(study):
    folder, summary = study
    for name in ("results.parquet", "summary.json", "REPORT.md", "report.html"):
        assert (folder.path / name).stat().st_size > 500
    assert not list(folder.path.glob("*.partial"))
    said = json.loads((folder.path / "summary.json").read_text())
    assert said["verdict"] == summary.verdict
    assert said["plan_hash"] == folder.plan().hash
    mean = summary.analysis.answer("copies", "gan", "form").difference.mean
    assert said["primary"][0]["arms"][0]["difference"]["mean"] == mean


def test_the_page_is_complete_and_needs_nothing_else(study):
    folder, summary = study
    html, parsed = page(folder)
    text = " ".join(" ".join(parsed.text).split()).replace("\u00a0", " ")
    assert summary.verdict in text
    for section in ("comparison", "metrics", "classes", "cost", "share", "pictures", "gates", "plan", "environment"):
        assert ("section", {"id": section}) in parsed.tags
    links = {found["href"] for tag, found in parsed.tags if tag == "a"}
    ids = {found["id"] for _, found in parsed.tags if "id" in found}
    assert {link.removeprefix("#") for link in links} <= ids
    assert not re.findall(r'(?:src|href)="(?!data:|#)', html)
    assert "script" not in {tag for tag, _ in parsed.tags}
    assert all(found.get("alt") for tag, found in parsed.tags if tag == "img")


def test_the_page_names_what_was_not_as_planned(study):
    text = " ".join(page(study[0])[1].text)
    assert "gan: failed a gate and not counted: replicate 2" in text
    assert "needs 8 data sets or more, got 1" in text


def test_the_screen_shows_verdict_comparisons_and_where_the_report_lies(study):
    folder, summary = study
    lines = summary_text(folder).splitlines()
    assert lines[0] == summary.verdict
    assert lines[2].startswith("gan - duplicate-gan: +")
    assert lines[-1] == f"Report {folder.path / 'report.html'}"


def test_the_screen_says_where_there_was_nothing_to_judge(tmp_path):
    folder = make_study(tmp_path, plan(ARMS[:3], 1), leave_out={("duplicate-gan", 1)})
    write_study_report(folder)
    assert "gan - duplicate-gan: not judged, no pair" in summary_text(folder)


def test_writing_again_changes_nothing(study):
    folder, summary = study
    before = {name: (folder.path / name).read_bytes() for name in ("summary.json", "REPORT.md", "report.html")}
    assert write_study_report(folder) == summary
    assert before == {name: (folder.path / name).read_bytes() for name in before}


def test_a_study_with_no_run_at_all_gets_a_report(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1), leave_out={(name, 1) for name in ARMS})
    assert "nothing to compare yet" in write_study_report(folder).verdict
    assert "No run has come to its gates yet." in " ".join(page(folder)[1].text)
    assert "nothing to compare yet" in summary_text(folder)


def test_names_from_data_are_only_text(tmp_path):
    folder = make_study(tmp_path, plan(ARMS[:3], 2), tasks=(Task("form", classes=EVIL),))
    fail_gate(folder, Trial("none", 1), EVIL[0])
    write_study_report(folder)
    html, parsed = page(folder)
    assert not {"script", "iframe"} & {tag for tag, _ in parsed.tags}
    assert "onerror" not in {name for _, found in parsed.tags for name in found}
    assert "<script" not in html + (folder.path / "REPORT.md").read_text()
    assert "青釉" in html


def test_runs_that_were_really_run_get_a_report_without_deviations(tmp_path):
    folder = real_study(tmp_path)
    results = gather(folder)
    assert len(results.runs) == 6
    assert deviations(results) == []
    assert 0 < results.mean("gan", SHARE) < 1
    summary = write_study_report(folder)
    assert summary.analysis.answer("copies", "gan", "form").difference.pairs == 2
    (text,) = [line for line in summary_text(folder).splitlines() if line.startswith("gan - duplicate-gan")]
    assert "points" in text
    assert "Samples of every class" in " ".join(page(folder)[1].text)
