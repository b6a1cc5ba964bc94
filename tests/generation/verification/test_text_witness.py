"""The witness of texts."""

import numpy as np

from vbg_framework.generation.verification.texts import TextWitness


def test_it_tells_classes_by_their_words_and_knows_what_lies_apart():
    witness = TextWitness()
    x = witness.represent([{"title": "white bowl"}, {"title": "blue bowl"}, {"note": "tall vase"}, "a vase of clay"])
    labels = {"form": np.eye(2)[[0, 0, 1, 1]], "kiln": np.array([[1.0], [0], [0], [0]])}
    features, answers = witness.learn(x, labels, 0)(witness.represent(["bowl", "vase", ""]))
    assert features.shape[0] == 3
    assert answers["form"].argmax(1)[:2].tolist() == [0, 1]
    assert np.allclose(answers["form"].sum(1), 1)
    assert answers["kiln"].tolist() == [[1.0]] * 3  # one class only
