"""Networks of timm and their weights, for encoders that are built around one.

timm (https://huggingface.co/docs/timm) knows more than a thousand image networks by name. Only for hub ids the
Internet is asked.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import timm
import torch
from torch import Tensor, nn

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import isolated
from vbg_framework.toolkit import mobilenet_v2
from vbg_framework.toolkit.weights import load_state, read_json, weights_path

FILE = "backbone.json"
AUXILIARY = "AuxLogits."  # a second classifier of Inception, for its own training only
TIMM = "Use weights in timm's format: a folder with config.json and model.safetensors, or a hub id `timm/...`."


@dataclass(frozen=True)
class Backbone:
    """Everything a network is built from, except its weights.

    Args:
        name: architecture as timm names it, such as `resnet50`.
        arguments: timm's own arguments of that architecture.
        image_size: pixels.
        mean: of red, green and blue, for values in 0..1; subtracted.
        std: of red, green and blue; what is left is divided by it.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    image_size: int = 224
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)

    @classmethod
    def find(
        cls, name: str | None, file: Path | None, arguments: Mapping[str, Any], image_size: int | None
    ) -> Backbone:
        """Describe a network by its name, by the files beside its weights, or by both, and try it once.

        Args:
            name: timm's name; None = as `config.json` beside the weights says.
            file: the weights, see `weights_file`; None = from scratch.
            arguments: what to change of the architecture.
            image_size: pixels; None = as the weights, or else timm, say.

        Raises:
            VBGError: there is no such architecture, the files do not say which or say another, they have another
                format, or the network cannot read images of this size.
        """
        about = _described(file) if file else {}
        name = _agreed(name, about.get("architecture"), file)
        default = _default(name)
        facts = {**default, **about.get("pretrained_cfg", about)}
        size = image_size or facts["input_size"][-1]
        fixed = {"img_size": size} if default.get("fixed_input_size") else {}
        chosen = {**about.get("model_args", {}), **fixed, **arguments}
        result = cls(name, chosen, size, tuple(facts["mean"]), tuple(facts["std"]))
        result._try()
        return result

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Backbone:
        """Read what `save` wrote."""
        return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))

    def build(self) -> nn.Module:
        """The network without its classifier, with random weights, in the channels-last memory format.

        That format makes convolutions faster, depthwise ones most of all. It changes no shape and no file.

        Raises:
            VBGError: the arguments do not fit the architecture.
        """
        try:
            net = timm.create_model(self.name, num_classes=0, **self.arguments)
            return net.to(memory_format=torch.channels_last)
        except Exception as error:  # the networks raise whatever they raise
            fix = "Change `arguments` or `image_size`."
            raise VBGError(f"timm network {self.name}", f"cannot be built ({_short(error)})", fix) from error

    def weights(self, file: Path) -> dict[str, Tensor]:
        """The weights in a file, as a network that `build` made holds them; position embeddings are interpolated.

        Raises:
            VBGError: the file cannot be read, or its weights do not fit.
        """
        state = mobilenet_v2.renamed(load_state(file))
        state = {name: tensor for name, tensor in state.items() if not name.startswith(self._heads())}
        # told of no classifier and of no tag, timm reads strictly: every tensor must fit
        source = {"state_dict": state, "classifier": None, "tag": ""}
        try:
            with isolated():
                net = timm.create_model(
                    self.name, pretrained=True, num_classes=0, pretrained_cfg_overlay=source, **self.arguments
                )
        except Exception as error:
            raise VBGError(str(file), f"no weights of timm's {self.name} ({_short(error)})", TIMM) from error
        return net.state_dict()

    def _heads(self) -> tuple[str, ...]:
        """How the names of a classifier's weights begin; older files have `head` where timm now says `head.fc`."""
        named = _default(self.name).get("classifier") or ()
        names = [named] if isinstance(named, str) else list(named)
        older = [f"{name.partition('.')[0]}.{kind}" for name in names for kind in ("weight", "bias")]
        return (AUXILIARY, *(f"{name}." for name in names), *older)

    def _try(self) -> None:
        with isolated(), torch.inference_mode():
            net = self.build().eval()
            try:
                net(torch.zeros(1, 3, self.image_size, self.image_size))
            except Exception as error:
                what = f"{self.name} cannot read images of this size ({_short(error)}), got {self.image_size}"
                raise VBGError("image_size", what, "Take another, or leave it out.") from error


class Stage(nn.Module):
    """A network up to one of its stages; what comes after is removed.

    Stages are counted by their resolution: stage n has a token per 2^(n+1) pixels, 16 in stage 3 and 32 in stage 4.

    Args:
        net: what `Backbone.build` made.
        stage: from 1.

    Attributes:
        dim: channels of the stage.

    Raises:
        VBGError: the network has no such stage.
    """

    def __init__(self, net: Any, stage: int) -> None:
        super().__init__()
        steps = [info["reduction"] for info in net.feature_info]
        stages = [n for n in range(1, 6) if 2 ** (n + 1) in steps] if len(set(steps)) > 1 else []
        if stage not in stages:
            fix = (
                f"It has {', '.join(map(str, stages))}." if stages else "Leave it out: its layers have one resolution."
            )
            raise VBGError("stage", f"this network has no such stage, got {stage}", fix)
        self.index = max(index for index, step in enumerate(steps) if step == 2 ** (stage + 1))
        self.dim = int(net.feature_info[self.index]["num_chs"])
        net.prune_intermediate_layers([self.index], prune_norm=True, prune_head=True)
        self.net: Any = net

    def forward(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, D, H, W)."""
        return self.net.forward_intermediates(
            pixels, indices=[self.index], stop_early=True, output_fmt="NCHW", intermediates_only=True
        )[0]


def weights_file(model: str | None, weights: str | None) -> Path | None:
    """The safetensors file behind a hub id (which is fetched) or a path; None without either.

    Raises:
        VBGError: see `weights_path`.
    """
    if model is None and weights is None:
        return None
    path = weights_path(model, weights)
    return path / "model.safetensors" if path.is_dir() else path


def _default(name: str) -> dict[str, Any]:
    """What timm says of an architecture's usual weights."""
    result = timm.get_pretrained_cfg(name)
    return result.to_dict() if result else {}


def _described(file: Path) -> dict[str, Any]:
    """`config.json` in timm's words, empty where there is none."""
    about = read_json(file.parent / "config.json")
    kind = about.get("model_type")
    if kind == "mobilenet_v2":
        return mobilenet_v2.described(about, read_json(file.parent / "preprocessor_config.json"))
    if kind is not None:
        what = f"weights in transformers' format, of which only mobilenet_v2 can be read, got '{kind}'"
        raise VBGError(str(file), what, TIMM)
    return about


def _agreed(name: str | None, result: str | None, file: Path | None) -> str:
    if name is None and result is None:
        raise VBGError(str(file), "no config.json beside it says which network this is", "Set its timm name.")
    if name and result and name.partition(".")[0] != result:
        raise VBGError(str(file), f"these are weights of '{result}', got the name '{name}'", "Leave the name out.")
    name = name or str(result)
    if not timm.is_model(name):
        close = difflib.get_close_matches(name, timm.list_models(), n=3)
        fix = f"Did you mean {' or '.join(close)}?" if close else "`timm.list_models()` lists the names."
        raise VBGError("timm", f"no network of this name, got '{name}'", fix)
    return name


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else f"{text[:200]}..."
