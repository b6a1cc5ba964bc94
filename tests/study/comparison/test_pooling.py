"""Studies of several collections as one answer."""

import numpy as np
import pytest
from study.small_study import make_study, plan

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import pool
from vbg_framework.statistics.interval import standard_error
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.pooling import lacking, pool_studies, table
from vbg_framework.study.comparison.results import gather


def studied(root, name, data, **changes):
    """A finished study of a collection of its own."""
    folder = make_study(root / name, plan(**changes))
    for file in folder.path.glob("runs/*/*/environment.json"):
        file.write_text(file.read_text().replace("3f8a90", data))
    return gather(folder)


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    root = tmp_path_factory.mktemp("studies")
    return {name: studied(root, name, f"data of {name}") for name in ("boston", "oslo")}


def test_the_effects_of_every_arm_are_pooled_with_their_errors(studies):
    rows = {(row.arm, row.control): row for row in pool_studies(studies)}
    analyses = [analyse(results) for results in studies.values()]
    compared = [each.answer("copies", "gan", "form") for each in analyses]
    values = [np.array([*each.values.values()]) for each in compared]
    errors = [standard_error(v, a.design.overlap) for v, a in zip(values, analyses, strict=True)]
    row = rows["gan", "duplicate-gan"]
    assert row.pooled == pool([v.mean() for v in values], errors)
    assert [*row.means] == ["boston", "oslo"]
    assert row.p_holm >= row.pooled.p
    assert rows["label-noise", "none"].pooled.mean < 0


def test_the_table_gives_a_column_to_every_collection(studies):
    header, cells = table(pool_studies(studies), studies)
    assert header[2:5] == ["boston", "oslo", "pooled"]
    assert {len(row) for row in cells} == {len(header)}


def test_two_studies_of_the_same_data_are_refused(tmp_path, studies):
    again = studied(tmp_path, "again", "data of oslo", replicates=2)
    with pytest.raises(VBGError, match="measured the same data"):
        pool_studies({**studies, "again": again})


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"alpha": 0.01}, "different values of `alpha`"), ({"split": "fixed"}, "one test split for all replicates")],
)
def test_what_does_not_go_together_is_refused(tmp_path, studies, changes, message):
    other = studied(tmp_path, "other", "data of other", replicates=2, **changes)
    with pytest.raises(VBGError, match=message):
        pool_studies({"boston": studies["boston"], "other": other})


def test_one_study_is_no_pool(studies):
    with pytest.raises(VBGError, match="needs two studies or more, got 1"):
        pool_studies({"boston": studies["boston"]})


def test_a_study_that_is_not_whole_is_named(tmp_path, studies):
    folder = make_study(tmp_path, plan(replicates=2), leave_out=[("gan", 2)])
    assert [*lacking({**studies, "part": gather(folder)})] == [
        "part: 1 of 12 runs do not count (missing, failed or a gate)."
    ]
