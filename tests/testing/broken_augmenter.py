"""Mutants of what an augmenter promises."""

import random
from dataclasses import replace

import numpy as np
import torch
from good_others import Between, Blend, Dim, Dimmed
from mutants import breaks
from PIL import Image, ImageDraw

from vbg_framework.contracts.record import Origin


@breaks("every_request_is_answered", "8")
class StopsHalfWay(Blend):
    def generate(self, requests, train, *, seed):
        yield from super().generate(requests[: len(requests) // 2], train, seed=seed)


@breaks("every_request_is_answered", "4 answers")
class AnswersUnasked(Blend):
    def generate(self, requests, train, *, seed):
        yield from super().generate(requests or [{"form": "vase"}] * 4, train, seed=seed)


@breaks("every_request_is_answered", "None for all")
class NeverAnswers(Blend):
    def one(self, request, train, draw):
        return None


@breaks("every_request_is_answered", "Image")
class YieldsImages(Blend):
    def one(self, request, train, draw):
        return super().one(request, train, draw).inputs["image"]


@breaks("labels_are_as_requested", "'vase'")
class AnotherOrder(Blend):
    def generate(self, requests, train, *, seed):
        yield from super().generate(list(requests)[::-1], train, seed=seed)


@breaks("labels_are_as_requested", "'kiln'")
class InventsAClass(Blend):
    def mixed(self, record, request, draw):
        made = super().mixed(record, request, draw)
        return replace(made, targets={**made.targets, "colours": ["kiln"]})


@breaks("labels_are_as_requested", "'yes'")
class InventsATask(Blend):
    def mixed(self, record, request, draw):
        made = super().mixed(record, request, draw)
        return replace(made, targets={**made.targets, "synthetic": "yes"})


@breaks("labels_are_as_requested", "shares must add up to 1")
class HalfASoftLabel(Blend):
    def mixed(self, record, request, draw):
        made = super().mixed(record, request, draw)
        return replace(made, soft={"form": {made.targets["form"]: 0.5}})


def with_inputs(made, **inputs):
    return made and replace(made, inputs=inputs)


@breaks("inputs_are_usable", "nothing")
class EmptyRecords(Blend):
    def one(self, request, train, draw):
        return with_inputs(super().one(request, train, draw))


@breaks("inputs_are_usable", "ImageError")
class ArraysAsImages(Blend):
    def one(self, request, train, draw):
        made = super().one(request, train, draw)
        return with_inputs(made, image=np.asarray(made.inputs["image"])) if made else None


@breaks("inputs_are_usable", "caption")
class AFieldOfItsOwn(Blend):
    def one(self, request, train, draw):
        return with_inputs(super().one(request, train, draw), text={"caption": "A bowl."})


@breaks("inputs_are_usable", "'height': 'list'")
class ListsAsMetadata(Blend):
    def one(self, request, train, draw):
        return with_inputs(super().one(request, train, draw), metadata={"height": [1, 2]})


@breaks("absent_class_is_survived", "ValueError")
class ChoosesFromNothing(Blend):
    def one(self, request, train, draw):
        return self.mixed(
            train[int(draw.choice([place for place in train.matching(request) if "image" in train[place].inputs]))],
            request,
            draw,
        )


@breaks("absent_class_is_survived", "vase")
class TakesAnother(Blend):
    def one(self, request, train, draw):
        return super().one(request if train.matching(request) else {"form": "vase"}, train, draw)


@breaks("samples_follow_from_the_seed", "differ")
class DrawsFromTheGlobalGenerator(Blend):
    def one(self, request, train, draw):
        return super().one(request, train, np.random.default_rng(np.random.randint(1000)))


@breaks("samples_follow_from_the_seed", "differ")
class KeepsAGenerator(Blend):
    def fit(self, train, **about):
        super().fit(train, **about)
        self.draw = np.random.default_rng(0)

    def one(self, request, train, draw):
        return super().one(request, train, self.draw)


@breaks("other_seed_other_samples", "the same sixteen")
class OneSeed(Blend):
    def generate(self, requests, train, *, seed):
        yield from super().generate(requests, train, seed=0)


@breaks("fit_can_be_interrupted", "FileExistsError")
class CannotBeCalledAgain(Blend):
    def fit(self, train, *, folder, **about):
        (folder / "checkpoints").mkdir()
        super().fit(train, folder=folder, **about)


@breaks("fit_can_be_interrupted", "others")
class GoesOnFromTheBeginning(Blend):
    """Counts the steps before the kill twice."""

    def fit(self, train, *, folder, **about):
        begun = folder / "begun"
        finished = begun.exists() and begun.read_text() == "finished"
        self.bias = 40.0 if begun.exists() and not finished else 0.0
        begun.write_text("finished" if finished else "")
        super().fit(train, folder=folder, **about)
        self.colour = [value + self.bias for value in self.colour]
        begun.write_text("finished")


@breaks("training_records_stay_untouched", "changed")
class DrawsOnTrainingImages(Blend):
    def fit(self, train, **about):
        super().fit(train, **about)
        ImageDraw.Draw(train[0].inputs["image"]).rectangle((0, 0, 9, 9), fill="red")


@breaks("training_records_stay_untouched", "changed")
class ChangesTrainingTexts(Blend):
    def one(self, request, train, draw):
        train[0].inputs["text"] = {"title": "Seen"}
        return super().one(request, train, draw)


@breaks("held_out_images_stay_hidden", "the images of r2")
class CopiesWhatIsHeldOut(Blend):
    def one(self, request, train, draw):
        found = super().one(request, train.held_out, draw)
        return found and replace(
            found, inputs={"image": train.held_out[int(found.origin.sources[0][1:]) - 200].inputs["image"]}
        )


@breaks("copies_name_their_sources", "no source")
class SilentCopies(Blend):
    def mixed(self, record, request, draw):
        return replace(record, origin=None)


@breaks("copies_name_their_sources", "('r999',)")
class WrongSources(Blend):
    def mixed(self, record, request, draw):
        return replace(record, origin=Origin(sources=("r999",)))


class Nested(Dim):
    """Its transform is what `changed` makes of the items."""

    def transform(self, train):
        return type(self).changed


@breaks("transform_is_picklable", "pickle")
class LambdaAsTransform(Dim):
    def transform(self, train):
        return lambda items: list(items)


@breaks("transform_keeps_items", "7")
class DropsItems(Nested):
    @staticmethod
    def changed(items):
        return [item for place, item in enumerate(items) if place != 3]


@breaks("transform_keeps_items", "inputs")
class LosesTargets(Nested):
    @staticmethod
    def changed(items):
        return [{"inputs": item["inputs"]} for item in items]


@breaks("transform_keeps_items", "got")
class LosesTexts(Nested):
    @staticmethod
    def changed(items):
        return [{**item, "inputs": {k: v for k, v in item["inputs"].items() if k != "text"}} for item in items]


@breaks("transform_keeps_items", "1.5")
class WeighsMoreThanAll(Nested):
    @staticmethod
    def changed(items):
        return [{**item, "second": {"targets": item["targets"], "weight": 1.5}} for item in items]


class RandomlyDimmed(Dimmed):
    def inputs(self, given):
        torch.default_generator.manual_seed(random.randrange(1000))
        return super().inputs(given)


@breaks("transform_follows_torch", "others")
class DrawsFromPython(Dim):
    def transform(self, train):
        return RandomlyDimmed()


@breaks("transform_leaves_items_alone", "changed ones")
class DrawsOnItems(Nested):
    @staticmethod
    def changed(items):
        for item in items:
            if "image" in item["inputs"]:
                item["inputs"]["image"].paste(Image.new("RGB", (9, 9), "red"))
        return items


@breaks("resampling_keeps_originals", "others")
class ShufflesVectors(Between):
    def resample(self, x, targets, **facts):
        found, labels = super().resample(x, targets, **facts)
        return found[::-1], labels


@breaks("resampling_keeps_originals", "changed vectors")
class ScalesInPlace(Between):
    def resample(self, x, targets, **facts):
        kept = super().resample(x.copy(), targets, **facts)
        x -= x.mean(0)
        return kept


@breaks("resampling_keeps_originals", "form")
class ForgetsTasks(Between):
    def resample(self, x, targets, *, task, **facts):
        found, labels = super().resample(x, targets, task=task, **facts)
        return found, {task: labels[task]}


@breaks("new_vectors_are_as_asked_for", "[1, 3, 8, 10, 0]")
class MakesTooMany(Between):
    def resample(self, x, targets, *, wanted, **facts):
        return super().resample(x, targets, wanted=[number + 1 for number in wanted], **facts)


@breaks("new_vectors_are_as_asked_for", "NaN")
class DividesByZero(Between):
    def made(self, x, known, classes, draw):
        new, codes = super().made(x, known, classes, draw)
        return new * np.float32(np.nan), codes


@breaks("resampling_follows_from_the_seed", "others")
class DrawsVectorsGlobally(Between):
    def made(self, x, known, classes, draw):
        return super().made(x, known, classes, np.random)
