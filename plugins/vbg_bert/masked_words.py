"""Learning to guess masked words (Devlin et al. 2019, arXiv 1810.04805, section 3.1), on the training texts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.distributed as dist
import torch.nn.functional as F
from rich.console import Console
from tokenizers import Tokenizer
from torch import Tensor, nn

from vbg_framework import VBGError
from vbg_framework.screen import Screen
from vbg_framework.toolkit import TextProcessor

SHARE = 0.15
WARMUP = 0.1
IGNORED = -100


def learn_words(
    model: nn.Module, processor: TextProcessor, texts: Sequence[str], *, steps: int, batch_size: int, rate: float
) -> None:
    """Train a masked language model in place, where it lies.

    AdamW, linear warm-up over a tenth of the steps, then linear fall, gradient norm at most 1. Draws from torch's
    global generator.

    Args:
        model: transformers' masked language model; predicts (B, T, V) logits.
        texts: the training texts; empty ones are left out.

    Raises:
        VBGError: there is no text to learn from, or the tokeniser has no mask token.
    """
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise VBGError("mlm_steps", "no training text to learn from, got only empty ones", "Set it to 0.")
    device = next(model.parameters()).device
    optimiser = torch.optim.AdamW(model.parameters(), rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _factor(step, steps))
    model.train()
    with _screen().progress("Masked words", steps) as bar:
        for step in range(steps):
            batch = processor([texts[i] for i in torch.randint(len(texts), (batch_size,)).tolist()])
            ids, labels = hide_words(batch["ids"], batch["mask"], processor.tokenizer)
            logits = model(input_ids=ids.to(device), attention_mask=batch["mask"].to(device)).logits
            loss = masked_loss(logits, labels.to(device))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad(set_to_none=True)
            if step % 10 == 0 or step + 1 == steps:
                bar.show(loss=loss.item())
            bar.advance()


def hide_words(ids: Tensor, mask: Tensor, tokenizer: Tokenizer) -> tuple[Tensor, Tensor]:
    """Choose 15 % of the real tokens; of these 80 % become the mask token, 10 % a random one, 10 % stay.

    Args:
        ids, mask: (B, T), as `TextProcessor` returns them.

    Returns:
        (B, T) ids to read, and (B, T) labels: the id that was there, -100 where nothing is asked.
    """
    special = [i for i, token in tokenizer.get_added_tokens_decoder().items() if token.special]
    chosen = mask & ~torch.isin(ids, torch.tensor(special)) & (torch.rand(ids.shape) < SHARE)
    draw = torch.rand(ids.shape)
    other = torch.where(draw < 0.8, mask_token(tokenizer), torch.randint(tokenizer.get_vocab_size(), ids.shape))
    hidden = torch.where(chosen & (draw < 0.9), other, ids)
    return hidden, torch.where(chosen, ids, IGNORED)


def mask_token(tokenizer: Tokenizer) -> int:
    """The id of the mask token of BERT's or RoBERTa's family.

    Raises:
        VBGError: the tokeniser has none.
    """
    results = [i for i in map(tokenizer.token_to_id, ("[MASK]", "<mask>")) if i is not None]
    if not results:
        raise VBGError("mlm_steps", "this model's tokeniser has no mask token", "Set it to 0 or take a BERT model.")
    return results[0]


def masked_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy over the tokens asked for; zero if none is, as in a batch of very short texts."""
    total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum")
    return total / (labels != IGNORED).sum().clamp(min=1)


def _factor(step: int, steps: int) -> float:
    warm = max(1, round(WARMUP * steps))
    return min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _screen() -> Screen:
    """Progress goes to the standard error stream, of the first process only."""
    first = not dist.is_initialized() or dist.get_rank() == 0
    return Screen(Console(stderr=True) if first else None)
