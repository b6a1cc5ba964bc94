"""A fitted augmenter at work."""

from dataclasses import replace

import pytest
from museum import museum, part
from rich.console import Console

from vbg_framework.config.experiment import Experiment
from vbg_framework.config.registry import Resolved
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.sieve import Verdict
from vbg_framework.generation.supply import open_supply
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
        supply.fill(pool, number, {"jar": 2}, "")
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


class Judge:
    """Takes every record as it is."""

    def __init__(self, key, cannot_judge=()):
        self.key, self.cannot_judge = key, cannot_judge

    def __call__(self, records):
        return [Verdict(None, {}, record.targets) for record in records]


def test_what_other_runs_would_get_too_is_shared(supply, tmp_path, monkeypatch):
    made = []
    generate = type(supply.fitted.augmenter).generate

    def count(self, requests, view, *, seed):
        made.extend(requests)
        return generate(self, requests, view, seed=seed)

    monkeypatch.setattr(type(supply.fitted.augmenter), "generate", count)
    pools = [Pool(tmp_path / name, "SYN_") for name in "abcde"]
    judges = [None, None, None, Judge("one"), Judge("one")]
    for pool, count, judge in zip(pools, [2, 2, 3, 2, 2], judges, strict=True):
        replace(supply, verifier=judge).obtain(pool, 1, {"jar": count}, "")
    costs = [Pool(pool.folder, "SYN_").cost() for pool in pools]
    assert costs[0] == costs[1]  # what came from the cache cost what making it did
    assert min(cost.seconds for cost in costs) >= 0 < min(cost.memory for cost in costs)
    kept = [Pool(pool.folder, "SYN_").kept() for pool in pools]
    assert kept[0] == kept[1]
    assert len(made) == 2 + 3 + 2
    (supply.fitted.folder / "state" / "learnt.txt").write_text("0.5")  # as if it had been fitted anew
    supply.obtain(Pool(tmp_path / "f", "SYN_"), 1, {"jar": 2}, "")
    replace(supply, verifier=Judge("another")).obtain(Pool(tmp_path / "g", "SYN_"), 1, {"jar": 2}, "")
    assert len(made) == 2 + 3 + 2 + 2 + 2


def test_a_class_that_cannot_be_judged_is_not_filled_and_that_is_said(supply, capsys):
    told = replace(supply, verifier=Judge("one", ["tile"]), screen=Screen(Console(width=300)))
    assert told.quota({}) == {"bowl": 0, "jar": 0, "tile": 0}
    assert "Not filled (6 records): tile cannot be judged" in capsys.readouterr().out
    for change in ({"unjudged": "fill"}, {"verify": "tell"}):
        loop = supply.resolved.experiment.loop.model_copy(update=change)
        filled = replace(supply.resolved, experiment=supply.resolved.experiment.model_copy(update={"loop": loop}))
        assert replace(told, resolved=filled).quota({})["tile"] == 6


def test_what_limits_take_away_is_said(supply, capsys):
    loop = supply.resolved.experiment.loop.model_copy(update={"at_most": 1, "count": 50})
    short = replace(supply.resolved, experiment=supply.resolved.experiment.model_copy(update={"loop": loop}))
    found = replace(supply, resolved=short, screen=Screen(Console(width=300))).quota({})
    assert f"Quota  {sum(found.values())} of 50 records are asked for" in capsys.readouterr().out
