"""The fusion `late`. B batch, M modalities."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from vbg_framework import Features, Fusion
from vbg_fusions import LateConfig
from vbg_fusions.features import Projection


class Late(Fusion):
    """Lets every modality vote: the classifier judges each one's vector, and the model averages the probabilities.

    Every modality has a linear layer P_m of its own, and all share the head W. That is as much as a head of their own:
    if W has full row rank, as it has almost surely while `dim` is no smaller than the number of classes of all tasks,
    then for any heads W_m there are P_m with W P_m = W_m, and so with the biases.

    Args:
        config: the options.
        dims: modality -> D of its encoder, any number.
    """

    def __init__(self, config: LateConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.dim = config.dim
        self.project = Projection(dims, self.dim, config.dropout)

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, M, dim): one vector per modality, in the order of `features`."""
        votes: Tensor = self.project(features)
        return votes[:, [self.project.modalities.index(name) for name in features]]
