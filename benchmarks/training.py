"""Our training against a hand-written loop and against the Hugging Face Trainer: same model, data, precision, batches.

    uv run python benchmarks/training.py [--steps 300] [--rounds 5]

Prints processor time (user + system, which other work on the machine changes least), medians over rounds in which the
three take turns in one process, and the smallest and largest ratio of a round:
  step      of training steps alone, from the second on: our loop, the Trainer, a loop with nothing around it
  whole     our run (training, validation with checkpoint, test, predictions, saved model) / Trainer's (training,
            validation with checkpoint, test); both find the data prepared, and our report page is left out
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

import torch
from torch import nn

import vbg_framework.learning.train
import vbg_framework.runs.execute
from vbg_framework.base.precision import choose_precision
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.batch import Batch, Collate, Steps, training_loader
from vbg_framework.learning.model import Model, build_model
from vbg_framework.learning.optimiser import build_optimiser, rate_factor, set_rate
from vbg_framework.learning.training_rules import Rules
from vbg_framework.runs.execute import execute
from vbg_framework.runs.start import start
from vbg_framework.screen import Screen


class Setting:
    """One experiment, ready to be trained in three ways."""

    def __init__(self, experiment: str, steps: int, folder: Path) -> None:
        self.plugins, self.folder, self.steps = load_plugins(), folder, steps
        sets = [f"train.steps={steps}", f"train.evaluate_every={steps}", "train.checkpoint_seconds=1e9"]
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
    """Processor seconds of the whole run, and of a training step."""
    marks, known = [], vbg_framework.learning.train._train_line

    def marked(loss, count, *others):
        marks.append((count, process_time()))
        return known(loss, count, *others)

    vbg_framework.learning.train._train_line = marked
    begun = process_time()
    try:
        execute(start(setting.resolved, setting.plugins, setting.folder / "runs"), setting.plugins, Screen())
    finally:
        vbg_framework.learning.train._train_line = known
    return process_time() - begun, (marks[-1][1] - marks[0][1]) / sum(count for count, _ in marks[1:])


def by_hand(setting: Setting) -> float:
    """Processor seconds of a step in a loop with nothing around it."""
    model, rules = setting.model().train(), Rules.of(setting.resolved)
    optimiser = build_optimiser(model, setting.setup, rules.optimizer)
    size, count = setting.setup.batch_size, len(setting.items["train"])
    steps = Steps(
        count, size, size, seed=1, start=0, stop=setting.steps, process=0, processes=1,
        order=lambda draw: draw.permutation(count),
    )  # fmt: skip
    for number, batch in enumerate(training_loader(setting.items["train"], steps, setting.collate(model), 0)):
        if number == 1:  # the first step warms up
            begun = process_time()
        set_rate(optimiser, rate_factor(number, setting.setup, rules.schedule))
        with torch.autocast("cpu", torch.bfloat16, enabled=setting.bf16):
            logits = model(batch)
        model.classifier.loss({name: value.float() for name, value in logits.items()}, batch["targets"]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), setting.setup.clip)
        optimiser.step()
        optimiser.zero_grad()
    return (process_time() - begun) / (setting.steps - 1)


class ForTrainer(nn.Module):
    """The model as the Trainer wants it."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, **batch):
        logits = self.model(Batch(**batch))
        return {"loss": self.model.classifier.loss(logits, batch["targets"]), **logits}


class Numbered(torch.utils.data.Dataset):
    def __init__(self, items: Items) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int):
        return index, self.items[index]


def by_trainer(setting: Setting) -> tuple[float, float]:
    """Processor seconds of the Trainer on prepared data with validation and test, and of a training step."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    marks: list[float] = []

    class Marks(TrainerCallback):
        def on_step_end(self, *given, **more):
            marks.append(process_time())

    begun = process_time()
    model = setting.model()
    arguments = TrainingArguments(
        output_dir=str(setting.folder / "trainer"), max_steps=setting.steps, report_to="none", use_cpu=True,
        per_device_train_batch_size=setting.setup.batch_size, per_device_eval_batch_size=setting.setup.batch_size,
        eval_strategy="steps", eval_steps=setting.steps, save_strategy="steps", save_steps=setting.steps,
        learning_rate=1e-3, warmup_steps=setting.steps // 10, max_grad_norm=1.0, bf16=setting.bf16,
        remove_unused_columns=False, disable_tqdm=True, label_names=["targets"], logging_steps=10, save_total_limit=1,
    )  # fmt: skip
    trainer = Trainer(
        ForTrainer(model), arguments, data_collator=setting.collate(model), callbacks=[Marks()],
        train_dataset=Numbered(setting.items["train"]), eval_dataset=Numbered(setting.items["validation"]),
    )  # fmt: skip
    trainer.train()
    trainer.evaluate(Numbered(setting.items["test"]))
    return process_time() - begun, (marks[-1] - marks[0]) / (len(marks) - 1)


def told(name: str, mine: list[float], theirs: list[float]) -> str:
    """Medians of both, their ratio, and its spread over the rounds."""
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    spread = f"{median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
    return f"{name:<24} ours {median(mine):.4f} s, theirs {median(theirs):.4f} s: ratio {spread}"


def main() -> None:
    """Read the command line and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--experiment", default="quickstart-without-gan")
    arguments.add_argument("--steps", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=5)
    args = arguments.parse_args()
    vbg_framework.runs.execute._report = lambda job: None  # the Trainer writes none
    mine, trainers, hand = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(args.experiment, args.steps, Path(folder))
        for _ in range(args.rounds):
            mine.append(ours(setting))
            hand.append(by_hand(setting))
            trainers.append(by_trainer(setting))
    print(f"{args.experiment}, {args.steps} steps of {setting.setup.batch_size}, {torch.get_num_threads()} threads, "
          f"{'bf16' if setting.bf16 else 'fp32'}, median of {args.rounds}, processor time")  # fmt: skip
    wholes, steps = (list(each) for each in zip(*mine, strict=True))
    theirs, their_steps = (list(each) for each in zip(*trainers, strict=True))
    print(told("step, hand-written loop", steps, hand))
    print(told("step, Trainer", steps, their_steps))
    print(told("whole, Trainer", wholes, theirs))


if __name__ == "__main__":
    main()
