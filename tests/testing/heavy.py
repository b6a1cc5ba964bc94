"""A module that declares options and imports something heavy."""

import good
import numpy as np


class Heavy(good.Small):
    """Options."""

    scale: float = float(np.ones(1)[0])
    """Scale."""
