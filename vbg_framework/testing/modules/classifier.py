"""What a classifier promises. B batch, C classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.contracts.interfaces import Classifier
from vbg_framework.contracts.record import Task
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.modules.classifier_subject import (
    BATCH,
    ClassifierSubject,
    Targets,
    loss_of,
    made_task,
    targets,
    unlabelled,
)
from vbg_framework.testing.modules.module import differences, require_finite, told

STEPS, RATE = 200, 0.01  # of learning eight records
NAMES = ("form", "type", "a.b", "größe 1")
"""Names a task may have: that of a module's own method, one with a dot, one with a blank."""


def _backward(classifier: Classifier, x: Tensor, wanted: Targets) -> dict[str, Tensor]:
    """The loss and the gradients of the parameters."""
    classifier.zero_grad()
    loss = loss_of(classifier, x, wanted)
    if loss.requires_grad:
        loss.backward()
    named = classifier.named_parameters()
    return {"loss": loss.detach()} | {f"gradients of {n}": p.grad.clone() for n, p in named if p.grad is not None}


@promise(
    "classifier",
    "Every declared task has logits (B, C), floating-point; C is the number of its classes, two or more.",
    cause="a single logit for two classes, a task left out, or probabilities in place of a mapping",
    fix="Return {task: (B, C)} for every task in `tasks`.",
)
def check_every_task_has_logits(subject: ClassifierSubject) -> None:
    """Build it for two classes, seven classes, a multi-label task, and all of these."""
    for requested in (*({name: task} for name, task in subject.tasks.items()), subject.tasks):
        with torch.no_grad():
            logits = subject.reading(requested).eval()(subject.inputs())
        expect(set(logits) == set(requested), f"logits of {', '.join(requested)}", ", ".join(logits) or "none")
        for name, task in requested.items():
            shape = (BATCH, len(task.classes))
            expect(tuple(logits[name].shape) == shape, f"logits {shape} of '{name}'", tuple(logits[name].shape))
            expect(logits[name].is_floating_point(), "floating-point logits", logits[name].dtype)


@promise(
    "classifier",
    "A task may have any name.",
    cause="the name used as a key of `nn.ModuleDict`, which refuses dots and the names of its own methods",
    fix="Number the heads (`nn.ModuleList`) and keep the names in a list beside them.",
)
def check_any_task_name_works(subject: ClassifierSubject) -> None:
    """Train tasks called `form`, `type`, `a.b` and `größe 1`."""
    requested = {name: made_task(name, 3) for name in NAMES}
    classifier = subject.reading(requested)
    loss_of(classifier, subject.inputs(), targets(requested)).backward()
    logits = classifier(subject.inputs())
    expect(set(logits) == set(requested), f"logits of {', '.join(requested)}", ", ".join(logits))


@promise(
    "classifier",
    "The loss is one finite number.",
    cause='`reduction="none"` without a mean, or a loss per task',
    fix="Return a tensor without dimensions.",
)
def check_loss_is_a_finite_number(subject: ClassifierSubject) -> None:
    """Compute the loss of a full batch."""
    loss = subject.objective(subject.build())
    expect(isinstance(loss, Tensor) and loss.dim() == 0, "a tensor without dimensions", _shape(loss))
    require_finite({"the loss": loss}, "for a full batch")


def _shape(value: object) -> str:
    return f"one of shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__


@promise(
    "classifier",
    "In evaluation mode each vector of a batch is judged on its own.",
    cause="normalisation or a softmax over the batch, or state that `forward` changes",
    fix="Keep the first dimension apart; use what was learnt in training (`nn.BatchNorm1d`), not the batch at hand.",
)
def check_rows_are_judged_alone(subject: ClassifierSubject) -> None:
    """Compare the logits of a batch with those of every vector alone."""
    x = subject.inputs()
    with torch.no_grad():
        together = subject.outputs(subject.module, x)
        rows = [subject.outputs(subject.module, x[row : row + 1]) for row in range(BATCH)]
    results = {n: gap for n, gap in differences(together, _stacked(rows)).items() if gap > 1e-4}
    expect(not results, "the logits of each vector alone", told(results))


def _stacked(rows: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.cat([row[name] for row in rows]) for name in rows[0]}


@promise(
    "classifier",
    "A missing label contributes nothing: not to the loss, not to its mean, not to a gradient.",
    cause="-1 taken for the last class, or a mean over all rows instead of the labelled ones",
    fix="Use `ignore_index=-1` or a mask, and divide by the number of labelled rows.",
)
def check_missing_labels_contribute_nothing(subject: ClassifierSubject) -> None:
    """Compare a batch of which half lacks its labels with the other half, for each task and for all."""
    half, x = BATCH // 2, subject.inputs()
    for requested in (*({name: task} for name, task in subject.tasks.items()), subject.tasks):
        classifier, full = subject.reading(requested).eval(), targets(requested)
        without = _backward(classifier, x[:half], {name: target[:half] for name, target in full.items()})
        gaps = {name: unlabelled(target, slice(half, None)) for name, target in full.items()}
        results = {
            name: gap for name, gap in differences(without, _backward(classifier, x, gaps)).items() if gap > 1e-5
        }
        which = " and ".join(requested)
        expect(not results, f"loss and gradients of the labelled rows alone, for {which}", told(results))


@promise(
    "classifier",
    "The losses of a batch's parts, weighed by their labels, add up to that of the batch, penalties apart.",
    cause="a weighted mean divided by the sum of its weights, or a mean over those tasks that have labels",
    fix="Divide each task's sum by the number of labelled rows, or let `label_mass` return what it is divided by; "
    "divide by the number of all tasks if you like.",
)
def check_parts_add_up(subject: ClassifierSubject) -> None:
    """Ask about each task and each half by itself; the first half lacks some labels."""
    classifier, x, full = subject.reading(subject.tasks).eval(), subject.inputs(), targets(subject.tasks)
    full = {name: unlabelled(target, slice(0, 1 + index)) for index, (name, target) in enumerate(full.items())}
    none = {name: unlabelled(target) for name, target in full.items()}
    with torch.no_grad():
        penalty = float(loss_of(classifier, x, none))
        whole = float(loss_of(classifier, x, full))
        mass = classifier.label_mass(full)
        parts = [
            float(loss_of(classifier, x[rows], {n: (full if n == name else none)[n][rows] for n in full}) - penalty)
            * float(classifier.label_mass({n: target[rows] for n, target in full.items()})[name] / mass[name])
            for name in full
            for rows in (slice(0, BATCH // 2), slice(BATCH // 2, None))
        ]
    expect(abs(sum(parts) + penalty - whole) < 1e-4, f"a loss of {whole:.5f}", f"{sum(parts) + penalty:.5f} in parts")


@promise(
    "classifier",
    "A batch without any label of a task, or of all tasks, has a finite loss, and a backward pass is possible.",
    cause="a mean over no rows (NaN), or a plain 0 that has no graph",
    fix="Divide by `known.sum().clamp(min=1)`; multiply by the mask instead of leaving the task out.",
)
def check_no_label_at_all_is_survived(subject: ClassifierSubject) -> None:
    """Take away the labels of each task, then of all."""
    full = targets(subject.tasks)
    gone = {name: unlabelled(target) for name, target in full.items()}
    for name, wanted in {**{name: {**full, name: gone[name]} for name in gone}, "all tasks": gone}.items():
        classifier = subject.build()
        expect(isinstance(classifier, Classifier), "a Classifier", type(classifier).__name__)
        loss_of(classifier, subject.inputs(), wanted).backward()
        require_finite(_backward(classifier, subject.inputs(), wanted), f"without a label of {name}")


@promise(
    "classifier",
    "It can learn: eight records by heart in 200 steps.",
    cause="a gradient cut off, logits that are probabilities already, or a penalty that outweighs everything",
    fix="Return raw logits; choose `tiny` options with a small penalty.",
)
def check_eight_records_are_learnt(subject: ClassifierSubject) -> str:
    """Train with Adam at a learning rate of 0.01; then every label must be right."""
    classifier, x, wanted = subject.build(), subject.inputs(), targets(subject.tasks)
    trainable = [parameter for parameter in classifier.parameters() if parameter.requires_grad]
    if not trainable:
        raise NotApplicable("nothing is trainable")
    with isolated():
        seed_everything(0)
        _train(classifier, trainable, x, wanted)
    with torch.no_grad():
        logits = classifier.eval()(x)
    right = {name: _accuracy(logits[name], wanted[name], task) for name, task in subject.tasks.items()}
    wrong = {name: round(share, 2) for name, share in right.items() if share < 1}
    expect(not wrong, "an accuracy of 1 on these eight", wrong)
    return ""


def _train(classifier: Classifier, trainable: Sequence[nn.Parameter], x: Tensor, wanted: Targets) -> None:
    optimiser = torch.optim.Adam(trainable, RATE)
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss_of(classifier, x, wanted).backward()
        optimiser.step()


def _accuracy(logits: Tensor, wanted: Tensor, task: Task) -> float:
    right = (logits > 0) == (wanted > 0) if task.multi_label else logits.argmax(1) == wanted
    return float(right.float().mean())
