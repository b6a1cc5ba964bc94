"""Writes into docs/paper.md which registered entries reach which element of the paper: `python docs/elements.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vbg_framework.config.plugins import Plugins, load_plugins
from vbg_framework.config.registry import Registry, Resolved, resolve, shipped_registry
from vbg_framework.study.make import make_plan

PAGE = Path(__file__).with_name("paper.md")
BEGIN, END = "<!-- begin elements -->", "<!-- end elements -->"
MOST = 4  # entries that are named
PAPERS = ("vbg-paper", "quickstart", "paper-")  # beginnings of names of what is about the paper

Option = Callable[[Resolved], Any]


def part(key: str, option: str = "") -> Option:
    """An option of a component, such as `style.share` of the augmenter; "" = its type; None = there is no such part."""

    def read(resolved: Resolved) -> Any:
        if key not in resolved.parts:
            return None
        found = resolved.parts[key].component.name if not option else resolved.parts[key].config
        for name in option.split(".") if option else ():
            found = getattr(found, name, None)
        return found

    return read


def loop(option: str) -> Option:
    """An option of the loop, of an experiment with an augmenter."""
    return lambda resolved: getattr(resolved.experiment.loop, option) if "augmenter" in resolved.parts else None


def without(*keys: str) -> Option:
    """Whether an arm of the paper's Table 4 lacks these parts."""
    return lambda resolved: not any(key in resolved.parts for key in keys)


def trunks(resolved: Resolved) -> bool:
    """Whether the discriminator's trunks stand in for ViT and BERT."""
    return all(part(f"encoders.{kind}")(resolved) == f"discriminator_{kind}" for kind in ("image", "text"))


def from_noise(resolved: Resolved) -> Any:
    """Whether pictures are made out of noise alone."""
    return part("augmenter")(resolved) == "gan" and part("augmenter", "local_fusion")(resolved) is None


ELEMENTS: dict[str, tuple[Option, Callable[[Any], bool]]] = {
    "ViT (eq. 1-5)": (part("encoders.image"), lambda kind: kind == "vit"),
    "LN after the sum (eq. 6-7)": (part("encoders.image", "block"), lambda block: block == "paper_postln"),
    "BERT (eq. 8-13)": (part("encoders.text"), lambda kind: kind == "bert"),
    "masked language model (eq. 14)": (part("encoders.text", "mlm_steps"), bool),
    "bidirectional attention": (part("fusion"), lambda kind: kind == "bidirectional_attention"),
    "attention, the other reading": (part("fusion"), lambda kind: kind == "coattn_literal"),
    "picture generator and discriminator (eq. 15, 18)": (from_noise, bool),
    "text generator with noise (eq. 16-17)": (part("augmenter", "text.latent"), bool),
    "adversarial texts": (part("augmenter", "text.adversarial_steps"), bool),
    "minimax game (eq. 19)": (part("augmenter", "loss"), lambda loss: loss == "minimax"),
    "style-constraint loss": (part("augmenter", "style.share"), bool),
    "1,000 textures": (part("augmenter", "style.crops"), lambda crops: (crops or 0) >= 1000),
    "attribute consistency": (part("augmenter", "attribute_weight"), bool),
    "stopping once training stabilises": (part("augmenter", "patience"), bool),
    "rounds of the loop": (loop("rounds"), lambda rounds: (rounds or 0) > 1),
    "2,000 pairs a round": (loop("count"), lambda count: (count or 0) >= 2000),
    "feedback to the generator": (part("augmenter", "feedback.steps"), bool),
    "stopping rule of the loop": (loop("patience"), bool),
    "without ViT": (without("encoders.image"), bool),
    "without BERT": (without("encoders.text"), bool),
    "without ViT and BERT: trunks of the discriminator": (trunks, bool),
    "without GAN": (without("augmenter"), bool),
}


def written(page: str) -> str:
    """The page with the table between its markers written anew."""
    rows = "\n".join(f"| {name} | {_named(entries)} |" for name, entries in reached().items())
    text = f"| Element of the paper | Registered entries that reach it |\n| --- | --- |\n{rows}"
    return re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL)


def reached() -> dict[str, list[str]]:
    """Element -> experiments and arms of studies about the paper that reach it."""
    known = list(entries(PAPERS))
    return {
        name: [entry for entry, resolved in known if holds(option(resolved))]
        for name, (option, holds) in ELEMENTS.items()
    }


def entries(beginnings: str | tuple[str, ...]) -> Iterator[tuple[str, Resolved]]:
    """Registered experiments, and arms of registered studies, whose names begin so."""
    registry, plugins = Registry.read(shipped_registry()), load_plugins()
    for name in registry.entries["experiments"]:
        if name.startswith(beginnings):
            yield name, registry.experiment(name, plugins)
    for name in registry.entries["studies"]:
        if name.startswith(beginnings):
            yield from _arms(name, registry, plugins)


def _arms(study: str, registry: Registry, plugins: Plugins) -> Iterator[tuple[str, Resolved]]:
    for arm in make_plan(study, registry, plugins).arms:
        yield f"{study}: {arm.name}", resolve(study, arm.options, plugins, study)


def _named(entries: list[str]) -> str:
    more = f" and {len(entries) - MOST} more" if len(entries) > MOST else ""
    return ", ".join(f"`{entry}`" for entry in entries[:MOST]) + more


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
