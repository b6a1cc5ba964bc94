"""What is looked at while the image half learns: sample grids, and KID on pictures kept out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vbg_framework.toolkit import derive, kid
from vbg_gan.features import FeatureNetwork
from vbg_gan.frames import Frames
from vbg_gan.grid import labelled_rows
from vbg_gan.players import Painter
from vbg_gan.sampler import Codes
from vbg_gan.table import AttributeTable

CHUNK = 64  # pictures at a time
ROWS, COLUMNS = 20, 8  # of a sample grid
MOST = 500  # pictures for a KID
LEAST = 0.1  # a feature of a KID has at least this share of the mean spread of all


class Evaluation:
    """Looks at a generator, always with the same latents, classes and attributes.

    Args:
        network: the frozen feature network.
        codes, table: classes and attributes.
        frames: training pictures.
        kept_out: pictures of the inner part, if there is one.
        grids: folder of the sample grids.
        seed: seed of latents and attributes.
    """

    def __init__(
        self,
        network: FeatureNetwork,
        codes: Codes,
        table: AttributeTable,
        frames: Frames,
        kept_out: Frames | None,
        grids: Path,
        seed: int,
    ) -> None:
        self.network, self.codes, self.grids, self.seed = network, codes, grids, seed
        self.rows = _scarcest(frames, table)
        draws = np.random.default_rng(derive(seed, "grid"))
        self.facts = [(name, table.draw(name, draws)) for name in self.rows for _ in range(COLUMNS)]
        self.known: list[tuple[str, dict[str, str]]] = []
        if kept_out is not None and len(kept_out.facts) >= 3:  # a KID takes three
            chosen = np.random.default_rng(derive(seed, "kid")).permutation(len(kept_out.facts))[:MOST]
            self.known = [(kept_out.facts[n].name, dict(kept_out.facts[n].attributes)) for n in chosen]
            real = _pooled(network, kept_out.pixels[chosen])
            self.mean, self.spread = real.mean(axis=0), real.std(axis=0)
            self.kept = self.spread > LEAST * self.spread.mean()  # (D,)
            self.real = self._scaled(real)

    def grid(self, generator: Painter, step: int) -> None:
        """Write `grids/step-000500.png`: a row per class, the scarcest twenty if there are more."""
        self.grids.mkdir(parents=True, exist_ok=True)
        pixels = paint(generator, *self.codes(self.facts), self._draws("grid"))
        rows = {name: pixels[row * COLUMNS : (row + 1) * COLUMNS] for row, name in enumerate(self.rows)}
        labelled_rows(rows).save(self.grids / f"step-{step:06d}.png")

    def kid(self, generator: Painter) -> float | None:
        """KID to the pictures kept out, for the same classes and attributes; None if there are none.

        On the mean and standard deviation of every channel of the frozen network, brought to the spread of the real
        pictures, as features of this network have no scale of their own. Those that hardly vary from one real picture
        to another are left out: in units of next to nothing, whatever makes them fire would lie beyond all measure.
        """
        if not self.known or not self.kept.any():
            return None
        pixels = paint(generator, *self.codes(self.known), self._draws("kid"))
        return kid(self.real, self._scaled(_pooled(self.network, pixels)))[0]

    def _scaled(self, features: np.ndarray) -> np.ndarray:
        return (features - self.mean)[:, self.kept] / self.spread[self.kept]

    def _draws(self, what: str) -> torch.Generator:
        return torch.Generator().manual_seed(derive(self.seed, what))


def latents(generator: Painter, count: int, draws: torch.Generator) -> Tensor:
    """(count, latent): what `paint` makes its pictures from."""
    return torch.randn(count, generator.latent, generator=draws)


@torch.no_grad()
def paint(generator: Painter, classes: Tensor, values: Tensor, draws: torch.Generator) -> np.ndarray:
    """Make pictures, (B, S, S, 3) of bytes, in evaluation mode.

    Args:
        generator: the network; found again in the mode it was in.
        classes: (B,) class indices.
        values: (B, number of attributes) value indices.
        draws: draws the latents.
    """
    device, training = next(generator.parameters()).device, generator.training
    z = latents(generator, len(classes), draws)
    generator.eval()
    parts = [
        generator(*(tensor.to(device) for tensor in part)).float().add(1).mul(127.5).round().clamp(0, 255).byte().cpu()
        for part in zip(*(tensor.split(CHUNK) for tensor in (z, classes, values)), strict=True)
    ]
    generator.train(training)
    return torch.cat(parts).permute(0, 2, 3, 1).contiguous().numpy()


@torch.no_grad()
def _pooled(network: FeatureNetwork, pixels: np.ndarray) -> np.ndarray:
    """(n, S, S, 3) bytes -> (n, D): mean and standard deviation of every channel of every stage."""
    rows = []
    for start in range(0, len(pixels), CHUNK):
        part = torch.from_numpy(pixels[start : start + CHUNK]).permute(0, 3, 1, 2).to(network.mean.device)
        maps = [features.float().flatten(2) for features in network(part.float() / 127.5 - 1)]
        rows.append(torch.cat([stat for flat in maps for stat in (flat.mean(2), flat.std(2, correction=0))], dim=1))
    return torch.cat(rows).double().cpu().numpy()


def _scarcest(frames: Frames, table: AttributeTable) -> list[str]:
    """The classes with the fewest pictures that have any, in the order of the data."""
    counts = {name: sum(frame.name == name for frame in frames.facts) for name in table.classes}
    result = sorted((name for name, count in counts.items() if count), key=lambda name: counts[name])[:ROWS]
    return [name for name in table.classes if name in result]
