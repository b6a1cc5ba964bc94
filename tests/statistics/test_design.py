import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Design


def test_only_replicates_that_resplit_one_data_set_overlap():
    assert Design("resplit", n_train=800, n_test=100).overlap == 0.125
    assert [Design(kind, 800, 100).overlap for kind in ("independent", "fixed", "datasets")] == [0, 0, 0]


@pytest.mark.parametrize("sizes", [{}, {"n_train": 800}, {"n_test": 100}, {"n_train": 800, "n_test": -1}])
def test_resplitting_needs_the_sizes_of_both_splits(sizes):
    with pytest.raises(VBGError, match=r"^design: 'resplit' needs the sizes of both splits, got n_train="):
        Design("resplit", **sizes)


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(VBGError, match="unknown kind 'resplits'. Did you mean 'resplit'?"):
        Design("resplits")
