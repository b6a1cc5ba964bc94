import json

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.feature_extraction.text import TfidfVectorizer
from vbg_tfidf import TfidfConfig
from vbg_tfidf.encoder import TfidfEncoder

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.features.frozen import says_the_same

TEXTS = [
    "Shallow bowl, blue glaze",
    "Tall vase with a green glaze",
    "A bowl, a bowl, and another bowl",
    "景德鎮窯 vase",
]


@pytest.fixture
def encoder(tmp_path):
    def make(texts=TEXTS, **options):
        config = TfidfConfig(**{"min_df": 1, **options})
        TfidfEncoder.prepare(config, iter(texts), tmp_path, seed=0)
        return TfidfEncoder(config, assets=tmp_path)

    return make


def features(encoder, texts):
    return encoder(encoder.processor(False)(texts))


@pytest.mark.parametrize(
    ("options", "theirs"),
    [
        ({}, {}),
        ({"ngram_range": [1, 2], "sublinear": True}, {"ngram_range": (1, 2), "sublinear_tf": True}),
        ({"analyzer": "char_wb", "ngram_range": [2, 4]}, {"analyzer": "char_wb", "ngram_range": (2, 4)}),
        ({"min_df": 2}, {"min_df": 2}),
        ({"max_features": 3}, {"max_features": 3}),
    ],
)
def test_it_equals_scikit_learn(encoder, options, theirs):
    made = encoder(**options)
    reference = TfidfVectorizer(strip_accents="unicode", **theirs).fit(TEXTS)
    asked = [*TEXTS, "", "an unseen bowl"]
    expected = reference.transform(asked).toarray()
    found = features(made, asked)
    np.testing.assert_allclose(found.pooled.numpy(), expected, atol=1e-6)
    assert made.dim == expected.shape[1]
    assert torch.equal(found.tokens[:, 0], found.pooled)
    assert found.mask.all()


def test_it_counts_as_frozen_so_that_it_is_asked_once(encoder):
    assert says_the_same(encoder())


def test_what_it_learnt_is_readable(encoder, tmp_path):
    encoder(min_df=2)
    learnt = json.loads((tmp_path / "terms.json").read_text())
    assert learnt["terms"] == ["bowl", "glaze", "vase"]
    assert [path.name for path in tmp_path.iterdir()] == ["terms.json"]


def test_a_hidden_label_is_not_the_word_mask(encoder):
    made = encoder(["a funerary mask", "a funerary [MASK]"])
    assert features(made, ["[MASK]"]).pooled.count_nonzero() == 0
    assert features(made, ["mask"]).pooled.count_nonzero() == 1


@pytest.mark.parametrize("texts", [[], ["", "a b c"], TEXTS])
def test_without_any_term_it_says_what_to_do(encoder, texts):
    with pytest.raises(VBGError, match=r"no term of the training texts is in 9 of them or more. Set a smaller"):
        encoder(texts, min_df=9)


def test_a_range_the_wrong_way_round_is_refused():
    with pytest.raises(ValidationError, match=r"must be \[shortest, longest\], got \[3, 2\]"):
        TfidfConfig(ngram_range=[3, 2])
