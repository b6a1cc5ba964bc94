"""What a GPU makes of training, extraction of features, the GAN and diffusion: one script for ten minutes.

    uv run python benchmarks/gpu.py [--steps 30] [--batches 32 64] [--parts training features gan diffusion]
    uv run python benchmarks/gpu.py --tiny      (rehearsal on a CPU: the first two parts, at the smallest size)

Weights are random, since speed does not depend on them. Prints, each with its peak memory:
  product    billions of operations per second of a product of large bf16 matrices: the rate that others are a share of
  training   ViT-B/16 at 224 px and BERT-base with 64 tokens under one head, AdamW, bf16 autocast: images/s of whole
             steps, and the share of that rate (six operations per parameter and token); also with `torch.compile`
  features   images/s of the frozen ViT with pictures copied from pinned memory, and of its bare forward pass
  gan        benchmarks/gan.py: a training step at 224 px beside a bare loop
  diffusion  benchmarks/diffusion_size.py: Stable Diffusion 1.5 with LoRA at 512 px
A part that fails says so in a line, and the others go on. The last line is the verdict: how many parts failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, ViTConfig, ViTModel

CLASSES, TOKENS = 100, 64
OTHERS = {"gan": ["gan.py", "--steps", "30"], "diffusion": ["diffusion_size.py", "--precision", "bf16"]}
LIMIT = 150  # seconds of each of these
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Pair(nn.Module):
    """An image and a text encoder under one linear head.

    Args:
        tiny: of the smallest size, for a rehearsal.
    """

    def __init__(self, tiny: bool) -> None:
        super().__init__()
        size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
        image = ViTConfig(image_size=32, **size) if tiny else ViTConfig()
        self.side, self.vocabulary = image.image_size, 30522
        self.image = ViTModel(image, add_pooling_layer=False)
        self.text = BertModel(BertConfig(**size if tiny else {}), add_pooling_layer=False)
        self.head = nn.Linear(2 * image.hidden_size, CLASSES)

    def forward(self, pixels: Tensor, words: Tensor) -> Tensor:
        """(B, C) logits of (B, 3, S, S) pictures and (B, L) tokens."""
        seen = self.image(pixels).last_hidden_state[:, 0], self.text(words).last_hidden_state[:, 0]
        return self.head(torch.cat(seen, 1))

    def work(self) -> float:
        """Operations of a training step per pair: six per parameter and token (Kaplan et al. 2020)."""
        patches = (self.side // self.image.config.patch_size) ** 2 + 1
        return 6.0 * (patches * _layers(self.image) + TOKENS * _layers(self.text))


def _layers(encoder: nn.Module) -> int:
    """Parameters without those of the embeddings."""
    return sum(each.numel() for name, each in encoder.named_parameters() if not name.startswith("embeddings"))


def seconds(step: Callable[[], object], count: int) -> float:
    """Of one call, mean of `count` after three that do not count."""
    for _ in range(3):
        step()
    wait()
    begun = time.perf_counter()
    for _ in range(count):
        step()
    wait()
    return (time.perf_counter() - begun) / count


def wait() -> None:
    """Until the GPU has done what it was given."""
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def memory() -> str:
    """The peak since it was asked last."""
    if DEVICE.type != "cuda":
        return "no GPU"
    peak = torch.cuda.max_memory_allocated() / 2**20
    torch.cuda.reset_peak_memory_stats()
    return f"peak {peak:,.0f} MiB"


def rate(side: int, count: int) -> float:
    """Operations per second of a product of (side, side) matrices in bf16."""
    one = torch.randn(side, side, device=DEVICE, dtype=torch.bfloat16)
    return 2.0 * side**3 / seconds(lambda: one @ one, count)


def training(tiny: bool, batches: list[int], count: int) -> None:
    """Print what whole training steps reach."""
    most = rate(64 if tiny else 8192, count)
    print(f"product    {most / 1e9:,.0f} billion operations/s; {memory()}", flush=True)
    for batch in batches:
        for how in ("as it is", "compiled"):
            if tiny and how == "compiled":
                continue
            torch.manual_seed(0)
            pair = Pair(tiny).to(DEVICE)
            model = torch.compile(pair) if how == "compiled" else pair
            optimiser = torch.optim.AdamW(pair.parameters(), lr=1e-5, fused=DEVICE.type == "cuda")
            pixels = torch.randn(batch, 3, pair.side, pair.side, device=DEVICE)
            words = torch.randint(pair.vocabulary, (batch, TOKENS), device=DEVICE)
            target = torch.randint(CLASSES, (batch,), device=DEVICE)
            images = batch / seconds(partial(step, model, optimiser, pixels, words, target), count)
            share = images * pair.work() / most
            print(f"training   batch {batch}, {how}: {images:,.1f} images/s, {share:.2f} of it; {memory()}", flush=True)


def step(model: nn.Module, optimiser: torch.optim.Optimizer, pixels: Tensor, words: Tensor, target: Tensor) -> None:
    """One training step."""
    with torch.autocast(DEVICE.type, torch.bfloat16):
        loss = nn.functional.cross_entropy(model(pixels, words).float(), target)
    loss.backward()
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)


@torch.inference_mode()
def features(tiny: bool, batches: list[int], count: int) -> None:
    """Print what extraction reaches beside the bare forward pass."""
    encoder = Pair(tiny).image.eval().to(DEVICE)
    side = encoder.config.image_size
    for batch in batches:
        held = torch.randn(batch, 3, side, side)
        held = held.pin_memory() if DEVICE.type == "cuda" else held
        there = held.to(DEVICE)

        def extracted(held: Tensor = held) -> Tensor:
            with torch.autocast(DEVICE.type, torch.bfloat16):
                return encoder(held.to(DEVICE, non_blocking=True)).last_hidden_state[:, 0].float()

        def bare(there: Tensor = there) -> Tensor:
            with torch.autocast(DEVICE.type, torch.bfloat16):
                return encoder(there).last_hidden_state

        ours, most = (batch / seconds(what, count) for what in (extracted, bare))
        print(f"features   batch {batch}: {ours:,.1f} images/s, bare {most:,.1f}, {ours / most:.2f}; {memory()}")


def other(name: str) -> None:
    """Run another benchmark.

    Raises:
        RuntimeError: it failed.
    """
    script, *options = OTHERS[name]
    command = [sys.executable, str(Path(__file__).with_name(script)), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    print("\n".join(f"{name:<11}{line}" for line in done.stdout.splitlines()), flush=True)
    if done.returncode:
        raise RuntimeError((done.stderr.splitlines() or ["no word"])[-1])


def main() -> int:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 64])
    parser.add_argument("--parts", nargs="+", default=["training", "features", *OTHERS])
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    print(f"device     {torch.cuda.get_device_name() if DEVICE.type == 'cuda' else 'CPU'}, torch {torch.__version__}")
    own = {"training": training, "features": features}
    failed = 0
    for part in [name for name in given.parts if name in own or not given.tiny]:
        try:
            own[part](given.tiny, given.batches, given.steps) if part in own else other(part)
        except Exception as error:  # the others are to be measured in any case
            failed += 1
            print(f"{part:<10} failed: {type(error).__name__}: {error}", flush=True)
    print(f"verdict    {failed} parts failed")
    return failed


if __name__ == "__main__":
    sys.exit(main())
