"""Mutants of what an encoder promises, with its processor and odd items."""

from dataclasses import replace

import numpy as np
import torch
from good_modules import Fields, ImageEncoder, Letters, MetadataEncoder, TextEncoder, Tiles
from mutants import breaks
from torch import nn

from vbg_framework.contracts.interfaces import Features


@breaks("modality_is_known", "'sound'")
class Hears(TextEncoder):
    modality = "sound"


@breaks("features_have_their_shapes", "torch.int64")
class MaskOfIntegers(TextEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, mask=found.mask.long())


@breaks("features_have_their_shapes", "(6, 4)")
class HalfPooled(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled[:, :4])


@breaks("features_have_their_shapes", "(6, 16, 8)")
class WrongDim(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.dim = 4


@breaks("places_are_those_of_tokens", "1")
class ForgetsTokens(TextEncoder):
    def places(self, item):
        return [(0, 1)]


@breaks("places_are_those_of_tokens", "(0, 0, 8, 8)")
class PlacesInPixels(ImageEncoder):
    def places(self, item):
        return [(0, 0, 8, 8)] * 16


@breaks("layers_are_its_own", "one in two")
class SharesLayers(TextEncoder):
    def parameter_layers(self):
        return [list(self.parameters())] * 2


@breaks("layers_are_its_own", "others")
class CopiesLayers(ImageEncoder):
    def parameter_layers(self):
        return [[parameter.clone() for parameter in self.parameters()]]


@breaks("layers_are_its_own", "1 of 1 without")
class SpentLayers(ImageEncoder):
    def parameter_layers(self):
        return [filter(None, [])]


@breaks("features_are_finite", "tokens")
class DividesByZero(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        white = inputs["tiles"].mean((1, 2))[:, None, None] > 0.7
        return replace(found, tokens=torch.where(white, found.tokens / 0, found.tokens))


@breaks("every_item_has_a_token", "none in the items")
class MaskTheWrongWayRound(TextEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, mask=~found.mask)


@breaks("item_does_not_depend_on_its_batch", "apart")
class ReadsPadding(TextEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.tokens.mean(1))


@breaks("item_does_not_depend_on_its_batch", "apart")
class ComparesItems(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, tokens=found.tokens - found.tokens.mean(0))


@breaks("item_does_not_depend_on_its_batch", "alone")
class CountsPadding(TextEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, mask=torch.ones_like(found.mask))


@breaks("one_item_is_a_batch", "(8,)")
class Squeezes(ImageEncoder):
    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled.squeeze())


class NoLetters(Letters):
    def __call__(self, texts):
        rows = [[self.codes.get(letter, 1) for letter in text.strip()[:64]] for text in texts]
        longest = max(map(len, rows))
        return {"codes": torch.tensor([row + [0] * (longest - len(row)) for row in rows], dtype=torch.long)}


@breaks("empty_text_is_encoded", "none")
class NoTokenForNothing(TextEncoder):
    def processor(self, train):
        return NoLetters(self.alphabet)


class AllLetters(Letters):
    def __call__(self, texts):
        longest = max(len(text) for text in texts)
        return {"codes": torch.tensor([[self.codes.get(x, 1) for x in text.ljust(longest)] for text in texts])}


@breaks("long_text_is_encoded", "IndexError")
class FewPositions(TextEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.positions = nn.Embedding(512, self.dim)

    def processor(self, train):
        return AllLetters(self.alphabet)

    def forward(self, inputs):
        found = super().forward(inputs)
        places = torch.arange(found.tokens.shape[1])
        return Features(found.tokens + self.positions(places), found.mask, found.pooled)


class KnownLetters(Letters):
    def __call__(self, texts):
        return super().__call__(["".join(x for x in text if self.codes[x]) for text in texts])


@breaks("foreign_text_is_encoded", "KeyError")
class NoUnknownLetter(TextEncoder):
    def processor(self, train):
        return KnownLetters(self.alphabet)


class Halved(Tiles):
    def __call__(self, images):
        return super().__call__([image.resize((image.width // 2, image.height // 2)) for image in images])


@breaks("image_of_one_pixel_is_encoded", "ValueError")
class Halves(ImageEncoder):
    def processor(self, train):
        return Halved(False)


class Scaled(Tiles):
    def __call__(self, images):
        sizes = [[int(side * 64 / max(image.size)) for side in image.size] for image in images]
        return super().__call__([image.resize(size) for image, size in zip(images, sizes, strict=True)])


@breaks("narrow_image_is_encoded", "ValueError")
class RoundsToZero(ImageEncoder):
    def processor(self, train):
        return Scaled(False)


class Measured(Tiles):
    def __call__(self, images):
        areas = torch.tensor([image.width * image.height // 4096 for image in images])
        return {**super().__call__(images), "area": areas}


@breaks("huge_image_is_encoded", "IndexError")
class FewSizes(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.areas = nn.Embedding(500, self.dim)

    def processor(self, train):
        return Measured(False)

    def forward(self, inputs):
        found = super().forward(inputs)
        return replace(found, pooled=found.pooled + self.areas(inputs["area"]))


@breaks("grey_image_is_encoded", "NaN")
class ScalesByColour(ImageEncoder):
    def forward(self, inputs):
        tiles = inputs["tiles"] - inputs["tiles"].mean(-1, keepdim=True)
        return super().forward({"tiles": tiles / tiles.abs().amax((1, 2), keepdim=True)})


class AllFields(Fields):
    def __call__(self, items):
        return super().__call__([{name: item[name] for name in self.fields} for item in items])


@breaks("missing_fields_are_encoded", "KeyError")
class TakesFieldsForGranted(MetadataEncoder):
    def processor(self, train):
        return AllFields(self.fields)


class IndexedFields(Fields):
    def __call__(self, items):
        return super().__call__([{self.fields[self.fields.index(name)]: item[name] for name in item} for item in items])


@breaks("unknown_fields_are_encoded", "ValueError")
class KnowsAllFields(MetadataEncoder):
    def processor(self, train):
        return IndexedFields(self.fields)


class Rounded(Fields):
    def number(self, value):
        return super().number(round(value, 1) if isinstance(value, float) else value and value.strip("?") / 1)


@breaks("mixed_values_are_encoded", "TypeError")
class TakesTypesForGranted(MetadataEncoder):
    def processor(self, train):
        return Rounded(self.fields)


@breaks("processor_holds_no_weights", "ItsOwnProcessor")
class ItsOwnProcessor(ImageEncoder):
    def processor(self, train):
        return self.process

    def process(self, images):
        return Tiles(False)(images)


@breaks("processor_is_picklable", "pickle")
class LambdaAsProcessor(ImageEncoder):
    def processor(self, train):
        return lambda images: Tiles(False)(images)


class Listed(Tiles):
    def __call__(self, images):
        return {**super().__call__(images), "sizes": [image.size for image in images]}


@breaks("processor_returns_a_batch", "'sizes': 'list'")
class ReturnsAList(ImageEncoder):
    def processor(self, train):
        return Listed(False)


class Joined(Letters):
    def __call__(self, texts):
        return {"codes": super().__call__(texts)["codes"].T}


@breaks("processor_returns_a_batch", "(45, 1)")
class BatchComesLast(TextEncoder):
    def processor(self, train):
        return Joined(self.alphabet)

    def forward(self, inputs):
        return super().forward({"codes": inputs["codes"].T})


@breaks("processing_is_deterministic", "torch")
class AlwaysAugments(ImageEncoder):
    def processor(self, train):
        return Tiles(True)


class NumpyTiles(Tiles):
    def __call__(self, images):
        return {"tiles": super().__call__(images)["tiles"] + np.random.rand()}


@breaks("random_transforms_follow_torch", "tiles differ by")
class AugmentsWithNumpy(ImageEncoder):
    def processor(self, train):
        return NumpyTiles(False) if train else Tiles(False)
