"""Which answers are shown as examples, and what is said of them."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from vbg_framework.config.plugins import load_plugins
from vbg_framework.contracts.record import Task
from vbg_framework.learning.explanation.explanation import explain
from vbg_framework.runs.evidence.examples import CLASSES, LEAST, MOST, chosen, examples
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


def table(task, rows):
    """Predictions of one task; `rows` are pairs of true and predicted class and its probability."""
    true, predicted, sure = zip(*rows, strict=True)
    rest = [(1 - p) / (len(task.classes) - 1) for p in sure]
    p = [[s if name == said else r for name in task.classes] for said, s, r in zip(predicted, sure, rest, strict=True)]
    names = [f"o{number}" for number in range(len(rows))]
    return pa.table({"id": names, "group": names, task.name: true, f"{task.name}_predicted": predicted,
                     f"{task.name}_probabilities": p})  # fmt: skip


def test_of_each_class_a_right_and_a_wrong_answer_of_middle_probability_is_chosen():
    task = Task("form", classes=("bowl", "vase"))
    rows = [("vase", "vase", p) for p in (0.9, 0.6, 0.7)] + [("vase", "bowl", 0.8), ("bowl", "bowl", 0.95)]
    found = chosen(table(task, rows), [task])
    assert [(row["id"], row["true"], row["predicted"]) for row in found] == [
        ("o2", "vase", "vase"),
        ("o3", "vase", "bowl"),
        ("o4", "bowl", "bowl"),
    ]


def test_the_number_of_examples_is_bounded_for_many_classes_and_many_tasks():
    names = tuple(f"c{number}" for number in range(20))
    tasks = [Task(f"t{number}", classes=names) for number in range(20)]
    rows = [(name, said, 0.5) for name in names for said in (name, "c0", "c1")]
    whole = table(tasks[0], rows)
    assert len(chosen(whole, tasks[:1])) <= 2 * CLASSES
    for task in tasks[1:]:
        for column in ("", "_predicted", "_probabilities"):
            whole = whole.append_column(f"{task.name}{column}", whole[f"t0{column}"])
    counts = Counter(row["task"] for row in chosen(whole, tasks))
    assert len(counts) == MOST
    assert sum(counts.values()) <= 2 * MOST


@pytest.fixture(scope="module")
def evidence(tiny_run):
    return Evidence(FinishedRun(tiny_run, load_plugins()), Screen())


def test_an_example_says_what_the_explanation_and_the_attention_say(evidence):
    model = evidence.finished.model
    place = next(place for place in range(99) if len(evidence.items[place]["inputs"]) == 2)
    row = {"id": evidence.names[place], "task": "form", "true": "vase", "predicted": "bowl", "confidence": 0.5}
    [(task, example)] = examples(evidence, [row], Screen())
    record = evidence.items.record(evidence.place(row["id"]))
    [result] = explain(model, record, ["form"])
    assert (task, example["explained"], example["true"]) == ("form", result.label, "vase")
    assert example["probability"] == pytest.approx(result.probability)
    assert example["most"] == pytest.approx(result.regions.max())
    assert all(fall >= LEAST for _, fall in example["words"])
    largest = max(result.words, key=lambda each: each[2])
    if largest[2] >= LEAST:
        assert example["words"][0] == (result.text[largest[0] : largest[1]], pytest.approx(largest[2]))
    assert all(example[name].startswith("data:image/jpeg") for name in ("plain", "heat", "attention"))
    assert example["read"] == sorted(example["read"], key=lambda each: -each[1])
    assert np.all([word in result.text for word, _ in example["read"]])
    assert example["text"]
