"""A run from its folder to its report. The same path serves a new run and one that was interrupted."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs, PartialState
from accelerate.state import AcceleratorState

from vbg_framework.batch import Collate
from vbg_framework.blame import blame
from vbg_framework.data.cache import prepare_data
from vbg_framework.data.items import Items
from vbg_framework.data.prepared import Prepared, Splits
from vbg_framework.data.text import TextPolicy
from vbg_framework.errors import VBGError
from vbg_framework.inference import Answers, answer
from vbg_framework.metrics import evaluate
from vbg_framework.model import Model, build_model, check_modalities
from vbg_framework.plugins import Plugins
from vbg_framework.precision import choose_precision
from vbg_framework.predictions import write_mistakes, write_predictions
from vbg_framework.record import SPLITS, Task
from vbg_framework.registry import Part, Resolved, resolve
from vbg_framework.run_folder import RunFolder
from vbg_framework.saved import save
from vbg_framework.screen import Screen
from vbg_framework.seeds import derive, isolated, seed_everything
from vbg_framework.train import Training, train


@dataclass
class Job:
    """Everything that stays the same while a run is executed."""

    run: RunFolder
    resolved: Resolved
    plugins: Plugins
    screen: Screen
    state: PartialState

    def notify(self, hook: str, **arguments: Any) -> None:
        """Call an observer hook, on the main process only."""
        if self.state.is_main_process:
            self.plugins.notify(hook, **arguments)


def execute(run: RunFolder, plugins: Plugins, screen: Screen) -> RunFolder:
    """Bring a run from wherever it stands to its report.

    Raises:
        VBGError: the run cannot go on; `error.txt` in its folder holds the details, and what was written is kept.
    """
    config = run.config()
    resolved = resolve(config["name"], config["experiment"], plugins, f"{run.name}/config.yaml")
    state = PartialState(cpu=not torch.cuda.is_available())
    job = Job(run, resolved, plugins, screen if state.is_main_process else Screen(), state)
    if not state.is_main_process:
        _work(job)
        return run
    with run.locked(), isolated():
        (run.path / "error.txt").unlink(missing_ok=True)
        try:
            job.notify("vbg_run_started", run=run)
            _work(job)
        except Exception as error:
            job.notify("vbg_run_finished", run=run, error=error)
            raise _explained(error, job) from error
        except KeyboardInterrupt as error:
            job.notify("vbg_run_finished", run=run, error=error)
            again = f"vbg run {resolved.name} --resume"
            raise VBGError(run.name, "interrupted", f"What was written is kept; go on with: {again}") from None
        job.notify("vbg_run_finished", run=run, error=None)
    return run


def _work(job: Job) -> None:
    experiment = job.resolved.experiment
    check_modalities(job.resolved)
    prepared = _on_main_first(job.state, lambda: prepare_data(job.resolved.parts["data"], job.screen))
    _check_fingerprint(job, prepared)
    splits = prepared.split(experiment.split, experiment.tasks, experiment.licences)
    tasks = {task.name: task for task in splits.tasks}
    policy = TextPolicy(experiment.text, fields=prepared.text_fields, tasks=splits.tasks)
    items = {
        split: Items(splits.data[split], tasks=splits.tasks, modalities=list(experiment.encoders), text=policy)
        for split in SPLITS
    }
    job.screen.say(_data_line(job, items, splits))
    model, folder = _model(job, tasks, items["train"])
    collates = [
        Collate({m: encoder.processor(random) for m, encoder in model.encoders.items()}, tasks, seed)
        for random, seed in ((True, experiment.seed), (False, None))
    ]
    accelerator = _accelerator(experiment.train.precision, model)
    job.screen.say(_model_line(job, model, accelerator))
    training = Training(
        experiment.train, experiment.seed, items["train"], items["validation"], *collates,
        job.run, accelerator, job.screen, job.notify,
    )  # fmt: skip
    progress = train(model, training)

    def ask(split: str) -> Answers:
        return answer(
            model, items[split], collates[1],
            batch_size=training.micro, accelerator=accelerator, workers=experiment.train.workers,
        )  # fmt: skip

    answers = {split: ask(split) for split in ("validation", "test")}
    if job.state.is_main_process:
        save(model, folder, job.resolved, tasks, prepared, bf16=accelerator.mixed_precision == "bf16")
        scores = {split: evaluate(tasks, found.probabilities, found.targets) for split, found in answers.items()}
        write_predictions(job.run.path, answers["test"], tasks, splits.data["test"])
        write_mistakes(job.run.path, tasks, items["test"])
        job.run.write_json("metrics.json", _metrics(scores, progress, items, prepared, splits))
        shutil.rmtree(training.checkpoints)  # the model is saved, nothing is left to resume
        _report(job)
    job.state.wait_for_everyone()


def _report(job: Job) -> None:
    from vbg_framework.report.page import write_report  # matplotlib takes a second to import

    write_report(job.run.path)


def _model(job: Job, tasks: Mapping[str, Task], items: Items) -> tuple[Model, Path]:
    """The model with its starting weights; a resumed run gets its weights from the checkpoint instead."""
    folder = job.run.path / "model"
    seed = job.resolved.experiment.seed
    for modality, part in job.resolved.encoders().items():
        _on_main_first(job.state, lambda m=modality, p=part: _assets(p, items, m, folder / "assets" / m, seed))
    seed_everything(derive(seed, "weights"))
    model = build_model(job.resolved, tasks, folder / "assets")
    model.to(job.state.device)
    begun = any((job.run.path / "checkpoints").glob("step-*"))
    if not begun and job.state.is_main_process:  # the other processes get these weights before the first step
        for modality, encoder in model.encoders.items():
            encoder.pretrain(items.raw(modality), seed=derive(seed, "pretrain", modality))
    return model, folder


def _assets(part: Part, items: Items, modality: str, folder: Path, seed: int) -> None:
    if folder.exists():
        return
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    part.component.load().prepare(part.config, items.raw(modality), partial, seed=derive(seed, "assets", modality))
    partial.rename(folder)


def _accelerator(precision: str, model: Model) -> Accelerator:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # a debugging aid that costs several per cent
    AcceleratorState._reset_state()  # several runs in one process may differ in precision
    parameters = sum(parameter.numel() for parameter in model.parameters())
    mixed = "bf16" if choose_precision(precision, parameters) == "bf16" else "no"
    # A modality missing from a whole batch leaves its encoder without gradient.
    handlers = [DistributedDataParallelKwargs(find_unused_parameters=True)]
    return Accelerator(mixed_precision=mixed, cpu=not torch.cuda.is_available(), kwargs_handlers=handlers)


def _on_main_first(state: PartialState, action: Callable[[], Any]) -> Any:
    """The main process does it, then the others find it done."""
    with state.main_process_first():
        return action()


def _check_fingerprint(job: Job, prepared: Prepared) -> None:
    """The data of a run may not change between its start and its end."""
    if not job.state.is_main_process:
        return
    known = job.run.read_json("environment.json")
    if known.get("data_fingerprint", prepared.fingerprint) != prepared.fingerprint:
        raise VBGError(job.run.name, "the data set changed since this run started", "Start a new run.")
    job.run.write_json("environment.json", known | {"data_fingerprint": prepared.fingerprint})


def _data_line(job: Job, items: Mapping[str, Items], splits: Splits) -> str:
    counts = ", ".join(f"{split} {len(found)}" for split, found in items.items())
    classes = ", ".join(f"{task.name} ({len(task.classes)} classes)" for task in splits.tasks)
    left = f"; {splits.unlabelled} without a label left out" if splits.unlabelled else ""
    left += f"; {splits.unlicensed} without an accepted licence left out" if splits.unlicensed else ""
    return (
        f"Data   {job.resolved.parts['data'].component.name}: {counts} ({splits.used} split{left}). Tasks: {classes}."
    )


def _model_line(job: Job, model: Model, accelerator: Accelerator) -> str:
    names = [f"{m} {part.component.name}" for m, part in job.resolved.encoders().items()]
    names += [job.resolved.parts[key].component.name for key in ("fusion", "classifier") if key in job.resolved.parts]
    counts = [sum(p.numel() for p in model.parameters() if p.requires_grad or all_) for all_ in (True, False)]
    where = f"{accelerator.device.type}, {'bf16' if accelerator.mixed_precision == 'bf16' else 'fp32'}"
    return f"Model  {' + '.join(names)}: {counts[0]:,} parameters, {counts[1]:,} trained, on {where}."


def _metrics(scores: dict, progress: Any, items: Mapping[str, Items], prepared: Prepared, splits: Splits) -> dict:
    return {
        **scores,
        "training_seconds": round(progress.seconds, 3),
        "steps": progress.step,
        "best_step": progress.best_step,
        "data": {
            "counts": {split: len(found) for split, found in items.items()},
            "classes": {task.name: dict(zip(task.classes, task.counts, strict=True)) for task in splits.tasks},
            "split": splits.used,
            "unlabelled": splits.unlabelled,
            "unlicensed": splits.unlicensed,
            "facts": prepared.info["facts"],
            "quarantined": prepared.info["quarantined"],
        },
    }


def _explained(error: Exception, job: Job) -> VBGError:
    """The error in one line; the traceback of an unforeseen one goes to `error.txt`."""
    text = str(error) if isinstance(error, VBGError) else "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):  # on a full disk the message on the screen has to do
        job.run.write_text("error.txt", text + "\n")
        _report(job)
    if isinstance(error, VBGError):
        return error
    again = f"vbg run {job.resolved.name} --resume"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return VBGError(str(error.filename or job.run.path), "the disk is full", f"Make room, then go on with: {again}")
    who = blame(error, job.resolved.parts) or job.run.name
    first = (str(error).splitlines() or [""])[0]
    return VBGError(who, f"{type(error).__name__}: {first}", f"Traceback: {job.run.path / 'error.txt'}")
