"""Mutants that change what is around them, or say of themselves what is not true."""

import json
import os
from pathlib import Path

import good
import loud
import torch
from broken_component import declare
from good_modules import ImageEncoder, Linear, MeanFusion, TextEncoder
from good_others import Blend, Cards, Neighbours
from mutants import breaks

HERE = Path(__file__).parent


@breaks("process_stays_as_it_was", "working folder")
class ChangesFolder(TextEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        os.chdir(assets)
        super().prepare(config, items, Path(), seed=seed)


@breaks("process_stays_as_it_was", "default dtype")
class ComputesInDouble(MeanFusion):
    def __init__(self, config, *, dims):
        torch.set_default_dtype(torch.float64)
        super().__init__(config, dims=dims)


@breaks("process_stays_as_it_was", "gradient mode")
class SwitchesGradientsOff(ImageEncoder):
    def pretrain(self, items, *, seed):
        torch.set_grad_enabled(False)


@breaks("process_stays_as_it_was", "OMP_DYNAMIC")
class SetsTheEnvironment(Neighbours):
    def fit(self, x, targets, *, seed):
        os.environ["OMP_DYNAMIC"] = "false"
        super().fit(x, targets, seed=seed)


@breaks("files_stay_in_their_folder", "letters.txt")
class WritesBesideTheModule(TextEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        super().prepare(config, items, assets, seed=seed)
        stray = HERE / "__letters.txt"
        stray.write_text("a")
        stray.unlink()


@breaks("files_stay_in_their_folder", "colour.log")
class LogsToTheWorkingFolder(Blend):
    def save(self, folder):
        super().save(folder)
        stray = Path("__colour.log")
        stray.write_text("a")
        stray.unlink()


class Sorts(Linear):
    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        config.sizes.sort()


declare("options_stay_as_they_were", "[1,2,3]", "classifier", good.Sizes, "broken_surroundings:Sorts")
declare("modalities_are_true", "image", modalities=("text",))
declare("modalities_are_true", "image", modalities=lambda config: ("image", "text"))
declare("modalities_are_true", "text", "dataset", target="good_others:Cards", modalities=("image",))
declare("declaring_is_silent", "Welcome", config=loud.Loud)


@breaks("sources_are_told", "words.csv")
class ReadsAWordList(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        (HERE / "words.csv").read_text()


@breaks("sources_are_told", "words.csv")
class ReadsASecondTable(Cards):
    def records(self):
        (HERE / "words.csv").read_text()
        yield from super().records()


@breaks("sources_are_told", "words.csv")
class NamesAnotherFile(Cards):
    def sources(self):
        return [HERE / "good.py"]

    def records(self):
        json.dumps((HERE / "words.csv").read_text())
        yield from super().records()


@breaks("sources_are_told", "words.csv")
class AugmentsFromAFile(Blend):
    def fit(self, train, **about):
        (HERE / "words.csv").read_text()
        super().fit(train, **about)
