import re
import time

import pytest
from html_page import Page

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.record import Task
from vbg_framework.report.page import number, write_report

PERIOD = Task("period", classes=("Early Dynastic", "Old Kingdom", "New Kingdom", "Late Period"))
HOSTILE = Task("<script>alert(1)</script>", classes=('"><img src=x onerror=alert(1)>', "青釉", "$a$ & b", "x" * 120))
TAGS = Task("tags", multi_label=True, classes=("lotus", "dragon", "phoenix"))


def page(folder):
    html = write_report(folder).read_text(encoding="utf-8")
    return html, Page(html)


def test_the_report_of_a_run_says_what_matters(fabricate):
    folder = fabricate(PERIOD, name="porcelain")
    html, parsed = page(folder)
    assert write_report(folder) == folder / "report.html"
    text = " ".join(parsed.text)
    for expected in ("porcelain", "Always naming the most common class", "Macro F1", "Old Kingdom", "3 min 12 s"):
        assert expected in text
    for expected in (
        "vbg run porcelain --set train.steps=1000",
        "metric: macro_f1",
        "2.15.0",
        "3f8a90c1d2",
        "quarantined",
    ):
        assert expected in text
    assert html.count("<svg") == 3
    assert 1 <= len(parsed.all("img")) <= 24


@pytest.mark.parametrize("state", ["finished", "failed", "empty"])
def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script(fabricate, state):
    html, parsed = page(fabricate(PERIOD, HOSTILE, TAGS, state=state))
    for tag, attributes in parsed.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base"}
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith(("#", "data:image/png", "data:image/jpeg"))
    assert "@import" not in html
    assert "url(http" not in html
    assert any("default-src 'none'" in attributes.get("content", "") for attributes in parsed.all("meta"))


def test_class_names_and_catalogue_texts_are_shown_as_they_are(fabricate):
    html, parsed = page(fabricate(HOSTILE))
    assert "<script" not in html
    assert "<img src=x" not in html
    text = "".join(parsed.text)
    assert "<b>lotus</b> scrolls & a foliate rim" in text
    for name in (HOSTILE.name, *HOSTILE.classes):
        assert name in text


def test_a_run_that_did_not_finish_says_so_and_why(fabricate):
    for state, curves in (("failed", 2), ("empty", 0)):
        html, parsed = page(fabricate(PERIOD, state=state))
        text = " ".join(parsed.text)
        assert "This run is not finished" in text
        assert "the loss is not finite, got nan. Lower <learning_rate>." in text
        assert html.count("<svg") == curves


def test_every_picture_has_a_text_and_every_id_is_unique(fabricate):
    html, parsed = page(fabricate(PERIOD, TAGS))
    assert all(image["alt"] for image in parsed.all("img"))
    assert all(svg["role"] in {"img", "group"} and svg["aria-label"] for svg in parsed.all("svg"))
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert {"#" + each for each in ids} >= {link["href"] for link in parsed.all("a")}


def test_a_page_of_eighty_classes_stays_small_and_quick(fabricate):
    folder = fabricate(Task("subject", classes=tuple(f"category {i}" for i in range(80))), n=1000)
    start = time.perf_counter()
    html, parsed = page(folder)
    assert time.perf_counter() - start < 10
    assert len(html) < 1_000_000
    assert "category 79" in "".join(parsed.text)


def test_writing_again_gives_the_same_page(fabricate):
    folder = fabricate(PERIOD)
    assert write_report(folder).read_bytes() == write_report(folder).read_bytes()
    assert not list(folder.glob("*.partial"))


def test_a_folder_that_is_not_a_run_gets_a_clear_message(tmp_path):
    with pytest.raises(VBGError, match="no such file"):
        write_report(tmp_path)


def test_an_undefined_number_is_a_dash():
    assert (number(None), number(0.12345)) == ("—", "0.123")


def test_the_amounts_that_were_tried_and_the_kept_one_are_shown(fabricate):
    folder = fabricate(PERIOD)
    assert "Amounts of generated data" not in page(folder)[0]
    run = RunFolder(folder)
    tried = [
        {"amount": amount, "records": made, "loss": loss, "steps": 4, "seconds": 1.25}
        for amount, made, loss in ((0.0, 0, 0.91), (0.25, 1500, 0.87654), (1.0, None, 0.95))
    ]
    run.write_json(
        "metrics.json", run.read_json("metrics.json") | {"amounts": {"task": "<form>", "chosen": 0.25, "tried": tried}}
    )
    shown, _ = page(folder)
    assert all(
        each in shown for each in ("&lt;form&gt;", "1,500", "0.8765", "1.2 s", '0.25 <span class="meaning">kept')
    )
    assert shown.count('<span class="meaning">kept') == 1
