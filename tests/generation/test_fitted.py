"""Fitted augmenters, kept by what they were made of."""

import json
import time

import pytest
from museum import Noise, museum, part

from vbg_framework.generation.fitted import WORK, fitted
from vbg_framework.generation.inner import divide_inner
from vbg_framework.job import new_accelerator
from vbg_framework.screen import Screen


@pytest.fixture
def items(tmp_path):
    return museum(tmp_path)


def get(items, folder, *, split=1, seed=42, **options):
    view = divide_inner(items, "kind", share=0.2, seed=split, fingerprint="abc").view
    accelerator = new_accelerator("fp32", 0)
    return fitted(part(**options), view, accelerator=accelerator, seed=seed, cache=folder / "cache", screen=Screen())


def test_the_same_augmenter_is_not_fitted_twice(items, tmp_path):
    before = Noise.fits
    first, second = get(items, tmp_path), get(items, tmp_path)
    assert Noise.fits == before + 1
    assert (first.reused, second.reused) == (False, True)
    assert first.augmenter.learnt == second.augmenter.learnt
    assert second.cost == first.cost


def test_the_cost_of_fitting_is_that_of_all_attempts_and_stays_with_the_augmenter(items, tmp_path, monkeypatch):
    fit = Noise.fit

    def slow(self, *given, **named):
        time.sleep(0.2)
        fit(self, *given, **named)
        if not failed:
            failed.append(True)
            raise RuntimeError("power cut")

    failed: list[bool] = []
    monkeypatch.setattr(Noise, "fit", slow)
    with pytest.raises(RuntimeError):
        get(items, tmp_path)
    found = get(items, tmp_path)
    assert found.cost.seconds >= 0.4
    assert found.cost.memory > 50
    assert json.loads((found.folder / "about.json").read_text())["memory"] == found.cost.memory
    assert not (found.folder / "cost.json").exists()
    assert get(items, tmp_path).cost == found.cost


def test_an_augmenter_fitted_before_there_were_accounts_of_memory_is_reused(items, tmp_path):
    path = get(items, tmp_path).folder / "about.json"
    new = ("processor_seconds", "memory", "device_memory", "device")
    path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key not in new}))
    found = get(items, tmp_path)
    assert found.reused
    assert (found.cost.seconds >= 0, found.cost.memory) == (True, None)


def test_another_split_seed_or_option_needs_another_fit(items, tmp_path):
    folders = {get(items, tmp_path, **c).folder for c in ({}, {"split": 2}, {"seed": 1}, {"blank_every": 2})}
    assert len(folders) == 4


def test_fitting_follows_the_seed(items, tmp_path):
    assert get(items, tmp_path / "a").augmenter.learnt == get(items, tmp_path / "b").augmenter.learnt
    assert get(items, tmp_path / "a").augmenter.learnt != get(items, tmp_path / "a", seed=1).augmenter.learnt


def test_a_fit_that_failed_is_done_again_in_the_same_folder(items, tmp_path, monkeypatch):
    fit = Noise.fit

    def dying(self, train, *, folder, **arguments):
        (folder / "checkpoint").write_text("half")
        raise RuntimeError("power cut")

    monkeypatch.setattr(Noise, "fit", dying)
    with pytest.raises(RuntimeError):
        get(items, tmp_path)
    monkeypatch.setattr(Noise, "fit", fit)
    found = get(items, tmp_path)
    assert not found.reused
    assert (found.folder / WORK / "checkpoint").read_text() == "half"
