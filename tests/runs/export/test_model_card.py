import copy
import dataclasses

import pytest
from markdown_it import MarkdownIt

from vbg_framework.runs.export.model_card import fenced, model_card

NASTY = "a|b <script>alert(1)</script> [x](javascript:1) ```\n# c"


@pytest.fixture
def changed(finished):
    """A run whose files may be changed."""
    other = copy.copy(finished)
    other.metrics, other.config = copy.deepcopy(finished.metrics), copy.deepcopy(finished.config)
    return other


def section(card, heading):
    return card.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_the_numbers_are_those_of_the_run(finished):
    card, found = model_card(finished, use="predict"), finished.metrics["test"]["form"]
    assert f"| Macro F1 | {found['macro_f1']:.3f} |" in card
    assert f"of {found['n']} test records (10 classes)" in card
    training, bowl = finished.metrics["data"]["classes"]["form"]["bowl"], found["per_class"]["bowl"]
    assert f"| bowl | {training} | {bowl['support']} | {bowl['precision']:.3f} |" in card


def test_data_seeds_and_versions_are_named(finished):
    data, training = (section(model_card(finished, use="predict"), name) for name in ("Data", "Training"))
    assert finished.environment["data_fingerprint"] in data
    counts = finished.metrics["data"]["counts"]
    assert (
        f"{counts['train']} for training, {counts['validation']} for validation, {counts['test']} for the test" in data
    )
    assert f"CC0-1.0 {finished.prepared.info['records']}" in data
    assert "Seed of the run: 42. Steps: 12" in training
    assert f"torch {finished.environment['packages']['torch']}" in training


def test_confidence_and_limits_come_from_the_run(finished):
    card = model_card(finished, use="predict")
    least = finished.metrics["confidence"]["form"]["least"]
    assert f"- form: logits are divided by 1.000; prediction sets hold the classes of probability {least:.3f}" in card
    assert "fewer than 10 real training records of vase, bowl" in section(card, "Limits")


def test_a_temperature_that_was_not_learnt_is_explained(changed):
    changed.metrics["confidence"]["form"]["note"] = "validation too easy"
    assert "- form: logits are divided by 1.000 (validation too easy); pred" in model_card(changed, use="predict")


def test_generated_records_are_counted_and_called_so(changed):
    assert "None. The model learnt from real records only." in model_card(changed, use="predict")
    changed.resolved = dataclasses.replace(
        changed.resolved, parts=changed.resolved.parts | {"augmenter": changed.resolved.parts["data"]}
    )
    assert "None was added. The augmenter mini\\_museum was in use" in model_card(changed, use="predict")
    changed.metrics["generated"] = {"records": 7, "used_round": 2}
    changed.rounds = [{"round": 1, "kept": {"bowl": 9}}, {"round": 2, "kept": {"bowl": 3, "vase": 4, "jar": 0}}]
    told = section(model_card(changed, use="predict"), "Generated records")
    assert "7 records that the augmenter mini\\_museum made (bowl 3, vase 4)" in told
    assert "No object stands\nbehind such a record" in told


def test_text_from_data_cannot_act(changed):
    found = changed.metrics["test"]["form"]
    found["per_class"] = {NASTY if name == "bowl" else name: value for name, value in found["per_class"].items()}
    classes = changed.metrics["data"]["classes"]["form"]
    changed.metrics["data"]["classes"]["form"] = {NASTY if n == "bowl" else n: count for n, count in classes.items()}
    changed.config["experiment"]["text"]["fields"] = [NASTY]
    tokens = MarkdownIt("commonmark").enable("table").parse(model_card(changed, use="predict"))
    assert [token.content for token in tokens if token.type == "html_block"] == []
    children = [child for token in tokens for child in token.children or ()]
    assert not [child for child in children if child.type in ("html_inline", "link_open")]
    assert len([token for token in tokens if token.type == "fence"]) == 3
    shown = ["".join(c.content for c in token.children) for token in tokens if token.type == "inline"]
    assert " ".join(NASTY.split()) in shown  # one cell, as it is


def test_nothing_ends_a_block_of_code_early():
    assert fenced("a\n````\nb\n", "yaml") == "`````yaml\na\n````\nb\n`````"
    assert fenced("a", "bash") == "```bash\na\n```"


def test_each_form_says_how_it_is_used(finished):
    assert "onnxruntime.InferenceSession" in section(model_card(finished, use="onnx"), "Use")
    assert "vbg predict path/to/this/folder" in section(model_card(finished, use="predict"), "Use")
