"""Fabricates run folders as a run leaves them."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageDraw

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.metrics import evaluate, mean_over_tasks
from vbg_framework.report.mistakes import worst_mistakes

TEXT = "Bowl with <b>lotus</b> scrolls & a foliate rim.\nStoneware, celadon glaze, 青釉. Inscribed on the foot. "


@pytest.fixture
def fabricate(tmp_path):
    """fabricate(*tasks, n=..., state=...) -> folder of a run on made-up data."""

    def make(*tasks, n=300, state="finished", name="porcelain"):
        environment = {
            "vbg_framework": "1.0.0",
            "packages": {"torch": "2.15.0", "numpy": "2.4.6"},
            "plugins": {"vbg_vit": "vbg-framework 1.0.0 (loaded)"},
            "platform": "Linux",
            "cpu_count": 2,
            "git_commit": None,
            "command": f"vbg run {name} --set train.steps=1000",
            "data_fingerprint": "3f8a90c1d2",
        }
        run = RunFolder.create(tmp_path, name, experiment(tasks), environment)
        tasks = {task.name: task for task in tasks}
        probabilities, targets = predictions(tasks, n)
        if state != "empty":
            log(run, tasks, n)
        if state == "finished":
            finish(run, tasks, probabilities, targets)
        else:
            run.write_text(
                "error.txt", "porcelain: step 400: the loss is not finite, got nan. Lower <learning_rate>.\n"
            )
        return run.path

    return make


def experiment(tasks):
    return {
        "data": {"type": "table", "path": "objects.csv"},
        "tasks": [task.name for task in tasks],
        "encoders": {"image": {"type": "vit"}, "text": {"type": "bert"}},
        "train": {"steps": 1000, "metric": "macro_f1"},
    }


def predictions(tasks, n):
    rng = np.random.default_rng(0)
    probabilities, targets = {}, {}
    for name, task in tasks.items():
        size = len(task.classes)
        if task.multi_label:
            targets[name] = (rng.random((n, size)) < 0.2).astype(int)
            probabilities[name] = np.clip(targets[name] * 0.5 + rng.random((n, size)) * 0.6, 0, 1)
        else:
            targets[name] = np.minimum(rng.geometric(min(0.9, 2 / size), n) - 1, size - 1)
            targets[name][::17] = -1
            logits = rng.normal(size=(n, size)) + 3 * np.eye(size)[targets[name]]
            probabilities[name] = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return probabilities, targets


def log(run, tasks, n):
    rng = np.random.default_rng(1)
    for step in range(10, 1001, 10):
        loss = 2.5 * np.exp(-step / 300) + 0.2 + 0.1 * rng.random()
        line = {"step": step, "loss": loss, "learning_rate": 1e-4, "items_per_second": 300.0}
        run.append({"kind": "train", **line})
        if step % 50 == 0:
            scores = {t: 0.85 - 0.6 * np.exp(-step / (200 + 80 * i)) for i, t in enumerate(tasks)}
            per_task = {t: {"macro_f1": s, "accuracy": s + 0.05} for t, s in scores.items()}
            mean = sum(scores.values()) / len(scores)
            means = {"loss": 2.4 * np.exp(-step / 250) + 0.4 + step / 5000, "macro_f1": mean, "accuracy": mean + 0.05}
            run.append({"kind": "validation", "step": step, **means, "tasks": per_task})


def finish(run, tasks, probabilities, targets):
    scores = evaluate(tasks, probabilities, targets)
    assert mean_over_tasks(scores, "accuracy") is not None
    counts = {"train": 2400, "validation": 300, "test": 300}
    data = {"counts": counts, "split": "stratified", "unlabelled": 12, "quarantined": 3}
    times = {"training_seconds": 192.4, "steps": 1000, "best_step": 750}
    run.write_json("metrics.json", {"test": scores, "validation": scores, **times, "data": data})
    table = prediction_table(tasks, probabilities, targets)
    pq.write_table(table, run.path / "predictions.parquet")
    rows = worst_mistakes(table, tasks)
    for i, row in enumerate(rows):
        row |= {"text": TEXT * (1 + i % 4), "image": None if i % 5 == 3 else picture(i)}
    names = {"id": pa.string(), "task": pa.string(), "true": pa.string(), "predicted": pa.string()}
    schema = pa.schema({**names, "confidence": pa.float32(), "text": pa.string(), "image": pa.binary()})
    pq.write_table(pa.Table.from_pylist(rows, schema), run.path / "mistakes.parquet")


def prediction_table(tasks, probabilities, targets):
    n = len(next(iter(targets.values())))
    columns = {"id": [f"CHI_{i}" for i in range(n)], "group": [f"g{i // 2}" for i in range(n)], "split": ["test"] * n}
    for name, task in tasks.items():
        columns[name] = [answer(task, row) for row in targets[name]]
        best = probabilities[name] if task.multi_label else probabilities[name].argmax(1)
        columns[f"{name}_predicted"] = [answer(task, row) for row in best]
        columns[f"{name}_probabilities"] = probabilities[name].tolist()
    return pa.table(columns)


def answer(task: Task, value):
    if task.multi_label:
        return [name for name, share in zip(task.classes, value, strict=True) if share >= 0.5]
    return None if value < 0 else task.classes[value]


def picture(seed):
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (160, 120 + 10 * (seed % 5)), tuple(rng.integers(190, 230, 3).tolist()))
    draw = ImageDraw.Draw(image)
    x, colour = 60 + 4 * (seed % 5), tuple(rng.integers(40, 180, 3).tolist())
    draw.ellipse((80 - x // 2, 40, 80 + x // 2, 110), fill=colour)
    draw.rectangle((70, 20, 90, 50), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG" if seed % 2 else "PNG")
    return buffer.getvalue()
