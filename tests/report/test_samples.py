import json
import re

import pytest
from generated_run import EVIL, add_generated

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Task
from vbg_framework.report.page import write_report
from vbg_framework.report.samples import generated

FORM = Task("form", classes=("bowl", "vase", "jar"))


@pytest.fixture
def folder(fabricate):
    return add_generated(fabricate(FORM))


def html(folder):
    return write_report(folder).read_text(encoding="utf-8")


def test_a_run_without_generated_records_has_no_such_section(fabricate):
    folder = fabricate(FORM)
    assert generated(folder) is None
    assert 'id="generated"' not in html(folder)


def test_rounds_are_told_in_numbers_and_words(folder):
    first, last = generated(folder)["rounds"]
    assert (first["asked"], first["generated"], first["kept"]) == (18, 18, 9)
    assert first["dropped"] == "2 blank, 4 not showing their class, 1 odd"
    assert (first["diversity"], first["labels"]) == (0.5, [{"task": "glaze", "claimed": 9, "confirmed": 6}])
    assert (first["score"], first["generate"], first["train"]) == (0.71, "12.3 s", "3 min 12 s")
    assert [row["name"] for row in first["classes"]] == ["bowl", "vase"]  # no jar was asked for
    assert first["classes"][1] == {
        "name": "vase", "asked": 6, "kept": 3, "dropped": "3 not showing their class, 1 odd", "recall": 0.625,
    }  # fmt: skip
    assert last["score"] is last["train"] is None


def test_what_fitting_and_generating_took_is_told(folder):
    path = folder / "metrics.json"
    metrics = json.loads(path.read_text())
    made = {"fit_seconds": 192.0, "fit_memory": 812.4, "fit_device": "CPU, 2 cores", "generate_seconds": 30.0,
            "seconds_per_1000": 24.5, "generate_device_memory": 2048.0}  # fmt: skip
    path.write_text(json.dumps({**metrics, "generated": made}))
    fit, generate = generated(folder)["costs"]
    assert (fit["seconds"], fit["thousand"], fit["memory"], fit["device"]) == (
        "3 min 12 s", None, "812 MiB", "CPU, 2 cores",
    )  # fmt: skip
    assert (generate["seconds"], generate["thousand"], generate["memory"]) == ("30.0 s", "24.5 s", "—")
    assert generate["device_memory"] == "2.0 GiB"
    assert "Generating, all rounds" in html(folder)


def test_a_run_whose_costs_nobody_measured_has_no_table_of_them(folder):
    assert generated(folder)["costs"] == []
    assert "Generating, all rounds" not in html(folder)


def test_samples_stand_beside_their_nearest_training_picture(folder):
    bowl, vase = generated(folder)["groups"]
    assert (bowl["name"], len(bowl["pictures"]), len(bowl["texts"])) == ("bowl", 8, 3)
    assert (vase["name"], len(vase["pictures"])) == ("vase", 6)
    first = bowl["pictures"][0]
    assert first["image"].startswith("data:image/jpeg;base64,")
    assert first["nearest"]["copied"]
    assert first["nearest"]["image"] != first["image"]
    assert not bowl["pictures"][1]["nearest"]["copied"]
    assert vase["pictures"][0]["nearest"] is None


def test_texts_and_names_cannot_inject_anything(folder):
    page = html(folder)
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert EVIL not in page
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)


def test_everything_is_on_the_page_once_and_the_page_stays_small(folder):
    page = html(folder)
    for words in (
        "Generated records",
        "18 generated records were kept",
        "near copy of",
        "0.031 ± 0.004",
        "4 not showing their class",
        "Losses of the augmenter",
        "step-5",
        "step-10",
        "step-100",
        "A note with",
        "form: a judge trained on real pictures sees the class asked for in 75%",
    ):
        assert words in page, words
    assert page.count("<details") - page.count('<details class="cell"') == 3
    assert len(page) < 1_500_000
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert page.index("step-5<") < page.index("step-10<") < page.index("step-100<")


def test_grids_are_in_order_of_their_numbers_first_middle_and_last(folder):
    assert [grid["name"] for grid in generated(folder)["grids"]] == ["step-5", "step-10", "step-100"]
    (folder / "augmenter" / "grids" / "step-20.png").write_bytes(b"broken")
    (folder / "augmenter" / "grids" / "step-30.png").write_bytes(b"broken")
    assert [grid["name"] for grid in generated(folder)["grids"]] == ["step-5", "step-100"]


@pytest.mark.parametrize("missing", ["synthetic", "quality.json", "augmenter", "synthetic/nearest.jsonl"])
def test_a_missing_part_is_left_out(folder, missing):
    (folder / missing).rename(folder / "away")
    page = html(folder)
    assert 'id="generated"' in page
    assert "Rounds" in page
    gone = {"synthetic": "Samples</h3>", "quality.json": "Quality of", "augmenter": "learnt</h3>"}
    assert gone.get(missing, "near copy of") not in page


def test_a_picture_outside_the_folder_or_broken_is_not_shown(folder):
    secret = folder / "secret.png"
    (folder / "synthetic" / "round-2" / "SYN_2_000000.png").rename(secret)
    path = folder / "synthetic" / "samples.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line, name in zip(lines, ("../secret.png", str(secret), "nearest", "gone.png"), strict=False):
        line["image"] = name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    pictures = generated(folder)["groups"][0]["pictures"]
    assert [bool(picture["image"]) for picture in pictures] == [False] * 4 + [True] * 4
    assert "no picture" in html(folder)


def test_losses_are_thinned_out_and_gaps_left_out(folder):
    plot = generated(folder)["losses"]
    assert plot.startswith("<svg")
    assert "generator from" in plot
    assert "discriminator from" in plot
    assert len(plot) < 60_000
    (folder / "augmenter" / "losses.jsonl").write_text('{"step": 1, "phase": "text"}\n')
    assert generated(folder)["losses"] is None


def test_many_classes_stay_readable(fabricate):
    folder = add_generated(fabricate(FORM), classes={f"class {i}": 2 for i in range(60)}, quality=False)
    groups = generated(folder)["groups"]
    assert sum(len(group["pictures"]) for group in groups) == 48
    assert len(html(folder)) < 1_500_000


def test_records_that_are_only_text_show_their_texts(folder):
    path = folder / "synthetic" / "samples.jsonl"
    lines = [{**json.loads(line), "image": None} for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [(g["name"], g["pictures"], len(g["texts"])) for g in generated(folder)["groups"]] == [
        ("bowl", [], 3), ("vase", [], 3),
    ]  # fmt: skip
    assert "Piece 1" in html(folder)


def test_a_broken_file_gets_a_clear_message(folder):
    (folder / "quality.json").write_text("{")
    with pytest.raises(VBGError, match=r"quality\.json: is damaged"):
        generated(folder)
