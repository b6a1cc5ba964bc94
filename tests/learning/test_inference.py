import numpy as np
import torch
from accelerate import Accelerator
from test_model import Head, Sum, Words

from vbg_framework.contracts.record import Task
from vbg_framework.learning.batch import Collate
from vbg_framework.learning.inference import Answers, answer, probabilities
from vbg_framework.learning.model import Model

FORM = {"form": Task("form", classes=("a", "b"))}


def ids(items):
    return {"ids": torch.tensor(items)}


def item(word, target):
    return {"inputs": {"text": [word, word]}, "targets": {"form": target}}


ITEMS = [item(n % 10, n % 2) for n in range(7)]


def ask(batch_size):
    torch.manual_seed(0)
    model = Model({"text": Words()}, Sum(), Head())
    found = answer(
        model, ITEMS, Collate({"text": ids}, FORM), batch_size=batch_size, accelerator=Accelerator(cpu=True), workers=0
    )
    return model, found


def test_answers_come_in_the_order_of_the_items_whatever_the_batch():
    model, whole = ask(7)
    _, parts = ask(2)
    assert np.allclose(whole.probabilities["form"], parts.probabilities["form"])
    assert whole.targets["form"].tolist() == [0, 1, 0, 1, 0, 1, 0]
    single = probabilities(model, Collate({"text": ids}, FORM)([(0, ITEMS[3])]), FORM)["form"]
    assert np.allclose(single, whole.probabilities["form"][3:4])


def test_the_model_goes_back_to_the_mode_it_was_in():
    model, _ = ask(3)
    assert model.training


def test_multi_label_probabilities_are_independent():
    torch.manual_seed(0)
    model = Model({"text": Words()}, Sum(), Head()).eval()
    batch = Collate({"text": ids}, {})([(0, ITEMS[1])])
    many = {"form": Task("form", multi_label=True, classes=("a", "b"))}
    assert torch.allclose(probabilities(model, batch, many)["form"], model(batch)["form"].sigmoid())


def test_calibration_learns_nothing_from_classes_that_could_not_be_learnt():
    targets = {"form": np.array([0, 1, -1]), "parts": np.array([[0, 1], [1, 0], [-1, -1]])}
    held = Answers({}, targets, {"form": np.array([True, False, True]), "parts": np.ones(3, bool)})
    assert held.calibrating("form").tolist() == [0, -1, -1]
    assert held.calibrating("parts") is targets["parts"]
    assert Answers({}, targets).calibrating("form") is targets["form"]


def test_a_class_without_training_records_could_not_be_learnt():
    counted = {"form": Task("form", classes=("a", "b"), counts=(3, 0))}
    torch.manual_seed(0)
    model, items = Model({"text": Words()}, Sum(), Head()), [*ITEMS[:3], item(1, -1)]
    said = answer(
        model, items, Collate({"text": ids}, counted), batch_size=2, accelerator=Accelerator(cpu=True), workers=0
    )
    assert said.calibrating("form").tolist() == [0, -1, 0, -1]
    assert said.targets["form"].tolist() == [0, 1, 0, -1]
