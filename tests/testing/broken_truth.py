"""Mutants of augmenters and data sets that say what is not true, or lead elsewhere."""

from dataclasses import replace
from pathlib import Path

import good
import numpy as np
from broken_component import declare
from good_others import Between, Blend, Cards, Dim, Dimmed
from mutants import breaks

from vbg_framework.contracts.record import Dataset, Record, Task

TINY = Path(__file__).with_name("pictures")


@breaks("digital_source_is_known", "trainedMedia")
class SaysNothingKnown(Blend):
    digital_source = "trainedMedia"


@breaks("modalities_are_told", "text")
class SaysPicturesAlone(Blend):
    modalities = ("image",)


@breaks("labels_come_from_sources", "['blue', 'brown', 'green', 'white']")
class LabelsOfAnother(Blend):
    def mixed(self, record, request, draw):
        made = super().mixed(record, request, draw)
        other = ["blue", "brown", "green", "white"]
        return replace(made, targets={**made.targets, "colours": other})


class SecretTexts(Dimmed):
    changes = ("image",)

    def inputs(self, given):
        found = super().inputs(given)
        return {**found, "text": found["text"].upper()} if "text" in found else found


@breaks("changes_are_told", "text")
class ChangesTextsToo(Dim):
    def transform(self, train):
        return SecretTexts()


class Misspelt(Dimmed):
    changes = ("images",)


@breaks("changes_are_told", "images")
class NamesNoModality(Dim):
    def transform(self, train):
        return Misspelt()


@breaks("new_vectors_belong_to_their_class", "%")
class MixesClasses(Between):
    def made(self, x, known, classes, draw):
        new, codes = super().made(x, known, classes, draw)
        return new[::-1].copy(), codes


@breaks("new_vectors_are_as_asked_for", "1, 2]")
class InventsClasses(Between):
    def resample(self, x, targets, **facts):
        found, labels = super().resample(x, targets, **facts)
        labels["colours"] = labels["colours"].copy()
        labels["colours"][len(x) :] = 2
        return found, labels


@breaks("other_seed_other_vectors", "the same")
class OneSeed(Between):
    def made(self, x, known, classes, draw):
        return super().made(x, known, classes, np.random.default_rng(0))


class OneMapping(Cards):
    def card(self, number):
        made = super().card(number)
        self.__dict__.setdefault("inputs", {}).update(made.inputs)
        return replace(made, inputs=self.inputs)


@breaks("yielded_records_stay", "at places")
class FillsOneMapping(OneMapping):
    pass


class Pictures(Dataset):
    """A folder of pictures with a list."""

    tasks = (Task("kind"),)

    def sources(self):
        return [Path(self.config.path) / "list.csv"]

    def records(self):
        folder = Path(self.config.path)
        for line in (folder / "list.csv").read_text().splitlines()[1:]:
            name, kind = line.split(",")
            yield Record(name, {"image": self.found(folder, name)}, {"kind": kind})

    def found(self, folder, name):
        return folder / name


class FollowsLinks(Pictures):
    """Compares names only."""

    def found(self, folder, name):
        place = Path(folder / name).absolute()
        if ".." in place.parts or not place.is_relative_to(folder.absolute()):
            raise good.outside(name)
        return place


declare(
    "paths_stay_in_the_folder",
    "vbg-secret",
    "dataset",
    good.InAFolder,
    "broken_truth:Pictures",
    tiny={"path": str(TINY)},
)
declare(
    "paths_stay_in_the_folder",
    "pictures/0.png",
    "dataset",
    good.InAFolder,
    "broken_truth:FollowsLinks",
    tiny={"path": str(TINY)},
)
