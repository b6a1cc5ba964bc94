"""Studies as they lie on the disk, made up in seconds or run for real at the smallest size."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from tiny import TINY

import vbg_framework
from vbg_framework.base.jsonl import write_lines
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.metrics import evaluate
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Arm, Plan, Replicate

FORM = Task("form", classes=("bowl", "vase", "jar", "ewer"))
COUNTS = {"bowl": 220, "vase": 60, "jar": 25, "ewer": 9}
SKILLS = {"none": 0.55, "gan": 0.8, "duplicate-gan": 0.6, "lora": 0.605, "duplicate-lora": 0.6, "label-noise": 0.2}
VIEWS = 2


def arm(name, mix="concat", **more):
    """One arm: augmenters are called gan or lora, everything else is a control."""
    own = name.split("-")[0] in ("gan", "lora")
    options = {"augmenter": {"type": name} if own else None, "mix": {"policy": mix, **more}, "seed": 42}
    twin = name.removeprefix("duplicate-") if name.startswith("duplicate-") else None
    return Arm(name, "augmenter" if own else "control", options, twin)


def plan(arms=tuple(SKILLS), replicates=5, **changes):
    """A plan; arms are names, or arms."""
    given = tuple(each if isinstance(each, Arm) else arm(each) for each in arms)
    seeds = tuple(Replicate(n, n, n) for n in range(1, replicates + 1)) if isinstance(replicates, int) else replicates
    base = Plan("augmenters", ("form",), ("macro_f1",), 0.05, 0.005, "resplit", None, 100, 20, given, seeds)
    return replace(base, **changes)


def make_study(root, planned=None, *, skills=None, tested=120, tasks=(FORM,), leave_out=(), pictures=False):
    """A study with made-up answers: `skills` says how often an arm knows a record.

    Args:
        leave_out: runs (arm, replicate) that were never begun.
    """
    planned = planned or plan()
    folder = StudyFolder.create(
        root, planned, {"vbg_framework": planned.version, "cpu_count": 2, "command": "vbg compare"}
    )
    known = {**SKILLS, **(skills or {})}
    for trial in planned.trials():
        if tuple(trial) not in leave_out:
            make_run(folder, trial, known.get(trial.arm, 0.5), tested, tasks)
            if pictures and planned.arm(trial.arm).kind == "augmenter":
                add_pictures(folder.run(trial).path)
    return folder


def make_run(folder, trial, skill, tested=120, tasks=(FORM,)):
    """One finished run; luck is shared by all arms of a replicate, as a split shares it."""
    planned = folder.plan()
    options = {**planned.arm(trial.arm).options, "seed": trial.replicate}
    environment = {"vbg_framework": planned.version, "data_fingerprint": "3f8a90", "git_commit": None}
    run = RunFolder.begin(folder.run(trial).path, trial.arm, options, environment)
    test, columns = {}, records(trial, tested)
    for number, task in enumerate(tasks):
        truth, probabilities = answers(task, trial, skill, tested, number)
        test |= evaluate({task.name: task}, {task.name: probabilities}, {task.name: truth})
        columns |= {
            task.name: [task.classes[i] for i in truth],
            f"{task.name}_predicted": [task.classes[i] for i in probabilities.argmax(1)],
            f"{task.name}_probabilities": probabilities.tolist(),
        }
    pq.write_table(pa.table(columns), run.path / "predictions.parquet")
    write_metrics(run, trial, test, tasks, planned)
    run.write_json(
        "gates.json", [{"name": "near copies of test", "passed": True, "about": "none found", "offending": []}]
    )
    return run


def records(trial, tested):
    ids = [f"{trial.replicate}-{i}" for i in range(tested)]
    return {"id": ids, "group": [f"object-{(7 * trial.replicate + i // VIEWS) % 900}" for i in range(tested)],
            "split": ["test"] * tested}  # fmt: skip


def answers(task, trial, skill, tested, number):
    """(n,) truth and (n, C) probabilities."""
    shared = np.random.default_rng([trial.replicate, number])
    shares = (
        np.array([0.55, 0.25, 0.12, 0.08])
        if len(task.classes) == 4
        else np.full(len(task.classes), 1 / len(task.classes))
    )
    objects = shared.choice(len(task.classes), -(-tested // VIEWS), p=shares / shares.sum())
    truth = np.repeat(objects, VIEWS)[:tested]
    lot, guess = shared.random(tested), shared.integers(0, len(task.classes), tested)
    own = np.random.default_rng([trial.replicate, number, len(trial.arm), sum(map(ord, trial.arm))])
    knows = lot + own.normal(0, 0.03, tested) < skill
    named = np.where(knows, truth, guess)
    probabilities = np.full((tested, len(task.classes)), 0.4 / len(task.classes))
    probabilities[np.arange(tested), named] += 0.6
    return truth, probabilities


def write_metrics(run, trial, test, tasks, planned):
    counts = {
        task.name: dict(zip(task.classes, [COUNTS.get(n, 30) for n in task.classes], strict=True)) for task in tasks
    }
    metrics = {
        "test": test, "validation": test, "training_seconds": 20.0 + trial.replicate, "steps": 100, "best_step": 80,
        "data": {"counts": {"train": 8 * 120, "validation": 120, "test": 120}, "classes": counts, "split": "drawn"},
    }  # fmt: skip
    if planned.arm(trial.arm).kind == "augmenter" or planned.arm(trial.arm).copies_of:
        own = not planned.arm(trial.arm).copies_of
        made = {"records": 200, "fit_seconds": 300.0 if own else 0.1, "generate_seconds": 12.5 if own else 0.5}
        known = {"fit_memory": 812.0, "generate_memory": 2048.0, "seconds_per_1000": 62.5}
        machine = {"fit_device": "CPU, 2 cores", "generate_device": "CPU, 2 cores"}
        metrics["generated"] = {"task": "form", "rounds": 2, "used_round": 2, **made, **known, **machine}
        seconds = [{"generate": 6.0, "train": 20.0}, {"generate": 6.5}]
        kept = {"asked": COUNTS, "generated": COUNTS, "kept": COUNTS, "dropped": {}, "recall": None, "score": None}
        run.write_json("rounds.json", [{"round": n + 1, **kept, "seconds": each} for n, each in enumerate(seconds)])
    run.write_json("metrics.json", metrics)


def add_pictures(folder, classes=FORM.classes, each=6):
    """Generated pictures with their nearest real ones, and a gallery of a gate."""
    pool = folder / "synthetic"
    for place in (pool / "round-2", pool / "nearest", folder / "gates"):
        place.mkdir(parents=True)
    names = [name for name in classes for _ in range(each)]
    samples, pairs = [], []
    for i, name in enumerate(names):
        noise(i).save(pool / "round-2" / f"SYN_{i}.png")
        noise(900 + i).save(pool / "nearest" / f"{i}.jpg")
        samples.append({"id": f"SYN_{i}", "image": f"round-2/SYN_{i}.png", "text": None, "targets": {"form": name},
                        "licence": "", "request": f"{name}-{i}",
                        "origin": {"generator": "gan", "request": {"form": name}, "sources": []}})  # fmt: skip
        pairs.append({"id": f"SYN_{i}", "nearest": f"real-{i}", "class": name, "distance": 1.0, "bits": 99,
                      "image": f"nearest/{i}.jpg"})  # fmt: skip
    write_lines(pool / "samples.jsonl", samples)
    write_lines(pool / "nearest.jsonl", pairs)
    noise(5, 320).save(folder / "gates" / "memorisation.png")


def noise(seed, side=64):
    colours = np.random.default_rng(seed).integers(60, 220, (6, 6, 3), np.uint8)
    return Image.fromarray(colours).resize((side, side), Image.Resampling.BICUBIC)


def fail_gate(folder, trial, about="2 near copies of test records"):
    """Let a finished run fail a gate."""
    gate = {"name": "near copies of test", "passed": False, "about": about, "offending": ["SYN_1"]}
    folder.run(trial).write_json("gates.json", [gate])


def real_study(root):
    """A study of runs that were really run, in the smallest way: real records, new ones, copies."""
    changes = ["train.steps=4", "train.evaluate_every=2", "tasks=[form]"]
    new = ["augmenter=copies", "loop.copies=false", "loop.verify=null", "loop.count=8", "loop.quality=false"]
    sets = {"none": changes, "gan": changes + new, "duplicate-gan": changes + new}
    found, arms = {}, []
    for name, given in sets.items():
        for number in (1, 2):
            seeds = [f"seed={number}", f"split.seed={number}", "split.use=stratified"]
            found[name, number] = vbg_framework.run("tiny-image", sets=given + seeds, registry=TINY, runs=root / "runs")
        arms.append(replace(arm(name), options=found[name, 1].config()["experiment"]))
    folder = StudyFolder.create(root, plan(arms, replicates=2), {"vbg_framework": "x"})
    for (name, number), run in found.items():
        path = folder.path / "runs" / name / f"{number:02d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        run.path.rename(path)
        (path / "gates.json").write_text(json.dumps([]))
    return folder


def make_runs(root, skills, *, replicates=4, use="stratified", tasks=(FORM,)):
    """Finished runs of several experiments as `vbg run` leaves them: root/<experiment>/<id>."""
    source = make_study(root / "source", plan(tuple(skills), replicates), skills=skills, tasks=tasks)
    for trial in source.plan().trials():
        run = RunFolder(root / "runs" / trial.arm / f"id-{trial.replicate}")
        run.path.parent.mkdir(parents=True, exist_ok=True)
        source.run(trial).path.rename(run.path)
        seeds = {"seed": trial.replicate, "split": {"use": use, "seed": trial.replicate if use == "stratified" else 42}}
        options = {"name": trial.arm, "experiment": {"tasks": [task.name for task in tasks], **seeds}}
        run.write_text("config.yaml", dump_yaml(options))
        metrics = run.read_json("metrics.json")
        run.write_json("metrics.json", metrics | {"data": metrics["data"] | {"split": use}})
        (run.path / "model").mkdir()
        run.write_json("model/model.json", {})
        run.finish()
    return root / "runs"


def finished_runs(studies):
    """Finished run below a folder of studies -> when it ended. Looks into no run, where folders come and go."""
    return {str(path.parent): path.stat().st_mtime_ns for path in studies.glob("*/*/runs/*/*/gates.json")}
