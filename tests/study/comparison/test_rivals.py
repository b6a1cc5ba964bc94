import pyarrow.parquet as pq
import pytest
from study.small_study import make_runs

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.study.comparison.rivals import rivalries


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = make_runs(tmp_path_factory.mktemp("rivals"), {"none": 0.4, "gan": 0.9}, replicates=1)
    return RunFolder(root / "none" / "id-1"), RunFolder(root / "gan" / "id-1")


def test_the_better_run_is_told_from_the_worse(runs):
    weak, strong = runs
    (gain,), (loss,) = rivalries(weak, strong), rivalries(strong, weak)
    assert gain.interval.low > 0 > loss.interval.high
    assert (gain.is_worse, loss.is_worse) == (False, True)
    assert gain.difference == pytest.approx(-loss.difference)
    assert gain.after == pytest.approx(strong.read_json("metrics.json")["test"]["form"]["macro_f1"])


def test_only_records_of_both_count_and_one_object_has_no_interval(runs, tmp_path):
    weak, strong = runs
    rows = pq.read_table(strong.path / "predictions.parquet")
    few = RunFolder.begin(tmp_path / "few" / "1", "few", strong.config()["experiment"], {})
    pq.write_table(rows.slice(0, 1), few.path / "predictions.parquet")
    (found,) = rivalries(weak, few)
    assert (found.records, found.objects, found.interval, found.is_worse) == (1, 1, None, False)
    pq.write_table(rows.slice(0, 0), few.path / "predictions.parquet")
    (found,) = rivalries(weak, few)
    assert (found.records, found.difference) == (0, None)


def test_what_cannot_be_compared_is_said(runs, tmp_path):
    weak, strong = runs
    with pytest.raises(VBGError, match="unknown metric 'f1'"):
        rivalries(weak, strong, "f1")
    other = RunFolder.begin(tmp_path / "other" / "1", "other", {"tasks": ["glaze"]}, {})
    with pytest.raises(VBGError, match=r"predictions.parquet: no such file"):
        rivalries(weak, other)
    (other.path / "predictions.parquet").write_bytes((strong.path / "predictions.parquet").read_bytes())
    with pytest.raises(VBGError, match="no task in common"):
        rivalries(weak, other)
