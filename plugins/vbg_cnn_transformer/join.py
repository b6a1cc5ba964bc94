"""Local and global features become one vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Join(nn.Module):
    """Joins two vectors of the same size, of a picture or of one place.

    Args:
        how: see the option `join`.
        dim: features of each.

    Attributes:
        dim: features of the joined vector.
    """

    def __init__(self, how: str, dim: int) -> None:
        super().__init__()
        self.how = how
        self.dim = 2 * dim if how == "concat" else dim
        if how == "gate":
            self.gate = nn.Linear(2 * dim, dim)
        if how == "weighted":
            self.balance = nn.Parameter(torch.zeros(()))

    def forward(self, near: Tensor, far: Tensor) -> Tensor:
        """Two of (..., dim) -> (..., `self.dim`)."""
        if self.how == "concat":
            return torch.cat([near, far], dim=-1)
        if self.how == "sum":
            return near + far
        logit = self.gate(torch.cat([near, far], dim=-1)) if self.how == "gate" else self.balance
        share = torch.sigmoid(logit)
        return share * near + (1 - share) * far
