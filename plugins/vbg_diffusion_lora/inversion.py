"""Learning a word per class: the base stays as it is, and the text encoder gets new words."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vbg_diffusion_lora.adaptation import CACHE, Adaptation
from vbg_diffusion_lora.lessons import Lessons
from vbg_diffusion_lora.rows import Rows
from vbg_diffusion_lora.shots import Shot
from vbg_diffusion_lora.words import Word, describe, get_word, set_word


class Inversion(Adaptation):
    """Textual inversion (Gal et al. 2023, https://arxiv.org/abs/2208.01618), as in DA-Fusion (Trabucco et al. 2023).

    The words are known to the base already, and stand in the captions in the place of the classes.
    """

    def learn(self, courses: Mapping[str, Sequence[Shot]]) -> None:
        """Learn one word per entry: name -> pictures. Whatever was learnt before a kill is kept."""
        self.family.pipe.to(self.accelerator.device)
        for part in (self.family.denoiser, self.family.pipe.text_encoder):
            part.requires_grad_(False).eval()
        for name, shots in courses.items():
            self._invert(name, self._lessons(name, shots), self._pictures(name, shots))
        if self.accelerator.is_main_process:
            shutil.rmtree(self.folder / CACHE, ignore_errors=True)

    def _invert(self, name: str, lessons: Lessons, pictures: Rows) -> None:
        learnt, family = Word(get_word(self.family, name)).to(self.accelerator.device), self.family
        net = self.accelerator.prepare_model(learnt)

        def loss(step: int, generator: torch.Generator) -> Tensor:
            batch = lessons.draw(self.config.batch_size, self.accelerator, generator)
            kept = pictures[batch.pictures]["kept"].to(self.accelerator.device)
            told = describe(family, [lessons.texts[text] for text in batch.texts], name, net())
            return family.loss(family.denoiser, family.latents(kept, generator), {"tokens": told}, generator)

        self._course(name, f"Learning the word {name}", learnt, loss)
        self.accelerator.unwrap_model(net, keep_fp32_wrapper=False)
        set_word(family, name, learnt.vector)
