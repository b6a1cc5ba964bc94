"""Our training against a hand-written loop and against the Hugging Face Trainer: same model, data, precision, batches.

    uv run python benchmarks/training.py [--steps 120] [--repeats 3]

Prints ratios of times measured side by side in this process, alternating, best of the repeats:
  step      our loop / hand-written loop, training steps only
  whole     our run (training, two validations with checkpoints, test, predictions, saved model) / Trainer's (training,
            two validations with checkpoints, test); both find the data prepared, and our report page is left out
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

import vbg_framework.runs.execute
from vbg_framework.base.precision import choose_precision
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.batch import Batch, Collate, Steps, training_loader
from vbg_framework.learning.model import Model, build_model
from vbg_framework.learning.optimiser import build_optimiser, rate_factor, set_rate
from vbg_framework.runs.execute import execute
from vbg_framework.runs.start import start
from vbg_framework.screen import Screen


class Setting:
    """One experiment, ready to be trained in three ways."""

    def __init__(self, experiment: str, steps: int, folder: Path) -> None:
        self.plugins, self.folder, self.steps = load_plugins(), folder, steps
        sets = [f"train.steps={steps}", f"train.evaluate_every={steps // 2}", "train.checkpoint_seconds=1e9"]
        self.resolved = Registry.read().experiment(experiment, self.plugins, sets)
        self.setup = self.resolved.experiment.train
        prepared = prepare_data(self.resolved.parts["data"], Screen())
        splits = prepared.split(self.resolved.experiment.split, self.resolved.experiment.tasks)
        self.tasks = {task.name: task for task in splits.tasks}
        text = TextPolicy(self.resolved.experiment.text, fields=prepared.text_fields, tasks=splits.tasks)
        self.items = {
            split: Items(
                prepared, rows, tasks=splits.tasks, modalities=list(self.resolved.experiment.encoders), text=text
            )
            for split, rows in splits.rows.items()
        }
        for modality, part in self.resolved.encoders().items():
            assets = folder / "assets" / modality
            assets.mkdir(parents=True)
            part.component.load().prepare(part.config, self.items["train"].raw(modality), assets, seed=1)
        parameters = sum(parameter.numel() for parameter in self.model().parameters())
        self.bf16 = choose_precision(self.setup.precision, parameters) == "bf16"

    def model(self) -> Model:
        torch.manual_seed(0)
        return build_model(self.resolved, self.tasks, self.folder / "assets")

    def collate(self, model: Model) -> Collate:
        return Collate({m: encoder.processor(True) for m, encoder in model.encoders.items()}, self.tasks)


def ours(setting: Setting) -> tuple[float, float]:
    """Seconds of the whole run, and of its training steps."""
    begun = time.perf_counter()
    run = execute(start(setting.resolved, setting.plugins, setting.folder / "runs"), setting.plugins, Screen())
    return time.perf_counter() - begun, step_seconds(run, setting.setup.batch_size)


def step_seconds(run: RunFolder, batch_size: int) -> float:
    """Time in training steps alone, from the speeds in the log; the first line, which warms up, is left out."""
    lines = [line for line in run.lines() if line["kind"] == "train"]
    pairs = itertools.pairwise(lines)
    spans = [(b["step"] - a["step"]) * batch_size / b["items_per_second"] for a, b in pairs]
    return sum(spans) * lines[-1]["step"] / (lines[-1]["step"] - lines[0]["step"])


def by_hand(setting: Setting) -> float:
    """Seconds of the same training steps in a loop with nothing around it."""
    model = setting.model().train()
    optimiser = build_optimiser(model, setting.setup)
    size = setting.setup.batch_size
    steps = Steps(len(setting.items["train"]), size, size, seed=1, start=0, stop=setting.steps, process=0, processes=1)
    begun = None
    for number, batch in enumerate(training_loader(setting.items["train"], steps, setting.collate(model), 0)):
        begun = time.perf_counter() if number == 1 else begun  # the first step warms up
        set_rate(optimiser, rate_factor(number, setting.setup))
        with torch.autocast("cpu", torch.bfloat16, enabled=setting.bf16):
            logits = model(batch)
        model.classifier.loss({name: value.float() for name, value in logits.items()}, batch["targets"]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), setting.setup.clip)
        optimiser.step()
        optimiser.zero_grad()
    return (time.perf_counter() - begun) * setting.steps / (setting.steps - 1)


class ForTrainer(nn.Module):
    """The model as the Trainer wants it."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs, present, targets, index):
        logits = self.model(Batch(inputs=inputs, present=present, targets=targets, index=index))
        return {"loss": self.model.classifier.loss(logits, targets), **logits}


class Numbered(torch.utils.data.Dataset):
    def __init__(self, items: Items) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int):
        return index, self.items[index]


def by_trainer(setting: Setting) -> float:
    """Seconds of the Trainer on prepared data: training, two validations with checkpoints, test."""
    from transformers import Trainer, TrainingArguments

    begun = time.perf_counter()
    model = setting.model()
    arguments = TrainingArguments(
        output_dir=str(setting.folder / "trainer"), max_steps=setting.steps, report_to="none", use_cpu=True,
        per_device_train_batch_size=setting.setup.batch_size, per_device_eval_batch_size=setting.setup.batch_size,
        eval_strategy="steps", eval_steps=setting.steps // 2, save_strategy="steps", save_steps=setting.steps // 2,
        learning_rate=1e-3, warmup_steps=setting.steps // 10, max_grad_norm=1.0, bf16=setting.bf16,
        remove_unused_columns=False, disable_tqdm=True, label_names=["targets"], logging_steps=10, save_total_limit=1,
    )  # fmt: skip
    trainer = Trainer(
        ForTrainer(model), arguments, data_collator=setting.collate(model),
        train_dataset=Numbered(setting.items["train"]), eval_dataset=Numbered(setting.items["validation"]),
    )  # fmt: skip
    trainer.train()
    trainer.evaluate(Numbered(setting.items["test"]))
    return time.perf_counter() - begun


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--experiment", default="quickstart")
    arguments.add_argument("--steps", type=int, default=120)
    arguments.add_argument("--repeats", type=int, default=3)
    args = arguments.parse_args()
    vbg_framework.runs.execute._report = lambda job: None  # the Trainer writes none
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(args.experiment, args.steps, Path(folder))
        whole, step, hand, trainer = [], [], [], []
        for _ in range(args.repeats):
            seconds = ours(setting)
            whole.append(seconds[0])
            step.append(seconds[1])
            hand.append(by_hand(setting))
            trainer.append(by_trainer(setting))
    records = args.steps * setting.setup.batch_size
    print(f"{args.experiment}, {args.steps} steps of {setting.setup.batch_size}, {torch.get_num_threads()} threads, "
          f"{'bf16' if setting.bf16 else 'fp32'}, best of {args.repeats}")  # fmt: skip
    print(f"step   ours {min(step):.2f} s, by hand {min(hand):.2f} s: ratio {min(step) / min(hand):.3f}")
    print(f"whole  ours {min(whole):.2f} s, Trainer {min(trainer):.2f} s: ratio {min(whole) / min(trainer):.3f}")
    print(f"       records/s: ours {records / min(whole):.0f}, Trainer {records / min(trainer):.0f}")


if __name__ == "__main__":
    main()
