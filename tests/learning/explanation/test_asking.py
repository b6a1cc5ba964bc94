"""A model is asked about changed copies as if each were a record of its own."""

import numpy as np
import pytest

import vbg_framework
from vbg_framework.learning.explanation.asking import Asking


@pytest.fixture(scope="module")
def model(tiny_run):
    return vbg_framework.load(tiny_run)


def test_copies_get_the_answers_they_would_get_as_records(model, vbg_records):
    task = next(iter(model.tasks))
    given = next(each for each in vbg_records() if {"image", "text"} <= set(model.reading(each).inputs))
    inputs = model.reading(given).inputs
    asking = Asking(model, inputs)

    def slow(changed):
        return model.answers(model.batch([changed]))[task][0, 1]

    texts = ["a jug", "a bowl with a wide rim", inputs["text"]]
    assert np.allclose(
        asking.with_items("text", texts)[task][:, 1], [slow({**inputs, "text": each}) for each in texts], atol=1e-5
    )
    assert asking.with_only(["text"])[task][0, 1] == pytest.approx(slow({"text": inputs["text"]}), abs=1e-6)
    assert asking.with_only(list(inputs))[task][0, 1] == pytest.approx(slow(inputs), abs=1e-6)
