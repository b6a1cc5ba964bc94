"""Mutants of what torch modules promise."""

import random
from dataclasses import replace

import numpy as np
import torch
from good_modules import ImageEncoder, Linear, MeanFusion
from mutants import breaks
from torch import nn


@breaks("same_seed_same_weights", "layer.weight")
class SeededByTheClock(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        generator = torch.Generator()
        generator.seed()
        self.layer.weight.data.normal_(generator=generator)


@breaks("building_leaves_randomness_alone", "same state after two seeds")
class Reseeds(MeanFusion):
    def __init__(self, config, *, dims):
        torch.default_generator.manual_seed(0)
        super().__init__(config, dims=dims)


@breaks("building_leaves_randomness_alone", "NumPy")
class DrawsFromNumpy(Linear):
    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.heads[0].weight.data *= np.random.rand()


@breaks("building_leaves_randomness_alone", "Python")
class SeedsPython(Linear):
    def __init__(self, config, *, dim, tasks):
        random.seed(0)
        super().__init__(config, dim=dim, tasks=tasks)


@breaks("evaluation_draws_nothing", "torch")
class AlwaysNoisy(MeanFusion):
    def forward(self, features):
        return super().forward(features) + 0 * torch.rand(())


@breaks("evaluation_is_deterministic", "differ by")
class Counts(ImageEncoder):
    calls = 0

    def forward(self, inputs):
        self.calls += 1
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled * self.calls)


@breaks("state_dict_round_trip", "joined differ by")
class ForgetsAWeight(MeanFusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.scale = torch.randn(self.dim)

    def forward(self, features):
        return super().forward(features) * self.scale


@breaks("state_dict_round_trip", "pooled differ by")
class ForgetsWhatTrainingChanged(ImageEncoder):
    mean = 0.0

    def forward(self, inputs):
        if self.training:
            self.mean = float(inputs["tiles"].mean())
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled - self.mean)


@breaks("gradients_are_finite", "layer.weight")
class RootOfZero(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled + (0 * self.layer.weight).square().sum().sqrt())


@breaks("every_trainable_parameter_is_used", "spare.weight, spare.bias")
class SpareLayer(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.spare = nn.Linear(2, 2)


@breaks("every_trainable_parameter_is_used", "project.image.weight")
class Detached(MeanFusion):
    def vector(self, name, each):
        found = super().vector(name, each)
        return found.detach() if name == "image" else found


@breaks("bf16_autocast_is_finite", "pooled")
class TooFine(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        one = found.pooled.new_ones(1)
        return replace(found, pooled=found.pooled * 1e-3 / (one + 1e-3 - one))


@breaks("bf16_autocast_is_finite", "RuntimeError")
class FixedType(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        pooled = torch.zeros(found.pooled.shape, device=found.pooled.device)
        return replace(found, pooled=pooled.index_add(0, torch.arange(len(pooled), device=pooled.device), found.pooled))


@breaks("moves_to_another_device", "left behind: scales")
class KeepsAList(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.scales = {"a": [torch.ones(self.dim)]}


@breaks("moves_to_another_device", "`add` of tensors on cpu and ")
class MakesTensorsOnTheCpu(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled + torch.zeros(found.pooled.shape))
