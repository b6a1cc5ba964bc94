"""Mutants of what a fusion promises."""

import torch
from good_modules import MeanFusion, masked_mean
from mutants import breaks
from torch import nn


@breaks("joined_vector_has_its_size", "(5, 8)")
class WrongDim(MeanFusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.dim = 16


@breaks("joined_vector_has_its_size", "in the opposite order")
class VotesInAnOrderOfTheirOwn(MeanFusion):
    def forward(self, features):
        return torch.stack([self.project[name](features[name].pooled) for name in sorted(features)], dim=1)


@breaks("masked_tokens_do_not_matter", "apart")
class MeanOfAllTokens(MeanFusion):
    def vector(self, name, each):
        return self.project[name](each.tokens.mean(1))


@breaks("masked_tokens_do_not_matter", "apart")
class DividesByAllTokens(MeanFusion):
    def vector(self, name, each):
        return self.project[name]((each.tokens * each.mask[..., None]).mean(1))


@breaks("missing_modality_is_survived", "joined vector")
class MeanOfNothing(MeanFusion):
    def vector(self, name, each):
        return self.project[name]((each.tokens * each.mask[..., None]).sum(1) / each.mask.sum(1, keepdim=True))


@breaks("missing_modality_is_survived", "gradient of")
class NaNsBehindAMask(MeanFusion):
    def vector(self, name, each):
        scores = self.project[name](each.tokens).mean(-1).masked_fill(~each.mask, -torch.inf)  # (B, N)
        read = scores.softmax(1)[..., None] * each.tokens
        return self.project[name](torch.where(each.mask.any(1)[:, None, None], read, 0).sum(1))


@breaks("nothing_at_all_is_survived", "joined vector")
class SharesOfNothing(MeanFusion):
    def forward(self, features):
        there = {name: each.mask.any(1, keepdim=True).float() for name, each in features.items()}
        return sum(self.vector(name, each) * there[name] for name, each in features.items()) / sum(there.values())


@breaks("every_modality_matters", "the same vector")
class ReadsOneTwice(MeanFusion):
    def forward(self, features):
        return super().forward({**features, "text": features["image"]})


@breaks("rows_do_not_mix", "apart")
class MeanOfTheBatch(MeanFusion):
    def forward(self, features):
        joined = super().forward(features)
        return joined - joined.mean(0)


@breaks("rows_do_not_mix", "apart")
class KnowsItsPlace(MeanFusion):
    def forward(self, features):
        joined = super().forward(features)
        return joined + torch.arange(len(joined), device=joined.device)[:, None]


@breaks("number_of_tokens_may_vary", "RuntimeError")
class FixedLength(MeanFusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.lengths = nn.ParameterDict({"image": torch.ones(9), "text": torch.ones(7)})

    def vector(self, name, each):
        return self.project[name](masked_mean(each.tokens * self.lengths[name][:, None], each.mask))


@breaks("sizes_may_differ", "RuntimeError")
class NoProjection(MeanFusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.dim = dims["image"]

    def vector(self, name, each):
        return masked_mean(each.tokens, each.mask) + 0 * self.project[name](masked_mean(each.tokens, each.mask)).mean()


@breaks("attention_maps_are_distributions", "(5, 9, 7)")
class NoHeads(MeanFusion):
    def attention(self, features):
        return {pair: weights[:, 0] for pair, weights in super().attention(features).items()}


@breaks("attention_maps_are_distributions", "some")
class AttendsToPadding(MeanFusion):
    def weights(self, a, b, features):
        return (self.project[a](features[a].tokens) @ self.project[b](features[b].tokens).mT).softmax(-1)[:, None]


@breaks("attention_maps_are_distributions", "sums")
class Halved(MeanFusion):
    def weights(self, a, b, features):
        return super().weights(a, b, features) / 2
