"""The vision transformer itself (Dosovitskiy et al. 2021, arXiv 2010.11929)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FILE = "architecture.json"


@dataclass(frozen=True)
class Architecture:
    """Everything a vision transformer is built from. Sizes in pixels (image, patch) or features.

    Args:
        class_token: whether a class token goes before the patches.
        post_norm: LN(z + f(z)) as in eq. 6-7 of the VBG paper, instead of z + f(LN(z)) with a last LN.
        eps: epsilon of every LayerNorm.
        mean, std: normalisation of red, green and blue, for values in 0..1.
    """

    image_size: int
    patch_size: int
    dim: int
    layers: int
    heads: int
    mlp_dim: int
    class_token: bool = True
    post_norm: bool = False
    eps: float = 1e-6
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Architecture:
        """Read what `save` wrote."""
        return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))


class Block(nn.Module):
    """One layer: self-attention, then a feed-forward part, each with residual and LayerNorm."""

    def __init__(self, arch: Architecture, dropout: float) -> None:
        super().__init__()
        self.heads, self.post_norm = arch.heads, arch.post_norm
        self.norm1 = nn.LayerNorm(arch.dim, arch.eps)
        self.qkv = nn.Linear(arch.dim, 3 * arch.dim)
        self.proj = nn.Linear(arch.dim, arch.dim)
        self.norm2 = nn.LayerNorm(arch.dim, arch.eps)
        self.fc1 = nn.Linear(arch.dim, arch.mlp_dim)
        self.fc2 = nn.Linear(arch.mlp_dim, arch.dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, z: Tensor) -> Tensor:
        """(B, N, D) -> (B, N, D)."""
        if self.post_norm:
            z = self.norm1(z + self._attend(z))
            return self.norm2(z + self._mlp(z))
        z = z + self._attend(self.norm1(z))
        return z + self._mlp(self.norm2(z))

    def _attend(self, z: Tensor) -> Tensor:
        b, n, d = z.shape
        q, k, v = self.qkv(z).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)  # (B, H, N, D/H) each
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, d)
        return self.dropout(self.proj(mixed))

    def _mlp(self, z: Tensor) -> Tensor:
        return self.dropout(self.fc2(self.dropout(F.gelu(self.fc1(z)))))


class VisionTransformer(nn.Module):
    """Patches, positions, layers. Random weights: truncated normal, 0.02."""

    def __init__(self, arch: Architecture, dropout: float = 0.0) -> None:
        super().__init__()
        side = arch.image_size // arch.patch_size
        self.patch_embed = nn.Conv2d(3, arch.dim, arch.patch_size, arch.patch_size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, arch.dim)) if arch.class_token else None
        self.pos_embed = nn.Parameter(torch.zeros(1, side * side + arch.class_token, arch.dim))
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(arch, dropout) for _ in range(arch.layers))
        self.norm = nn.Identity() if arch.post_norm else nn.LayerNorm(arch.dim, arch.eps)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif "norm" not in name:
                nn.init.trunc_normal_(parameter, std=0.02)

    def forward(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) normalised pixels -> (B, N, D), the class token first if there is one."""
        return self.views(pixels)[1]

    def views(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """What stands after three quarters of the layers, and what stands at the end; both as `forward` returns."""
        z = self.patch_embed(pixels).flatten(2).transpose(1, 2)  # (B, N, D)
        if self.cls_token is not None:
            z = torch.cat([self.cls_token.expand(len(z), -1, -1), z], dim=1)
        z = self.dropout(z + self.pos_embed)
        middle, last = z, max(1, len(self.blocks) * 3 // 4)
        for number, block in enumerate(self.blocks, start=1):
            z = block(z)
            middle = z if number == last else middle
        return middle, self.norm(z)
