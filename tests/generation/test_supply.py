"""A fitted augmenter at work."""

from dataclasses import replace

import numpy as np
import pytest
from museum import museum, part

from vbg_framework.data.prepared import Prepared
from vbg_framework.experiment import Experiment
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.supply import open_supply
from vbg_framework.registry import Resolved
from vbg_framework.screen import Screen


@pytest.fixture
def supply(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    items = museum(tmp_path)
    options = {"data": {}, "tasks": ["kind"], "encoders": {"image": {}}, "classifier": {}, "loop": {"count": 6}}
    resolved = Resolved("museum", Experiment(**options), {"augmenter": part()})
    folder = next(path.parent for path in tmp_path.rglob("info.json"))
    return open_supply(resolved, Prepared.open(folder), items, Screen())


def test_it_knows_the_real_records_and_their_pictures(supply):
    assert supply.task == "kind"
    assert supply.real == {"bowl": 20, "jar": 10, "tile": 2}
    assert supply.known.shape == (32, 32)
    assert len(supply.inner.view) < 32


def test_quotas_are_about_the_whole_training_split(supply):
    assert supply.quota({}) == {"bowl": 0, "jar": 0, "tile": 6}


def test_rounds_differ_and_each_repeats_itself(supply, tmp_path):
    def filled(number, name):
        pool = Pool(tmp_path / name, "SYN_")
        supply.fill(pool, number, {"jar": 2}, None, "")
        return [(pool.folder / entry["image"]).read_bytes() for entry in pool.kept()]

    assert filled(1, "a") == filled(1, "b")
    assert filled(1, "a") != filled(2, "c")


def test_it_says_where_the_augmenter_came_from(supply, tmp_path):
    assert "noise: fitted in" in supply.line()
    again = "noise: fitted before with the same options, records and weights, taken from the cache."
    assert again in replace(supply, fitted=replace(supply.fitted, reused=True)).line()
    anew = replace(supply, fitted=replace(supply.fitted, new=("training records", "seed"))).line()
    assert anew.startswith("Augmenter  noise: fitted anew in ")
    assert anew.endswith(" s: other training records, seed.")


def test_a_round_without_a_classifier_is_shared_and_one_with_is_not(supply, tmp_path, monkeypatch):
    def judge(records):
        return np.ones(len(records))

    made = []
    generate = type(supply.fitted.augmenter).generate

    def count(self, requests, view, *, seed):
        made.extend(requests)
        return generate(self, requests, view, seed=seed)

    monkeypatch.setattr(type(supply.fitted.augmenter), "generate", count)
    pools = [Pool(tmp_path / name, "SYN_") for name in "abcd"]
    for pool, count, ask in zip(pools, [2, 2, 3, 2], [None, None, None, judge], strict=True):
        supply.obtain(pool, 1, {"jar": count}, ask, "")
    costs = [Pool(pool.folder, "SYN_").cost() for pool in pools]
    assert costs[0] == costs[1]  # what came from the cache cost what making it did
    assert costs[0] != costs[2]
    assert min(cost.seconds for cost in costs) >= 0 < min(cost.memory for cost in costs)
    kept = [Pool(pool.folder, "SYN_").kept() for pool in pools]
    assert kept[0] == kept[1]
    assert len(made) == 2 + 3 + 2
    (supply.fitted.folder / "state" / "learnt.txt").write_text("0.5")  # as if it had been fitted anew
    supply.obtain(Pool(tmp_path / "e", "SYN_"), 1, {"jar": 2}, None, "")
    assert len(made) == 2 + 3 + 2 + 2
