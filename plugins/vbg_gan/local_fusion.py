"""A generator for few pictures: it fuses local features of training pictures of one class."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_gan import LocalFusionConfig
from vbg_gan.memory import Memory
from vbg_gan.networks import SLOPE, fast, initialise
from vbg_gan.sampler import one_hot

STRIDE = 8  # pixels of a cell
FIELD = 4  # side of the field of noise that says which cells a reference may change
SHARPNESS = 4.0  # how suddenly a cell is taken from a reference as the field rises
HIGHEST = 0.8  # most that a reference has to say in a cell
NEARBY = 8.0  # how much a place further away counts against a cell that looks alike
MOVES = 5  # angle, zoom, stretch, and shifts of the base
STRETCH = 1.5  # zoom and stretch vary by so many times the angle in radians


class LocalFusionGenerator(nn.Module):
    """Noise picks a base and references among a class's pictures, and what of the base the references change.

    After LoFGAN (Gu et al. 2021): an encoder turns pictures into maps with one vector per cell of 8 x 8 pixels; in
    cells that the noise names, the base's vector is mixed with the one of a reference that is most alike to it; a
    decoder paints the result. Differences: which cells change is a smooth field of noise; cells nearby are preferred;
    the base is turned, zoomed and shifted a little beforehand; noise, class and attributes scale and shift the map.

    Args:
        memory: the pictures.
        options: how much is changed.
        classes: number of classes.
        attributes: number of values of each attribute.
        latent: random numbers per picture; the first ones make the choices above, all of them scale and shift.
        embedding: size of the vector that stands for a class.
        width: channels of the fused map.
    """

    def __init__(
        self, memory: Memory, options: LocalFusionConfig, *, classes: int, attributes: Sequence[int], latent: int,
        embedding: int, width: int,
    ) -> None:  # fmt: skip
        super().__init__()
        self.memory, self.options, self.latent, self.sizes = memory, options, latent, tuple(attributes)
        self.embed = nn.Embedding(classes, embedding)
        self.condition = nn.Linear(latent + embedding + sum(self.sizes), 2 * width)
        self.encoder = nn.Sequential(*_down(3, width // 4), *_down(width // 4, width // 2), *_down(width // 2, width))
        middle = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.decoder = nn.Sequential(
            middle, nn.BatchNorm2d(width), nn.ReLU(), *_up(width, width // 2), *_up(width // 2, width // 4),
            nn.ConvTranspose2d(width // 4, 3, 4, 2, 1), nn.Tanh(),
        )  # fmt: skip
        self.apply(initialise)
        nn.init.zeros_(self.condition.weight)
        if options.retouch:  # begin with the collage as it is
            for parameter in self.decoder[-2].parameters():
                nn.init.zeros_(parameter)

    def forward(
        self, z: Tensor, classes: Tensor, values: Tensor, collage: bool = False
    ) -> Tensor | tuple[Tensor, Tensor]:
        """(B, latent), (B,) class indices, (B, number of attributes) value indices -> (B, 3, S, S) in -1..1.

        Args:
            collage: return as well what the pictures are made of: the same cells, taken from the training pictures
                themselves; (B, 3, S, S), without gradients.
        """
        pictures = self._pictures(z, classes, values)
        maps = self.encoder(fast(torch.cat(pictures))).chunk(len(pictures))
        share = self._share(z, maps[0].shape[-1])
        matches = [_match(maps[0], each) for each in maps[1:]]
        fused = _mixed(maps[0], [_moved(each, match) for each, match in zip(maps[1:], matches, strict=True)], share)
        scale, shift = self._conditions(z, classes, values)
        made = self.decoder(fast(fused * (1 + scale) + shift))
        if not (collage or self.options.retouch):
            return made
        pieces = _collage(pictures, matches, share)
        if self.options.retouch:
            made = (pieces + made).clamp(-1, 1)
        return (made, pieces) if collage else made

    def choose(self, z: Tensor, classes: Tensor, values: Tensor) -> Tensor:
        """(B, 1 + references): the numbers of base and references in the memory; arguments as of `forward`."""
        uniform = torch.special.ndtr(z[:, : 1 + self.options.references])
        return self.memory.draw(uniform.cpu(), classes.cpu(), values.cpu())

    def _pictures(self, z: Tensor, classes: Tensor, values: Tensor) -> list[Tensor]:
        """The base, moved a little, and its references."""
        numbers = self.choose(z, classes, values)
        base, *references = (self.memory.pictures(each).to(z.device) for each in numbers.unbind(1))
        count = numbers.shape[1]
        moves = 2 * torch.special.ndtr(z[:, count : count + MOVES]) - 1
        return [_jittered(base, moves * self.options.warp), *references]

    def _share(self, z: Tensor, side: int) -> Tensor:
        """(B, 1, side, side): what all references together have to say in every cell."""
        start = 1 + self.options.references + MOVES
        field = z[:, start : start + FIELD**2].view(-1, 1, FIELD, FIELD)
        edge = torch.special.ndtri(torch.tensor(1 - self.options.share, device=z.device))
        smooth = F.interpolate(field, size=side, mode="bilinear")
        return HIGHEST * torch.sigmoid(SHARPNESS * (smooth - edge))

    def _conditions(self, z: Tensor, classes: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Two (B, width, 1, 1); both 0 before training."""
        given = torch.cat([z, self.embed(classes), one_hot(values, self.sizes)], dim=1)
        scale, shift = self.condition(given)[:, :, None, None].chunk(2, dim=1)
        return scale, shift


def _jittered(pictures: Tensor, moves: Tensor) -> Tensor:
    """Turned, zoomed, stretched and shifted by (B, 5) numbers; what comes in from outside is mirrored."""
    angle, zoom, stretch, across, down = moves.unbind(1)
    wide, high = 1 + STRETCH * zoom + stretch, 1 + STRETCH * zoom
    rows = [[wide * angle.cos(), -high * angle.sin(), across], [wide * angle.sin(), high * angle.cos(), down]]
    theta = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _match(base: Tensor, reference: Tensor) -> Tensor:
    """(B, H * W): for every cell of the base the cell of the reference that is most alike, nearby ones preferred."""
    one, other = (F.normalize(each.detach().flatten(2), dim=1) for each in (base, reference))
    side = torch.linspace(0, 1, base.shape[-1], device=base.device)
    places = torch.cartesian_prod(side, side)
    return (one.transpose(1, 2) @ other - NEARBY * torch.cdist(places, places) ** 2).argmax(2)


def _moved(maps: Tensor, match: Tensor) -> Tensor:
    """(B, C, H, W) with every cell replaced by the one that it was matched with."""
    return maps.flatten(2).gather(2, match[:, None].expand(-1, maps.shape[1], -1)).view_as(maps)


def _collage(pictures: Sequence[Tensor], matches: Sequence[Tensor], share: Tensor) -> Tensor:
    """The base with the cells of its references laid over it; how much they count changes smoothly between cells."""
    base, *others = pictures
    cells = (_moved(F.pixel_unshuffle(each, STRIDE), match) for each, match in zip(others, matches, strict=True))
    pieces = [F.pixel_shuffle(each, STRIDE) for each in cells]
    return _mixed(base, pieces, F.interpolate(share, scale_factor=STRIDE, mode="bilinear"))


def _mixed(base: Tensor, others: Sequence[Tensor], share: Tensor) -> Tensor:
    return base * (1 - share) + share * torch.stack(list(others)).mean(0)


def _down(before: int, after: int) -> list[nn.Module]:
    return [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(SLOPE)]


def _up(before: int, after: int) -> list[nn.Module]:
    return [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
