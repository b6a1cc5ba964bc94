"""Fitted augmenters, kept by what they were made of."""

import json
import time
from unittest.mock import Mock

import huggingface_hub.constants
import pytest
from museum import Noise, museum, part

from vbg_framework.generation.fitted import SPENT, WORK, fitted
from vbg_framework.generation.inner import divide_inner
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen


@pytest.fixture
def items(tmp_path):
    return museum(tmp_path)


def get(items, folder, *, split=1, seed=42, refresh=False, **options):
    view = divide_inner(items, "kind", share=0.2, seed=split, fingerprint="abc").view
    return fitted(
        part(**options), view, accelerator=new_accelerator("fp32", 0), seed=seed, cache=folder / "cache",
        screen=Screen(), refresh=refresh,
    )  # fmt: skip


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
    assert not (found.folder / SPENT).exists()
    (found.folder / SPENT).write_text("{}")  # as a kill in its last step leaves it
    assert get(items, tmp_path).cost == found.cost
    assert not (found.folder / SPENT).exists()


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


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_another_model_under_the_same_name_needs_another_fit(items, tmp_path, kind):
    base = tmp_path / "base"
    file = base if kind == "file" else base / "unet.safetensors"
    file.parent.mkdir(exist_ok=True)
    found = []
    for text in ("one", "two", "two", "one"):
        file.write_text(text)
        found.append(get(items, tmp_path, base=str(base)))
    assert [each.reused for each in found] == [False, False, True, True]
    assert found[1].new == ("files or models it names",)
    assert found[0].folder == found[3].folder != found[1].folder


def test_in_what_a_new_one_differs_is_told(items, tmp_path):
    given = ({}, {}, {"split": 2}, {"split": 2, "seed": 1}, {"blank_every": 2})
    assert [get(items, tmp_path, **each).new for each in given] == [
        (), (), ("training records",), ("seed",), ("options",)
    ]  # fmt: skip


def test_a_damaged_account_of_another_one_is_passed_over(items, tmp_path):
    other = get(items, tmp_path)
    for damaged in ('"x"', "[]", "{", ""):
        (other.folder / "about.json").write_text(damaged)
        assert get(items, tmp_path, seed=len(damaged) + 5).reused is False


def test_it_can_be_fitted_again_all_the_same(items, tmp_path):
    first = get(items, tmp_path)
    (first.folder / WORK / "checkpoint").touch()
    again = get(items, tmp_path, refresh=True)
    assert (again.folder, again.reused) == (first.folder, False)
    assert not (again.folder / WORK / "checkpoint").exists()


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    fit = Noise.fit

    def fetched(revision):
        path = tmp_path / "hub" / "models--owner--model" / "refs" / "main"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(revision)

    def fetching(self, train, *, folder, **arguments):
        if not fetched.to:
            raise RuntimeError("no network")
        fetched(fetched.to)
        if fetched.power_cut:
            (folder / "checkpoint").write_text("half")
            raise RuntimeError("power cut")
        fit(self, train, folder=folder, **arguments)

    fetched.to, fetched.power_cut = "a" * 40, False
    monkeypatch.setattr(Noise, "fit", fetching)
    return fetched


def test_one_whose_base_is_fetched_while_it_is_fitted_is_found_again(items, tmp_path, hub):
    first, second = (get(items, tmp_path, base="owner/model") for _ in range(2))
    assert (first.reused, second.reused) == (False, True)
    assert first.folder == second.folder
    hub("b" * 40)  # somebody fetched a newer revision
    hub.to = "c" * 40  # and fitting fetches the newest
    third, fourth = (get(items, tmp_path, base="owner/model") for _ in range(2))
    assert (third.reused, fourth.reused) == (False, True)
    assert json.loads((third.folder / "about.json").read_text())["contents"] == {"base": f"revision {'c' * 40}"}
    hub("a" * 40)
    assert get(items, tmp_path, base="owner/model").folder == first.folder


def test_one_that_was_killed_before_its_last_file_is_found_where_its_base_leads(items, tmp_path, hub, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("vbg_framework.generation.fitted.write_json", Mock(side_effect=RuntimeError("power cut")))
        with pytest.raises(RuntimeError, match="power cut"):
            get(items, tmp_path, base="owner/model")
    found = get(items, tmp_path, base="owner/model")
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == [found.folder.name]


def test_one_that_was_killed_after_its_base_was_fetched_is_gone_on_with(items, tmp_path, hub):
    hub.power_cut = True
    with pytest.raises(RuntimeError, match="power cut"):
        get(items, tmp_path, base="owner/model")
    hub.power_cut = False
    found = get(items, tmp_path, base="owner/model")
    assert (found.folder / WORK / "checkpoint").read_text() == "half"
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == [found.folder.name]
