"""The page for a director: what it says, and that it is one page."""

import io
import json
import re
import shutil
import subprocess
from base64 import b64decode

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from browser import browser, looked_at
from html_page import Page
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Task
from vbg_framework.data.preparation.cache import prepared_before
from vbg_framework.report.director import write_director

PERIOD = Task("period", classes=("Early Dynastic", "Old Kingdom", "New Kingdom", "Late Period"))
LONG = Task("<b>" + "long " * 20, classes=tuple(f"{'<i>word ' * 30}{n}" for n in range(4)))
TAGS = Task("tags", multi_label=True, classes=("lotus", "dragon", "phoenix"))


def said(path):
    html = path.read_text(encoding="utf-8")
    body = Page(html).text
    style = next(n for n, text in enumerate(body) if ":root" in text)
    return html, " ".join(" ".join(body[style + 1 :]).split())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("task", [PERIOD, LONG], ids=["short", "long"])
def test_it_has_fewer_than_150_words_and_three_answers_of_each_kind(fabricate, task, language):
    html, text = said(write_director(fabricate(task), language))
    words = [word for word in text.split() if re.search(r"\w", word)]
    assert len(words) < 150 or task is LONG
    assert html.count("<li>") == 6
    assert f'lang="{language}"' in html
    assert "<i>" not in html


def test_its_figures_are_those_of_the_run(fabricate):
    folder = fabricate(PERIOD)
    table = pq.read_table(folder / "predictions.parquet").to_pylist()
    known = [row for row in table if row["period"]]
    right = np.array([row["period"] == row["period_predicted"] for row in known])
    sure = np.array([max(row["period_probabilities"]) for row in known])
    _, text = said(write_director(folder))
    assert f"about {len(known)} records" in text
    assert f"Right answers: {100 * right.mean():.0f} of 100" in text
    limit, share, below, above = map(
        int,
        re.search(r"at most (\d+) % sure \((\d+) of 100\): (\d+) of 100 are right; of all others (\d+)", text).groups(),
    )
    doubtful = sure <= limit / 100
    expected = doubtful.mean(), right[doubtful].mean(), right[~doubtful].mean()
    assert [share, below, above] == [round(100 * value) for value in expected]
    assert doubtful.mean() >= 0.2
    assert "Computing time: 3 min." in text


def test_a_run_without_results_or_without_a_task_of_one_label_is_refused(fabricate, tmp_path):
    with pytest.raises(VBGError, match="is not finished, and has no results yet"):
        write_director(fabricate(PERIOD, state="failed"))
    with pytest.raises(VBGError, match="no tested task with one label per record"):
        write_director(fabricate(TAGS, name="tags"))


def test_right_and_wrong_answers_are_shown_with_the_pictures_of_their_records(tiny_run, tmp_path):
    folder = tmp_path / "tiny" / "copy"
    shutil.copytree(tiny_run.path, folder, ignore=shutil.ignore_patterns("checkpoints", "model"))
    parts = write_director(folder).read_text(encoding="utf-8").split("<h2>")[3:5]
    table = prepared_before(tiny_run.environment()["data_fingerprint"]).table.data
    stored = {row["id"]: small(row["image"]["bytes"]) for row in table.select(["id", "image"]).to_pylist()}
    answers = {row["id"]: row for row in pq.read_table(tiny_run.path / "predictions.parquet").to_pylist()}
    for part, right in zip(parts, (True, False), strict=True):
        shown = re.findall(r'<img src="data:image/\w+;base64,([^"]+)" alt="[^"]*\b(mm-[\w-]+)[^"]*"', part)
        assert len(shown) == part.count("<li>") > 0
        for picture, name in shown:
            near = min(stored, key=lambda other: np.abs(stored[other] - small(b64decode(picture))).mean())
            assert near == name
            assert (answers[name]["form"] == answers[name]["form_predicted"]) == right


def small(picture):
    """(8, 8, 3) colours."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB").resize((8, 8)), float)


@pytest.mark.skipif(browser() is None, reason="needs Chromium")
def test_it_is_one_page_of_paper_fits_a_telephone_and_has_no_serious_fault(fabricate, tmp_path):
    path = write_director(fabricate(LONG), "de")
    paper = tmp_path / "page.pdf"
    command = [
        browser(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'user'}",
        "--no-pdf-header-footer",
    ]
    subprocess.run([*command, f"--print-to-pdf={paper}", path.as_uri()], capture_output=True, timeout=120, check=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 1
    seen = looked_at(path.read_text(encoding="utf-8"), tmp_path)
    assert seen["serious"] == []
    assert seen["wide"][1] <= 390


def test_it_names_what_is_read_once_and_all_records_that_were_learnt_from(fabricate):
    folder = fabricate(PERIOD)
    counts = json.loads((folder / "metrics.json").read_text())["data"]["counts"]
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["experiment"]["encoders"] = {
        "image": {"type": "vit"},
        "image-mobile": {"type": "timm"},
        "text": {"type": "tfidf"},
    }
    config["experiment"]["train"]["folds"] = 5
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    _, text = said(write_director(folder))
    assert "From picture and catalogue text of an object" in text
    assert f"It learnt from {counts['train'] + counts['validation']:,} records" in text
