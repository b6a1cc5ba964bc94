"""Small components that keep every promise, as declared: light."""

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.spec import Component, Config


class Small(Config):
    """Options of everything here."""

    dim: int = 8
    """Features per token."""


class NeedsAPath(Small):
    """Options of a data set in a file."""

    path: str
    """Where it lies."""


class Sizes(Small):
    """Options with a list."""

    sizes: list[int] = [3, 1, 2]
    """Sizes."""


class Freezable(Small):
    """Options of an encoder that may be frozen."""

    frozen: bool = False
    """Whether nothing is trained."""


class InAFolder(Small):
    """Options of a data set in a folder."""

    path: str
    """The folder."""


def declared(kind: str, name: str, target: str) -> Component:
    return Component(kind, name, Small, target)


COMPONENTS = [
    declared("encoder", "text", "good_modules:TextEncoder"),
    declared("encoder", "image", "good_modules:ImageEncoder"),
    declared("encoder", "metadata", "good_modules:MetadataEncoder"),
    declared("fusion", "mean", "good_modules:MeanFusion"),
    declared("classifier", "linear", "good_modules:Linear"),
    declared("classifier", "neighbours", "good_others:Neighbours"),
    declared("augmenter", "blend", "good_others:Blend"),
    declared("augmenter", "dim", "good_others:Dim"),
    declared("augmenter", "between", "good_others:Between"),
    declared("dataset", "cards", "good_others:Cards"),
    declared("metric", "share", "broken_rules:Share"),
    declared("schedule", "falling", "broken_rules:Falling"),
    declared("modality", "grid", "broken_modality:Grid"),
    declared("optimizer", "plain", "broken_rules:Plain"),
    declared("sampler", "shuffled", "broken_rules:Shuffled"),
    declared("loss", "entropy", "broken_rules:Entropy"),
    declared("calibration", "cooled", "broken_rules:Cooled"),
    declared("control", "longer", "broken_control:Longer"),
    declared("report_section", "steps", "broken_finished:Steps"),
    declared("exporter", "note", "broken_finished:Note"),
    declared("writer", "text", "broken_finished:Text"),
]
LEGAL = [
    declared("encoder", "frozen", "legal:Frozen"),
    declared("encoder", "batch_norm", "legal:BatchNorm"),
    declared("encoder", "one_token", "legal:OneToken"),
    declared("encoder", "tied", "legal:Tied"),
    declared("fusion", "parameter_free", "legal:ParameterFree"),
    declared("fusion", "equal_sizes_only", "legal:EqualSizesOnly"),
    declared("classifier", "penalised", "legal:Penalised"),
    declared("classifier", "divides_by_weights", "legal:DividesByWeights"),
    declared("augmenter", "refusing", "legal:Refusing"),
    declared("augmenter", "texts_only", "legal:TextsOnly"),
    declared("dataset", "one_object", "legal:OneObject"),
]
"""Odd, but within the rules."""


def vbg_components() -> list[Component]:
    return COMPONENTS


def outside(name: str) -> VBGError:
    return VBGError(name, "leaves the folder", "Give a path inside it.")
