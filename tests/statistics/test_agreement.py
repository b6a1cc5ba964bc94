"""Krippendorff's alpha against the worked examples of his paper."""

import pytest

from vbg_framework.statistics.agreement import krippendorff_alpha

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), examples A, B and C; a dot is missing.
PUBLISHED = [
    (["0100000010", "1110010000"], 0.095),
    (["aabbdcccedda", "babbbccceddd"], 0.692),
    (["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),
]


@pytest.mark.parametrize(("observers", "alpha"), PUBLISHED)
def test_published_examples_come_out(observers, alpha):
    units = [[answer for answer in unit if answer != "."] for unit in zip(*observers, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=0.0005)


def test_it_is_one_for_agreement_and_undefined_without_differences():
    assert krippendorff_alpha(["aa", "bbb", "c"]) == 1
    assert krippendorff_alpha(["aa", "aaa"]) is None
    assert krippendorff_alpha(["a", ""]) is None
