"""What `vbg plugin new` can write. Light."""

from __future__ import annotations

from dataclasses import dataclass

TINY = "vbg run quickstart --tiny --set"
FITTED = "vbg run quickstart-text --tiny --set encoders.text.type=tfidf"
LOWEST = {"numpy": 2, "pillow": 11, "pydantic": 2, "scikit-learn": 1, "scipy": 1, "safetensors": 0.5, "torch": 2}
"""Packages that templates import -> the lowest version."""


@dataclass(frozen=True)
class Kind:
    """One kind of new plugin.

    Args:
        declared: the kind under which its component is declared; "" = it declares none.
        module: the module that does the work; "" = the package itself.
        trial: the command that shows a new component at work.
        imports: packages that it imports besides the framework.
    """

    declared: str
    module: str
    trial: str
    imports: tuple[str, ...]


TRIED = {
    "encoder": Kind(
        "encoder", "encoder", f"{TINY} encoders.image.type={{component}}", ("numpy", "pillow", "pydantic", "torch")
    ),
    "text-encoder": Kind("encoder", "encoder", f"{TINY} encoders.text.type={{component}}", ("pydantic", "torch")),
    "metadata-encoder": Kind(
        "encoder",
        "encoder",
        f"{TINY} encoders.metadata.type={{component}}",
        ("pydantic", "torch"),
    ),
    "fusion": Kind("fusion", "fusion", f"{TINY} fusion.type={{component}}", ("pydantic", "torch")),
    "augmenter": Kind(
        "augmenter",
        "augmenter",
        f"{TINY} augmenter.type={{component}} --set loop.copies=false",  # it makes near copies, which the loop drops
        ("numpy", "pillow", "pydantic"),
    ),
    "transform": Kind(
        "augmenter",
        "augmenter",
        "vbg run quickstart-image --tiny --set augmenter.type={component}",
        ("pillow", "pydantic", "torch"),
    ),
    "resample": Kind(
        "augmenter",
        "augmenter",
        f"{FITTED} --set classifier.type=logistic_regression --set augmenter.type={{component}}",
        ("numpy", "pydantic"),
    ),
    "classifier": Kind("classifier", "classifier", f"{TINY} classifier.type={{component}}", ("pydantic", "torch")),
    "estimator": Kind(
        "classifier",
        "estimator",
        f"{FITTED} --set classifier.type={{component}}",
        ("numpy", "pydantic", "safetensors", "scikit-learn", "scipy"),
    ),
    "dataset": Kind("dataset", "dataset", "vbg run quickstart-image --tiny --set data.type={component}", ()),
    "sampler": Kind("sampler", "sampler", f"{TINY} train.sampling={{component}}", ("numpy", "pydantic")),
    "loss": Kind("loss", "loss", f"{TINY} classifier.loss={{component}}", ("pydantic", "torch")),
    "calibration": Kind(
        "calibration", "calibration", f"{TINY} calibration.method={{component}}", ("numpy", "pydantic")
    ),
    "modality": Kind("modality", "modality", "vbg components modality", ("numpy", "pillow", "pydantic")),
    "observer": Kind("", "", "vbg run quickstart --tiny", ()),
}
"""Word after `--kind` -> what is written."""


def requirements(kind: str) -> list[str]:
    """What the package must declare to import, without the framework."""
    return [f"{name}>={LOWEST[name]}" for name in TRIED[kind].imports]
