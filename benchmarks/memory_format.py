"""Networks of timm in the channels-last memory format against the usual one: training and inference.

    OMP_NUM_THREADS=1 uv run python benchmarks/memory_format.py [--rounds 11] [--nets resnet18:224:8]

Each of `--nets` is NAME:SIDE:PICTURES, with random weights and pictures of noise. Prints seconds of one pass forward
and back, and of one pass for inference, by the clock, medians over rounds in turns; and how many times as fast
channels-last is.
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import timm
import torch
from torch import Tensor, nn

from vbg_framework.toolkit.backbone import Backbone

NETS = [
    "mobilenetv2_050:64:16", "mobilenetv3_small_100:224:16", "efficientnet_b0:224:4", "regnety_002:64:16",
    "resnet18:64:16", "resnet18:224:8", "vgg11:64:8", "convnext_atto:224:4", "vit_tiny_patch16_224:224:8",
    "swin_tiny_patch4_window7_224:224:2",
]  # fmt: skip


def seconds(net: nn.Module, pixels: Tensor) -> tuple[float, float]:
    """Of one pass forward and back, and of one for inference."""
    begun = time.perf_counter()
    net.train()(pixels).square().mean().backward()
    trained = time.perf_counter() - begun
    net.zero_grad()
    with torch.inference_mode():
        begun = time.perf_counter()
        net.eval()(pixels)
        return trained, time.perf_counter() - begun


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--nets", nargs="+", default=NETS)
    given = parser.parse_args()
    print("network | training, usual | channels-last | inference, usual | channels-last", flush=True)
    for each in given.nets:
        name, side, count = each.split(":")
        pixels = torch.randn(int(count), 3, int(side), int(side), generator=torch.Generator().manual_seed(0))
        nets = timm.create_model(name, num_classes=0), Backbone.find(name, None, {}, int(side)).build()
        for net in nets:
            seconds(net, pixels)  # the first pass prepares
        rows = [[seconds(net, pixels) for net in nets] for _ in range(given.rounds)]
        cells = []
        for way in (0, 1):
            usual, last = (median(row[net][way] for row in rows) for net in (0, 1))
            cells.append(f"{usual:.4f} | {last:.4f} ({usual / last:.2f})")
        print(" | ".join([each, *cells]), flush=True)


if __name__ == "__main__":
    main()
