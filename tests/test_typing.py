"""What a type checker tells the author of a plugin that lives elsewhere."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")

CACHE = Path(__file__).parents[1] / ".mypy_cache" / "plugin"  # what it knows of torch is kept between runs

PLUGIN = """
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

import vbg_framework
from vbg_framework import Classifier, Component, Config, Dataset, Encoder, Features, Fusion, Record, Rejected, Task
from vbg_framework.contracts.interfaces import Processor


class OneConfig(Config):
    size: int = 4


def batch(items: Sequence[Any]) -> dict[str, Tensor]:
    return {"x": torch.zeros(len(items), 1, 4)}


class OneEncoder(Encoder):
    modality = "text"

    def __init__(self, config: OneConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.dim = config.size

    def processor(self, train: bool) -> Processor:
        return batch

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        x = inputs["x"]
        return Features(x, torch.ones(x.shape[:2], dtype=torch.bool), x[:, 0])


class OneFusion(Fusion):
    def __init__(self, config: OneConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.dim = sum(dims.values())

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        return torch.cat([found.pooled for found in features.values()], dim=1)


class OneClassifier(Classifier):
    def __init__(self, config: OneConfig, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=dim, tasks=tasks)
        self.head = nn.Linear(dim, 2)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"form": self.head(x)}

    def loss(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
        return nn.functional.cross_entropy(logits["form"], targets["form"])


class OneDataset(Dataset):
    @property
    def tasks(self) -> Sequence[Task]:
        return [Task("form")]

    def records(self) -> Iterator[Record | Rejected]:
        yield Record("a", {"text": "A bowl."}, {"form": "bowl"}, split="train")
        yield Rejected("b", "no text")


@vbg_framework.hookimpl
def vbg_components() -> list[Component]:
    return [Component(kind="encoder", name="one", config=OneConfig, target="one:OneEncoder", tiny={"size": 2})]


def use() -> Path:
    run = vbg_framework.run("first", sets=["train.steps=2"])
    for said in vbg_framework.load(run).predict([{"text": "A bowl."}]):
        print(said.id, said.classes["form"], said.probabilities["form"]["bowl"] > 0.5)
    return run.path
"""
MISTAKES = """
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from vbg_framework import Component, Config, Features, Fusion, Record, run
from vbg_framework import Encodr  # expect: attr-defined

Component(kind="encodr", name="one", config=Config, target="one:One")  # expect: arg-type
Component(kind="encoder", name="one", config=dict, target="one:One")  # expect: arg-type
Record(1, {"text": "A bowl."})  # expect: arg-type


class WrongReturn(Fusion):
    def forward(self, features: Mapping[str, Features]) -> Features:  # expect: override
        return features["text"]


class WrongBody(Fusion):
    def forward(self, features: Mapping[str, Features]) -> Tensor:
        return features["text"]  # expect: return-value


class NoForward(Fusion):
    pass


NoForward(Config(), dims={"image": 4})  # expect: abstract
path: Path = run("first")  # expect: assignment
run("first", steps=3)  # expect: call-arg
"""


def test_mistakes_against_the_interfaces_are_reported_and_a_plugin_without_passes_the_strict_check(tmp_path):
    (tmp_path / "plugin.py").write_text(PLUGIN)
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={CACHE}"]
    done = subprocess.run([*command, "plugin.py", "mistakes.py"], cwd=tmp_path, capture_output=True, text=True)
    found = re.findall(r"^(\S+?):(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    lines = enumerate(MISTAKES.splitlines(), 1)
    asked = [
        ("mistakes.py", str(number), line.split("# expect: ")[1]) for number, line in lines if "# expect: " in line
    ]
    assert found == asked, done.stdout + done.stderr
    assert f"Found {len(asked)} errors in 1 file" in done.stdout
