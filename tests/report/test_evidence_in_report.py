"""The section of a report on what answers rest on."""

import json
import shutil

import pytest
from html_page import Page

from vbg_framework.base.publication import write_json
from vbg_framework.report.evidence import FILE, Example, Kept, OfTask, Share, evidence, kept, key
from vbg_framework.report.feature_map import Alike, FeatureMap, Panel, Point
from vbg_framework.report.page import write_report

HOSTILE = '"><script>alert(1)</script>'
IMAGE = "data:image/jpeg;base64,/9j/4A=="


@pytest.fixture
def folder(tiny_run, tmp_path):
    return shutil.copytree(tiny_run.path, tmp_path / "tiny" / "run")


def filled(folder, attention=IMAGE, word=HOSTILE):
    example = Example(
        id=HOSTILE, true="vase", predicted=HOSTILE, confidence=0.7, explained="bowl", probability=0.6, plain=IMAGE,
        heat=IMAGE, most=0.25, attention=attention, text=True, words=[(word, 0.12)], read=[(word, 0.3)],
    )  # fmt: skip
    share = Share(
        name=HOSTILE, records=4, prior=0.3, inputs={"image": [0.2, 0.1, 0.3], "text": [-0.1]}, probability=0.4
    )
    faithful = {"regions": "Nobody measured it.", "words": "Nobody measured it."}
    task = OfTask(name="form", classes=2, examples=[example], shares=[share], faithful=faithful)
    points = [Point(id=HOSTILE, part=part, labels={"form": [HOSTILE]}, image=IMAGE) for part in ("train", "test")]
    alike = Alike(records=9, share=0.75, low=0.5, high=0.9, chance=0.25)
    panel = Panel(name=HOSTILE, numbers=3, places=[[0.1, 0.2], None], held=0.5, alike={"form": alike})
    made = Kept(key=key(folder), seconds=1.5, explained=1, full=0.1, tasks=[task], left=[HOSTILE],
                map=FeatureMap(layout="pca", points=points, panels=[panel]))  # fmt: skip
    write_json(folder / FILE, made)
    return made


def page(folder):
    html = write_report(folder).read_text(encoding="utf-8")
    return html, Page(html)


def test_a_report_without_evidence_names_the_command_that_makes_it(folder):
    assert "vbg report tiny/run --evidence" in page(folder)[0]
    shutil.rmtree(folder / "model")
    assert evidence(folder, "tiny/run") is None


def test_the_section_shows_what_was_made_and_escapes_what_comes_from_data(folder):
    filled(folder)
    html, parsed = page(folder)
    text = " ".join(" ".join(parsed.text).split())
    assert "<script" not in html
    for said in (
        "+0.20",
        "+0.10 to +0.30",
        "-0.10",
        "0.75 (0.25)",
        "0.50 to 0.90, 9 objects",
        "-0.25",
        "-0.12",
        "30 %",
    ):
        assert said in text
    assert "holds 50 % of their variance" in text
    assert all(image.get("alt") for image in parsed.all("img"))
    dots = [each for each in parsed.all("i") if "title" in each]
    assert [each["title"] for each in dots] == [f"{HOSTILE} · train · form: {HOSTILE}"]
    assert text.count("Nobody measured it.") == 1


def test_where_the_fusion_shows_no_attention_the_page_says_so(folder):
    filled(folder, attention=None)
    assert "no attention between words and regions" in page(folder)[0]


def test_evidence_of_another_model_or_other_answers_is_not_shown(folder):
    filled(folder)
    assert kept(folder)[0] is not None
    (folder / "predictions.parquet").write_bytes(b"others")
    assert kept(folder) == (None, "belong to another model or to other answers")


@pytest.mark.parametrize("damage", ["{", "{}", None])
def test_damaged_evidence_is_said_and_the_report_goes_on(folder, damage):
    made = filled(folder)
    made["map"]["points"][0]["image"] = "data:image/jpeg;base64,AA) } body {"
    (folder / FILE).write_text(damage or json.dumps(made))
    html, _ = page(folder)
    assert "cannot be read" in html
    assert "is damaged" in html
