"""Mutants of the life of torch modules: gradients, inputs, seeds, what is frozen."""

import pickle
import random
from dataclasses import replace

import good
import numpy as np
import torch
from broken_component import declare
from good_modules import Fields, ImageEncoder, Linear, MeanFusion, MetadataEncoder, TextEncoder, Tiles
from legal import BatchNorm
from mutants import breaks
from torch import nn

from vbg_framework.contracts.interfaces import Block

SLOPE = "gradient_is_the_slope"


@breaks(SLOPE, "layer.weight")
class DetachesHalf(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled + found.pooled.detach() ** 2)


@breaks(SLOPE, "image tokens")
class FusionThatStopsTheEncoder(MeanFusion):
    def vector(self, name, each):
        return super().vector(name, replace(each, tokens=each.tokens.detach()) if name == "image" else each)


@breaks(SLOPE, "vectors")
class HeadThatStopsTheRest(Linear):
    def forward(self, x):
        return super().forward(x.detach())


class Backwards(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        return x.sin()

    @staticmethod
    def backward(context, slope):
        return slope * 0.7


@breaks(SLOPE, "project")
class BackwardOfItsOwn(MeanFusion):
    def vector(self, name, each):
        return Backwards.apply(super().vector(name, each))


@breaks(SLOPE, "autograd")
class ThroughNumpy(Linear):
    def forward(self, x):
        scale = torch.from_numpy(1 + np.abs(x.detach().numpy()).mean(1, keepdims=True)).to(x)
        return super().forward(x * scale**2)


@breaks(SLOPE, "heads")
class WeighsByDetachedLogits(Linear):
    def task_loss(self, name, logits, target):
        return super().task_loss(name, logits, target) * (1 + logits.detach().square().mean())


class Freezes(BatchNorm):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.requires_grad_(not getattr(config, "frozen", True))


@breaks("frozen_parts_stay", "running_mean")
class FrozenThatGoesOnCounting(Freezes):
    pass


class PartlyFrozen(BatchNorm):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.norm.requires_grad_(False)


@breaks("frozen_parts_stay", "norm.running_mean")
class LayerThatGoesOnCounting(PartlyFrozen):
    pass


declare("frozen_parts_stay", "running_mean", config=good.Freezable, target="broken_life:Freezes")


@breaks("pretraining_keeps_what_is_frozen", "2 after")
class Thaws(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.requires_grad_(False)

    def pretrain(self, items, *, seed):
        self.requires_grad_(True)


@breaks("inputs_stay_as_they_were", "tiles differ by")
class ScalesInPlace(ImageEncoder):
    def forward(self, inputs):
        inputs["tiles"].mul_(0.5)
        return super().forward(inputs)


@breaks("inputs_stay_as_they_were", "tokens differ by")
class EmptiesInPlace(MeanFusion):
    def vector(self, name, each):
        each.tokens[~each.mask] = 0
        each.tokens[:, 0] += 1
        return super().vector(name, each)


@breaks("inputs_stay_as_they_were", "inputs differ by")
class NormalisesInPlace(Linear):
    def forward(self, x):
        x /= x.norm(dim=1, keepdim=True)
        return super().forward(x)


@breaks("instances_are_independent", "differ by")
class WeightsOfTheClass(ImageEncoder):
    shared = torch.zeros(3)

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        type(self).shared = torch.rand(3)

    def forward(self, inputs):
        return super().forward({"tiles": inputs["tiles"] + self.shared.to(inputs["tiles"].device)})


@breaks("global_seeds_stay_untouched", "Python")
class SeedsPythonToPrepare(TextEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        random.seed(seed)
        super().prepare(config, items, assets, seed=seed)


@breaks("global_seeds_stay_untouched", "torch")
class SeedsTorchToPretrain(ImageEncoder):
    def pretrain(self, items, *, seed):
        torch.default_generator.manual_seed(seed)


@breaks("global_seeds_stay_untouched", "NumPy")
class SeedsInForward(Linear):
    def forward(self, x):
        np.random.seed(0)
        return super().forward(x)


@breaks("preparing_follows_from_the_seed", "alphabet.json")
class SamplesTexts(TextEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        super().prepare(config, random.sample(list(items), 9), assets, seed=seed)


@breaks("pretraining_follows_from_the_seed", "layer.weight")
class DrawsWeights(ImageEncoder):
    def pretrain(self, items, *, seed):
        nn.init.normal_(self.layer.weight)


@breaks("assets_hold_no_pickle", "fields.json")
class PicklesFields(MetadataEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        (assets / "fields.json").write_bytes(pickle.dumps(sorted({name for item in items for name in item})))

    def __init__(self, config, *, assets):
        names = pickle.loads((assets / "fields.json").read_bytes())
        super().__init__(config, assets=_Written(names))


class _Written:
    """Stands for a folder."""

    def __init__(self, names):
        self.names = names

    def __truediv__(self, name):
        return self

    def read_text(self):
        return str(self.names).replace("'", '"')


@breaks("items_are_told_apart", "the same for all items")
class IgnoresItems(ImageEncoder):
    def forward(self, inputs):
        return super().forward({"tiles": torch.ones_like(inputs["tiles"])})


@breaks("items_are_told_apart", "the same for all items")
class PooledOfNothing(TextEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=0 * found.pooled + 1)


@breaks("blocks_fill_the_vector", "[4]")
class BlocksOfAnotherSize(ImageEncoder):
    blocks = (Block("image", 4),)


@breaks("blocks_fill_the_vector", "sound")
class BlocksOfAnotherModality(ImageEncoder):
    blocks = (Block("sound", 8),)


class Shrinks(Tiles):
    def __call__(self, images):
        for image in images:
            image.thumbnail((8, 8))
        return super().__call__(images)


@breaks("processor_leaves_items_alone", "changed")
class ShrinksItems(ImageEncoder):
    def processor(self, train):
        return Shrinks(False)


class Pops(Fields):
    def __call__(self, items):
        return super().__call__([{"place": item.pop("place", None), **item} for item in items])


@breaks("processor_leaves_items_alone", "changed")
class PopsFields(MetadataEncoder):
    def processor(self, train):
        return Pops(self.fields)
