import json

import pyarrow.parquet as pq
import pytest
from small_study import make_runs

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Design, compare
from vbg_framework.study.comparison.existing import compare_runs

SKILLS = {"none": 0.5, "gan": 0.75}


@pytest.fixture
def runs(tmp_path):
    return make_runs(tmp_path, SKILLS)


def values(runs, name):
    paths = sorted((runs / name).glob("*/metrics.json"))
    return {n: json.loads(path.read_text())["test"]["form"]["macro_f1"] for n, path in enumerate(paths)}


def test_runs_are_paired_by_their_seeds(runs):
    found = compare_runs(runs, ["none", "gan"])
    table = {name: values(runs, name) for name in SKILLS}
    (expected,) = compare(table, "none", design=Design("resplit", n_train=480, n_test=60))
    (difference,) = found.differences
    assert (difference.arm, difference.pairs) == ("gan", 4)
    assert (difference.mean, *difference.interval) == pytest.approx((expected.mean, *expected.interval))
    assert (found.task, found.runs, found.notes) == ("form", {"none": 4, "gan": 4}, [])
    assert found.means["gan"] == pytest.approx(sum(table["gan"].values()) / 4)


def test_only_seeds_that_both_have_are_pairs_and_unfinished_runs_do_not_count(runs):
    (runs / "gan" / "id-2" / "metrics.json").unlink()
    (difference,) = compare_runs(runs, ["none", "gan"]).differences
    assert (difference.pairs, difference.missing) == (3, ("2/2",))


def test_of_runs_with_the_same_seeds_the_newest_counts(runs):
    again = runs / "gan" / "id-9"
    (runs / "gan" / "id-1").rename(again)
    make_runs(runs.parent / "more", SKILLS, replicates=1)
    (runs.parent / "more" / "runs" / "gan" / "id-1").rename(runs / "gan" / "id-0")
    changed = json.loads((again / "metrics.json").read_text())
    changed["test"]["form"]["macro_f1"] = 0.125
    (again / "metrics.json").write_text(json.dumps(changed))
    found = compare_runs(runs, ["none", "gan"])
    assert found.runs["gan"] == 4
    others = [value for n, value in values(runs, "gan").items() if n in (1, 2, 3)]
    assert found.means["gan"] == pytest.approx((0.125 + sum(others)) / 4)


def test_with_one_split_the_claim_is_about_it(tmp_path):
    runs = make_runs(tmp_path, SKILLS, use="given")
    (difference,) = compare_runs(runs, ["none", "gan"]).differences
    assert any("about this test split" in note for note in difference.notes)


def test_what_makes_the_runs_unlike_is_told(runs):
    one = runs / "gan" / "id-1"
    metrics = json.loads((one / "metrics.json").read_text())
    (one / "metrics.json").write_text(json.dumps(metrics | {"steps": 7}))
    (one / "environment.json").write_text(json.dumps({"data_fingerprint": "other"}))
    pq.write_table(pq.read_table(one / "predictions.parquet").slice(1), one / "predictions.parquet")
    notes = compare_runs(runs, ["none", "gan"]).notes
    assert notes[0] == "The runs have different data."
    assert notes[1].endswith("none 100; gan 7, 100.")
    assert notes[2] == "gan and none were tested on different records: 1/1 (split seed/seed)."


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["none"], {}, "needs two experiments or more"),
        (["none", "lora"], {}, "no finished run of 'lora'"),
        (["none", "gan"], {"metric": "macro_f2"}, "unknown metric type 'macro_f2'. Did you mean 'macro_f1'"),
        (["none", "gan"], {"task": "from"}, "has no task 'from'. Did you mean 'form'"),
    ],
)
def test_mistakes_are_explained(runs, names, options, message):
    with pytest.raises(VBGError) as error:
        compare_runs(runs, names, **options)
    assert message in str(error.value)
