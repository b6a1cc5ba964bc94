"""A module that declares options and imports something heavy."""

import good
import torch


class Heavy(good.Small):
    """Options."""

    scale: float = float(torch.ones(1)[0])
    """Scale."""
