"""Sample sheets of the classes with the fewest pictures, to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from accelerate import Accelerator

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.drawing import Drawing
from vbg_diffusion_lora.planning import Plan
from vbg_diffusion_lora.shots import Shot
from vbg_framework.toolkit import derive, draw_sheet

ROWS, COLUMNS = 8, 6


class Grid:
    """Paints the same captions from the same noise whenever it is asked.

    Args:
        config: the options.
        shots: the training pictures.
        captions: what they are called.
        seed: of the choice.
        folder: where the sheets go.
    """

    def __init__(
        self, config: DiffusionLoraConfig, shots: Sequence[Shot], captions: Captions, seed: int, folder: Path
    ) -> None:
        self.config, self.folder, self.seed = config, folder, seed
        counts = Counter(shot.facts.name for shot in shots)
        self.rows = {name: counts[name] for name in sorted(counts, key=lambda name: (counts[name], name))[:ROWS]}
        draws = np.random.default_rng(seed)
        self.chosen = []
        for name in self.rows:
            own = [shot for shot in shots if shot.facts.name == name]
            for shot in (own[place] for place in draws.integers(len(own), size=COLUMNS)):
                self.chosen.append((shot, captions.caption(shot.facts, draws)))

    def draw(
        self, drawing: Drawing, adapter: Callable[[str], str | None] | None, step: int, accelerator: Accelerator
    ) -> None:
        """Write `step-001500.png`: a row per class, painted from noise; on the main process only.

        Args:
            adapter: class -> adapter; None = the base as it is.
            step: for the name of the file.
        """
        path = self.folder / f"step-{step:06d}.png"
        if path.exists() or not accelerator.is_main_process:
            return
        drawing.family.pipe.to(accelerator.device)
        plans = [
            Plan(shot, caption, adapter and adapter(shot.facts.name), derive(self.seed, "noise", index))
            for index, (shot, caption) in enumerate(self.chosen)
        ]
        pictures = [made.picture for made in drawing.paint(plans, self.seed)]
        rows = [
            (name, f"{count} pictures", pictures[row * COLUMNS : (row + 1) * COLUMNS])
            for row, (name, count) in enumerate(self.rows.items())
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        title = "The base as it is" if step == 0 else f"After {step} steps"
        draw_sheet(rows, path, title=title, note="", columns=COLUMNS, size=128)
