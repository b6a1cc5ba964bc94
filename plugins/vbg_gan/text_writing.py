"""Writing texts with a fitted network, word by word, under the mask."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from vbg_gan.table_learning import Facts
from vbg_gan.text_mask import TokenMask
from vbg_gan.text_networks import TextWriter
from vbg_gan.text_vocabulary import END


@torch.no_grad()
def write(
    writer: TextWriter,
    mask: TokenMask,
    facts: Sequence[Facts],
    given: Tensor,
    *,
    length: int,
    temperature: float,
    generator: torch.Generator,
) -> list[list[int]]:
    """Draw one text per fact.

    Args:
        given: (B, C + Z), the facts as numbers and the noise of each text, on the device of `writer`.
        length: most tokens.
        temperature: the logits are divided by it.
        generator: of the CPU; the draws are the same on every device.

    Returns:
        Token ids of each text, up to END.
    """
    guard, state = mask.begin(facts), None
    written: list[Tensor] = []
    ids = torch.full((len(facts),), END)
    while len(written) < length and not (written and (ids == END).all()):
        logits, state = writer.read(writer.embed(ids.to(given.device))[:, None], given, state)
        logits = logits[:, 0].float().cpu() / temperature
        chances = logits.masked_fill(~guard.allowed(), -torch.inf).softmax(dim=1)
        ids = torch.multinomial(chances, 1, generator=generator).squeeze(1)
        guard.advance(ids)
        written.append(ids)
    return [_until_end(row) for row in torch.stack(written, dim=1).tolist()]


def soft_write(
    writer: TextWriter, mask: TokenMask, facts: Sequence[Facts], given: Tensor, *, length: int, temperature: float
) -> tuple[Tensor, Tensor]:
    """Draw texts so that a gradient flows back: straight-through Gumbel-softmax (Jang et al. 2017, arXiv 1611.01144).

    Forwards a token is one-hot, backwards it is the softmax. A forbidden token has probability and gradient 0.
    Draws from torch's global generator.

    Args:
        given: (B, C + Z), the facts as numbers and the noise of each text.
        length: most tokens.
        temperature: of the softmax.

    Returns:
        (B, T, V) one-hot tokens, and (B, T) bool, True = up to and with END.
    """
    guard, state = mask.begin(facts), None
    written: list[Tensor] = []
    masks: list[Tensor] = []
    vector = writer.embed(torch.full((len(facts),), END, device=given.device))
    alive = torch.ones(len(facts), dtype=torch.bool, device=given.device)
    while len(written) < length and alive.any():
        logits, state = writer.read(vector[:, None], given, state)
        tokens = masked_gumbel(logits[:, 0], guard.allowed().to(given.device), temperature)
        written.append(tokens)
        masks.append(alive)
        ids = tokens.argmax(dim=1)
        guard.advance(ids)
        alive = alive & (ids != END)
        vector = tokens @ writer.embed.weight
    return torch.stack(written, dim=1), torch.stack(masks, dim=1)


def masked_gumbel(logits: Tensor, allowed: Tensor, temperature: float) -> Tensor:
    """(B, V) logits and allowed tokens to (B, V) one-hot draws with the gradient of the softmax."""
    return F.gumbel_softmax(logits.masked_fill(~allowed, -torch.inf), tau=temperature, hard=True)


def _until_end(ids: Sequence[int]) -> list[int]:
    return list(ids[: ids.index(END)]) if END in ids else list(ids)
