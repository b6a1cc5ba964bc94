"""A run from its folder to its report. The same path serves a new run and one that was interrupted."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from accelerate import PartialState

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.publication import sweep
from vbg_framework.base.run_folder import LOG, RunFolder
from vbg_framework.base.seeds import isolated
from vbg_framework.base.version import __version__
from vbg_framework.config.modalities import check_modalities
from vbg_framework.config.plugins import Plugins
from vbg_framework.data.card.repeats import warnings_of
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.known_labels import check_known_labels
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.content_key import contents
from vbg_framework.data.preparation.corrections import sentences as corrected
from vbg_framework.data.preparation.missing_image import sentence as without_picture
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.quarantine import left_out
from vbg_framework.data.preparation.splits import Splits
from vbg_framework.learning.adversary import open_domains
from vbg_framework.learning.amounts import check_amounts, choose_amount
from vbg_framework.learning.evaluation.confidence import learn_confidence, measure
from vbg_framework.learning.evaluation.metrics import evaluate, open_metrics
from vbg_framework.learning.features.fit import Resampling, check_folds, check_resampling
from vbg_framework.learning.inference import Answers, calibrated
from vbg_framework.learning.job import Job
from vbg_framework.learning.prediction.by_record import by_record
from vbg_framework.learning.prediction.drift import given, write_reference
from vbg_framework.learning.prediction.saving import save
from vbg_framework.learning.trained import Material, Trained, train_classifier
from vbg_framework.runs.failure import failure
from vbg_framework.runs.predictions import records, write_mistakes, write_predictions
from vbg_framework.runs.start import recorded
from vbg_framework.runs.summary import summary
from vbg_framework.screen import Screen

if TYPE_CHECKING:
    from vbg_framework.generation.rounds import Rounds


def execute(
    run: RunFolder, plugins: Plugins, screen: Screen, *, lasting: bool = True, tested: bool = True
) -> RunFolder:
    """Bring a run from wherever it stands to its report; without `lasting` no weights are written, and nothing that new
    records would be compared with. Without `tested` it ends with its scores on validation records in `metrics.json`.

    Raises:
        VBGError: the run cannot go on; `error.txt` in its folder holds the details, and what was written is kept.
    """
    resolved = recorded(run, plugins)
    state = PartialState(cpu=not torch.cuda.is_available())
    screen = screen.logged(run.path / LOG) if state.is_main_process else Screen()
    job = Job(run, resolved, plugins, screen, state, lasting, tested)
    if not state.is_main_process:
        _work(job)
        return run
    with run.locked(), isolated():
        (run.path / "error.txt").unlink(missing_ok=True)
        sweep(run.path, age=0)  # what a killed process left half-written; nobody else is at it
        Screen(log=screen.log).say(f"Run    {run.name} of vbg-framework {__version__}")
        try:
            job.notify("vbg_run_started", run=run)
            _work(job)
            if tested:
                _report(job)
                run.finish()
                Screen(log=screen.log).say(summary(run))
        except (Exception, SystemExit) as error:
            job.notify("vbg_run_finished", run=run, error=error)
            raise failure(error, job) from error
        except KeyboardInterrupt as error:
            job.notify("vbg_run_finished", run=run, error=error)
            again = f"vbg run {resolved.name} --resume"
            raise Interrupted(run.name, "interrupted", f"What was written is kept; go on with: {again}") from None
        job.notify("vbg_run_finished", run=run, error=None)
    return run


def _work(job: Job) -> None:
    if job.run.measured:  # killed while the report was written
        return
    experiment = job.resolved.experiment
    check_modalities(job.resolved.parts, f"experiments.{job.resolved.name}", load=True)
    check_resampling(job.resolved)
    check_folds(job.resolved)
    check_amounts(job.resolved)
    prepared = job.main_first(lambda: prepare_data(job.resolved.parts["data"], job.screen))
    _check_fingerprint(job, prepared)
    _note_contents(job)
    splits, items = open_items(experiment, prepared)
    prepared = items["train"].prepared  # with known labels, where they are read
    tasks = {task.name: task for task in splits.tasks}
    fixed = [f"Data   {x}" for x in (*corrected(prepared.info.get("corrections")), *without_picture(prepared.info))]
    for line in (_data_line(job, items, splits), *fixed, *left_out(prepared.info), *warnings_of(prepared, splits),
                 *check_known_labels(experiment.tasks, experiment.inputs.labels, items["train"].column)):  # fmt: skip
        job.screen.say(line)
    material = Material(
        real=items["train"], train=items["train"], validation=items["validation"], tasks=tasks,
        fingerprint=prepared.fingerprint, domains=open_domains(job.resolved, prepared, items["train"]),
    )  # fmt: skip
    rounds = _rounds(job, prepared, material) if "augmenter" in job.resolved.parts else None
    material = _augmented(rounds) if rounds else material
    material = material.with_validation() if experiment.train.folds else material
    trained, amounts = _trained(job, material, rounds)
    asked = {"validation": items["train"].joined(items["validation"]) if trained.out_of_fold else items["validation"],
             **({"test": items["test"]} if job.tested else {})}  # fmt: skip
    known = {"validation": each} if (each := trained.out_of_fold or trained.validated) else {}
    said = known | {split: trained.ask(part) for split, part in asked.items() if split not in known}
    shown, raw = {}, {}
    for split in said:
        shown[split], raw[split] = by_record(asked[split], said[split])
    rule, result = job.resolved.parts.get("calibration.method"), raw["validation"]
    nominal = experiment.calibration.coverage
    sure = {n: learn_confidence(nominal, rule, tasks[n], result.probabilities[n], result.calibrating(n)) for n in tasks}
    answers = {split: Answers(calibrated(each.probabilities, sure, tasks), each.targets) for split, each in raw.items()}
    if job.state.is_main_process:
        metrics = open_metrics(job.resolved)
        scores = {split: evaluate(tasks, each.probabilities, each.targets, metrics) for split, each in answers.items()}
        measured = _metrics(scores, trained.progress, items, prepared, splits) | amounts
        if rounds:
            measured["generated"] = rounds.summary()
        if job.tested:
            if job.lasting:
                chosen = {n: given(task, said["test"].probabilities[n]) for n, task in tasks.items()}
                write_reference(job.run.path / "model", items["train"], items["test"], chosen)
            save(trained.model, job.run.path / "model", job.resolved, trained.collate.tasks, prepared, sure,
                 trained.frozen.rounded(), weights=job.lasting)  # fmt: skip
            file = job.run.path / "predictions.parquet"
            predictions = write_predictions(file, answers["test"], tasks, records(shown["test"]), sure)
            if trained.out_of_fold:
                about = records(shown["validation"], items["validation"])
                write_predictions(job.run.path / "out_of_fold.parquet", answers["validation"], tasks, about, sure)
            write_mistakes(job.run.path, predictions, tasks, shown["test"])
            measured["confidence"] = measure(sure, tasks, answers["test"].probabilities, answers["test"].targets)
            if rounds:
                rounds.appraise()
        job.run.write_json("metrics.json", measured)
    job.state.wait_for_everyone()


def _rounds(job: Job, prepared: Prepared, material: Material) -> Rounds:
    from vbg_framework.generation.rounds import Rounds  # with judges and measures, which take two seconds to import

    return Rounds(job, prepared, material)


def _augmented(rounds: Rounds) -> Material:
    """What the run's own classifier trains with: the records of the last round, and what adds vectors to theirs."""
    material, augmenter = rounds.run(), rounds.supply.fitted.augmenter
    if not augmenter.resamples:
        return material
    wanted = rounds.supply.quota({})
    return replace(material, resampling=Resampling(augmenter, rounds.supply.task, tuple(wanted.values())))


def _trained(job: Job, material: Material, rounds: Rounds | None) -> tuple[Trained, dict[str, Any]]:
    """The classifier of the run, and what `metrics.json` says of the amounts that were tried."""
    if rounds is None or job.resolved.experiment.mix.amounts is None:
        return train_classifier(job, job.run, material, job.notify, "Training"), {}
    choice = choose_amount(job, material)
    rounds.keep(choice.material.train)
    return choice.trained, {"amounts": choice.account}


def _report(job: Job) -> None:
    """The last step: what training needed goes, the page comes."""
    from vbg_framework.report.page import write_report  # matplotlib takes a second to import

    for checkpoints in [
        path for place in ("", "rounds/*/", "amounts/*/") for path in job.run.path.glob(f"{place}checkpoints")
    ]:
        shutil.rmtree(checkpoints, ignore_errors=True)  # the model is saved, nothing is left to resume
    write_report(job.run.path)


def _check_fingerprint(job: Job, prepared: Prepared) -> None:
    """The data of a run may not change between its start and its end."""
    if not job.state.is_main_process:
        return
    known = job.run.environment()
    if known.get("data_fingerprint", prepared.fingerprint) != prepared.fingerprint:
        raise VBGError(job.run.name, "the data set changed since this run started", "Start a new run.")
    job.run.write_json("environment.json", known | {"data_fingerprint": prepared.fingerprint})


def _note_contents(job: Job) -> None:
    """Write down what stood behind the options when the run started, and whether it is something else by now."""
    if not job.state.is_main_process:
        return
    parts = {key: part for key, part in job.resolved.parts.items() if key != "data"}
    now = {f"{key}.{name}": value for key, part in parts.items() for name, value in contents(part, job.screen).items()}
    known = job.run.environment()
    before = known.get("contents", now)
    others = sorted(name for name in before if before[name] != now.get(name))
    if others:
        job.screen.say(f"Note   what {', '.join(others)} names changed since this run started.")
    changed = sorted({*known.get("contents_changed", ()), *others})
    more = {"contents": now | before} | ({"contents_changed": changed} if changed else {})
    job.run.write_json("environment.json", known | more)


def _data_line(job: Job, items: Mapping[str, Items], splits: Splits) -> str:
    counts = ", ".join(f"{split} {len(result)}" for split, result in items.items())
    classes = ", ".join(f"{task.name} ({len(task.classes)} classes)" for task in splits.tasks)
    left = f"; {splits.unlabelled} without a label left out" if splits.unlabelled else ""
    left += f"; {splits.unlicensed} without an accepted licence left out" if splits.unlicensed else ""
    reads = " or ".join(job.resolved.experiment.modalities)
    left += f"; {n} without {reads}, of which the model could read nothing, left out" if (n := splits.unread) else ""
    left += f"; {splits.undivided} without a split left out" if splits.undivided else ""
    left += f"; {splits.shared} with a picture of another part left out" if splits.shared else ""
    name = job.resolved.parts["data"].component.name
    return f"Data   {name}: {counts} ({splits.used} split{left}). Tasks: {classes}."


def _metrics(
    scores: dict[Any, Any], progress: Any, items: Mapping[str, Items], prepared: Prepared, splits: Splits
) -> dict[Any, Any]:
    return {
        **scores,
        "training_seconds": round(progress.seconds, 3),
        "steps": progress.step,
        "probe_steps": progress.probe,
        "best_step": progress.best_step,
        "data": {
            "counts": {split: len(result) for split, result in items.items()},
            "classes": {task.name: dict(zip(task.classes, task.counts, strict=True)) for task in splits.tasks},
            "split": splits.used,
            "scarce": splits.scarce,
            "unlabelled": splits.unlabelled,
            "unlicensed": splits.unlicensed,
            "undivided": splits.undivided,
            "shared": splits.shared,
            "unread": splits.unread,
            "facts": prepared.info["facts"],
            "quarantined": prepared.info["quarantined"],
            "corrected": prepared.info.get("corrections", {}).get("applied", 0),
        },
    }
