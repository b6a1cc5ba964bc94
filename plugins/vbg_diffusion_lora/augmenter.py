"""The augmenter component `diffusion_lora`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from accelerate import Accelerator

from vbg_diffusion_lora import TINY, WORDS, DiffusionLoraConfig
from vbg_diffusion_lora.adaptation import Adaptation
from vbg_diffusion_lora.adapters import load_adapter, save_adapter
from vbg_diffusion_lora.base import base_folder, open_base
from vbg_diffusion_lora.captions import Captions, Facts
from vbg_diffusion_lora.drawing import Drawing, Made
from vbg_diffusion_lora.family import Family
from vbg_diffusion_lora.grid import Grid
from vbg_diffusion_lora.inversion import Inversion
from vbg_diffusion_lora.planning import Plan, Planner
from vbg_diffusion_lora.shots import Shot, squares, survey
from vbg_diffusion_lora.tiny import BASE, TinyBase
from vbg_diffusion_lora.words import add_words, word
from vbg_framework import Augmenter, Origin, Record, Request, TrainView, VBGError
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive

ABOUT, DOMAIN, CHUNK = "diffusion.json", "domain", 32


class DiffusionLora(Augmenter):
    """A latent diffusion model with adapters learnt from the training pictures (Hu et al. 2021; porcelain, 2026).

    New pictures are asked for by captions. Their attributes are those of some training record of the class, so nothing
    is asked for that was never seen together; a record carries only the labels that its caption names.
    """

    config: DiffusionLoraConfig
    modalities = ("image",)

    def __init__(self, config: DiffusionLoraConfig) -> None:
        super().__init__(config)
        self.family: Family | None = None
        self.shots: list[Shot] = []

    def fit(self, train: TrainView, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Open the base, or learn the tiny one, then learn the adapters.

        Raises:
            VBGError: no training record has a picture, or the base cannot be used.
        """
        captions = Captions(self.config.caption, train)
        captions.check(train)
        self.shots = survey(train, captions, screen)
        if not self.shots:
            what = f"no training record of '{train.task.name}' has a picture"
            raise VBGError("diffusion_lora", what, "Use another augmenter, or data with pictures.")
        if self.config.base == TINY:
            seeds = derive(seed, "base")
            base = TinyBase(self.config, train, self.shots, captions, accelerator, seeds, folder, screen).learn()
        else:
            with accelerator.main_process_first():
                base = base_folder(self.config.base)
        self._base = base
        self.family = open_base(base, self.config, _dtype(accelerator.mixed_precision == "bf16"))
        grids, seeds = folder / "grids", derive(seed, "grid")
        Grid(self.config, self.shots, captions, seeds, grids).draw(self._drawing(train), None, 0, accelerator)
        if self.config.steps:
            captions, course = self._captions(train), Inversion if self._learns_words else Adaptation
            if self._learns_words:
                add_words(self.family, sorted(self._adapters()))
            places = {name: [self.shots[index] for index in each] for name, each in self._adapters().items()}
            course(
                self.config, self.family, train, captions, accelerator, derive(seed, "adapters"), folder, screen
            ).learn(places)
            grid = Grid(self.config, self.shots, captions, seeds, grids)
            grid.draw(self._drawing(train), self._adapter, self.config.steps, accelerator)

    def generate(self, requests: Sequence[Request], train: TrainView, *, seed: int) -> Iterator[Record | None]:
        """Yield one picture per request; None for a class, or attributes, without training pictures."""
        planner = Planner(self.config.sampling, self._captions(train), self.shots, self._adapter)
        drawing = self._drawing(train)
        for start in range(0, len(requests), CHUNK):
            wanted = requests[start : start + CHUNK]
            plans = [planner.plan(request, derive(seed, "plan", start + i)) for i, request in enumerate(wanted)]
            made = iter(drawing.paint([plan for plan in plans if plan], derive(seed, "chunk", start)))
            for request, plan in zip(wanted, plans, strict=True):
                yield None if plan is None else self._record(request, plan, next(made), planner, train)

    def save(self, folder: Path) -> None:
        """Write the adapters, as diffusers or peft load them, and the tiny base."""
        assert self.family is not None, "fit or load first"
        if self.config.base == TINY:
            shutil.copytree(self._base, folder / BASE)
        names = sorted(self._adapters()) if self.config.steps else []
        for name in names:
            save_adapter(self.family, self.config.adapter, name, folder / "adapters" / name)
        about = {"bf16": self.family.denoiser.dtype == torch.bfloat16, "shots": self.shots}
        (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Become what `save` wrote; a base from elsewhere is found again as it was."""
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.shots = [
            Shot(place, Facts(name, tuple((key, value) for key, value in attributes)))
            for place, (name, attributes) in about["shots"]
        ]
        self._base = folder / BASE if self.config.base == TINY else base_folder(self.config.base)
        self.family = open_base(self._base, self.config, _dtype(about["bf16"]))
        self.family.pipe.to("cuda" if torch.cuda.is_available() else "cpu")
        for name in sorted(self._adapters()) if self.config.steps else []:
            load_adapter(self.family, self.config.adapter, name, folder / "adapters" / name)
        self.family.denoiser.eval()

    def _record(self, request: Request, plan: Plan, made: Made, planner: Planner, train: TrainView) -> Record:
        facts = {name: value for name, value in plan.shot.facts.attributes if name in plan.caption.named}
        targets = {name: value for name, value in facts.items() if name in train.tasks}
        sources = (train[plan.begin.place].id,) if plan.begin else ()
        scores = {} if made.strength is None else {"strength": round(made.strength, 4)}
        return Record(
            id="", inputs={"image": made.picture}, targets={**targets, **request},
            origin=Origin(sources=sources, scores=scores), soft=planner.soft(plan, made.strength),
        )  # fmt: skip

    def _adapters(self) -> dict[str, list[int]]:
        """Adapter -> positions of the training pictures it learns from."""
        if self.config.adapter.scope == "domain":
            return {DOMAIN: list(range(len(self.shots)))}
        results: dict[str, list[int]] = {}
        for index, shot in enumerate(self.shots):
            results.setdefault(self._name(shot.facts.name), []).append(index)
        return results

    def _adapter(self, name: str) -> str | None:
        """The adapter for pictures of a class; None = the base as it is."""
        if not self.config.steps or self._learns_words:
            return None
        return DOMAIN if self.config.adapter.scope == "domain" else self._name(name)

    def _name(self, name: str) -> str:
        """A name for a class's adapter that is one for files and modules, too."""
        return f"class-{sorted({shot.facts.name for shot in self.shots}).index(name):03d}"

    @property
    def _learns_words(self) -> bool:
        return self.config.adapter.type == WORDS and self.config.steps > 0

    def _captions(self, train: TrainView) -> Captions:
        """What new pictures are called: by the word of their class, if words were learnt."""
        names = {shot.facts.name for shot in self.shots} if self._learns_words else set()
        return Captions(self.config.caption, train, {name: word(self._name(name)) for name in names})

    def _drawing(self, train: TrainView) -> Drawing:
        assert self.family is not None, "fit or load first"
        family, side = self.family, self.config.resolution
        return Drawing(family, self.config, lambda shot: next(squares(train, [shot], side)))


def _dtype(half: bool) -> torch.dtype:
    return torch.bfloat16 if half else torch.float32
