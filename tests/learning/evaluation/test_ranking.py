import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from vbg_framework.learning.evaluation.ranking import average_precision_and_auc

pairs = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]) | st.floats(0, 1)), min_size=1)


@given(pairs)
@settings(max_examples=200, deadline=None)
def test_it_equals_scikit_learn_also_with_equal_scores(items):
    truth, scores = (np.array(column) for column in zip(*items, strict=True))
    result = average_precision_and_auc(truth, scores)
    if truth.all() or not truth.any():
        assert result == (None, None)
    else:
        assert result == pytest.approx((average_precision_score(truth, scores), roc_auc_score(truth, scores)))


def test_it_counts_the_pairs_in_the_right_order():
    truth, scores = np.array([True, False, True, False, False]), np.array([0.9, 0.8, 0.7, 0.7, 0.1])
    pairs = [(p > q) + (p == q) / 2 for p in scores[truth] for q in scores[~truth]]
    assert average_precision_and_auc(truth, scores)[1] == pytest.approx(sum(pairs) / len(pairs))
