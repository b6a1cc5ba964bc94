"""What a model makes of records, asked once."""

import numpy as np
import pytest
import torch

from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.explanation.asking import Asking
from vbg_framework.runs.evidence.embedding import embed
from vbg_framework.runs.evidence.hearing import ANSWERS, FUSED, hear
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def evidence(tiny_run):
    return Evidence(FinishedRun(tiny_run, load_plugins()), Screen())


@pytest.fixture(scope="module")
def inputs(evidence):
    """Of 40 records, so that there are two batches; one lacks its text, one its picture."""
    kept = [dict(evidence.items[place]["inputs"]) for place in range(40)]
    whole = [place for place, each in enumerate(kept) if len(each) == 2]
    del kept[whole[0]]["text"], kept[whole[1]]["image"]
    return kept


def test_answers_with_some_inputs_are_those_of_records_that_have_no_others(evidence, inputs):
    model = evidence.finished.model
    heard = hear(model, evidence.ids[:40], inputs, Screen())
    for place in (0, 1, 35):
        asking = Asking(model, inputs[place])
        for team, answers in heard.answers.items():
            if here := sorted(team & inputs[place].keys()):
                for task, expected in asking.with_only(here).items():
                    np.testing.assert_allclose(answers[task][place], expected[0], atol=1e-5)


def test_vectors_are_those_of_the_encoders_and_what_the_head_reads(evidence, inputs):
    model = evidence.finished.model
    heard = hear(model, evidence.ids[:40], inputs, Screen()).embedding
    assert [*heard.vectors] == ["image", "text", FUSED, ANSWERS]
    alone = embed(model, evidence.items, Screen())
    whole = [place for place, each in enumerate(inputs) if each.keys() == evidence.items[place]["inputs"].keys()]
    for name in ("image", "text"):
        np.testing.assert_allclose(heard.vectors[name][whole], alone.vectors[name][whole], atol=1e-4)
    assert (heard.present["text"] == ["text" in each for each in inputs]).all()
    assert heard.present[FUSED].all()
    with torch.inference_mode():
        logits = model.model.classifier(torch.from_numpy(heard.vectors[FUSED]))
    expected = np.hstack([each.softmax(-1).numpy() for each in logits.values()])
    np.testing.assert_allclose(heard.vectors[ANSWERS], expected, atol=1e-5)
