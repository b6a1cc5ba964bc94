"""A whole network of timm without its classifier."""

from __future__ import annotations

from typing import Any

from timm.models.vgg import ConvMlp
from torch import Tensor, nn


class Trunk(nn.Module):
    """The last features of a network, and what timm's classifier would read of them.

    Some heads have a layer between pooling and classifier that changes the number of features. Where it reads one
    place (MobileNetV3), tokens go through it one by one. Where it reads all places at once (VGG), it is left out, and
    `pooled` is the mean of the tokens.

    Args:
        net: what `Backbone.build` made.

    Attributes:
        dim: features of a token.
    """

    def __init__(self, net: Any) -> None:
        super().__init__()
        self.bare = isinstance(getattr(net, "pre_logits", None), ConvMlp)
        if self.bare:
            net.pre_logits = nn.Identity()
        self.net: Any = net
        self.dim = int(net.num_features if self.bare else net.head_hidden_size)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, S, S) -> tokens (B, N, D), pooled (B, D)."""
        result = self.net.forward_features(pixels)  # (B, N, C), (B, C, H, W) or (B, H, W, C)
        tokens = self._tokens(result)
        if self.bare:
            return tokens, tokens.mean(dim=1)
        pooled = self.net.forward_head(result, pre_logits=True)
        return tokens if tokens.shape[-1] == self.dim else self._through_head(tokens), pooled

    def _tokens(self, result: Tensor) -> Tensor:
        if result.dim() == 3:
            return result[:, getattr(self.net, "num_prefix_tokens", 0) :]
        return result.flatten(1, 2) if self._channels_last else result.flatten(2).transpose(1, 2)

    def _through_head(self, tokens: Tensor) -> Tensor:
        batch, count, channels = tokens.shape
        shape = (1, 1, channels) if self._channels_last else (channels, 1, 1)
        one = tokens.reshape(batch * count, *shape)
        return self.net.forward_head(one, pre_logits=True).view(batch, count, -1)

    @property
    def _channels_last(self) -> bool:
        return getattr(self.net, "output_fmt", "NCHW") == "NHWC"
