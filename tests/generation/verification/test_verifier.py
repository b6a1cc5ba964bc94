"""The judge of generated records, on augmenters that lie and on real records it has not seen."""

from dataclasses import replace

import numpy as np
import pytest
from museum_liars import FORMS, LIARS, lies, real, without_text

from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.sieve import NONE, Sieve
from vbg_framework.generation.verification.pictures import OutlineWitness
from vbg_framework.generation.verification.texts import TextWitness
from vbg_framework.generation.verification.verifier import fit_verifier
from vbg_framework.screen import Screen

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def collection():
    return real()


@pytest.fixture(scope="module")
def verifier(collection):
    """Looks at pictures alone."""
    view, objects, _ = collection
    return fit_verifier(view, objects, [OutlineWitness()], seed=1, key="a", screen=Screen())


@pytest.fixture(scope="module")
def reader(collection):
    """Looks at texts alone."""
    view, objects, _ = collection
    about = TrainView(list(view), tasks=[view.tasks["kiln"]], task="kiln")
    return fit_verifier(about, objects, [TextWitness()], seed=1, key="b", screen=Screen())


def kept(verifier, records):
    return np.mean([verdict.reason is None for verdict in Sieve(LoopConfig(), NONE, verifier)(records)])


@pytest.mark.parametrize("name", LIARS)
def test_what_does_not_show_its_class_is_rejected(verifier, collection, name):
    records = lies(LIARS[name], without_text(collection[2]), "form", FORMS, 60, 1)
    assert kept(verifier, records) <= 0.05


def test_real_pictures_it_has_not_seen_pass(verifier, collection):
    unseen = without_text(collection[2])
    able = [record for record in unseen if verifier.judges("form", record.targets["form"])]
    assert len(able) >= 0.8 * len(unseen)
    assert np.mean([verdict.reason is None for verdict in verifier(able)]) >= 0.8


def test_it_says_which_classes_it_can_tell(verifier):
    told = verifier.about()["image"]
    assert told["name"] == "outlines and colours of real pictures"
    forms = told["tasks"]["form"]
    assert sum(rule["judges"] for rule in forms.values()) >= len(forms) - 2
    assert [name for name in FORMS if not verifier.judges("form", name)] == verifier.cannot_judge
    assert not any(rule["judges"] for rule in told["tasks"]["kiln"].values())  # it cannot be seen in a picture


def test_labels_that_pictures_do_not_show_are_left_out(verifier, collection):
    records = without_text([each for each in collection[2] if each.inputs.get("image")])
    verdicts = verifier(records)
    assert not any("kiln" in verdict.targets for verdict in verdicts)
    glazes = [verdict.targets.get("glaze") for verdict in verdicts]
    assert sum(glaze is not None for glaze in glazes) > len(glazes) / 2
    wrong = [replace(record, targets=record.targets | {"glaze": "celadon"}) for record in records
             if record.targets["glaze"] != "celadon"]  # fmt: skip
    assert np.mean(["glaze" in verdict.targets for verdict in verifier(wrong)]) < 0.1


def test_what_is_not_confirmed_has_the_judges_probabilities_where_it_is_asked_for(verifier, collection):
    records = without_text(collection[2])
    found = Sieve(LoopConfig(unconfirmed="soft"), NONE, verifier)(records)
    passed = [(record, verdict) for record, verdict in zip(records, found, strict=True) if verdict.reason is None]
    for record, verdict in passed:
        assert set(verdict.targets) | set(verdict.soft) == {"form", "kiln", "period", "glaze"} & set(record.targets)
        assert not set(verdict.targets) & set(verdict.soft)
        assert all(abs(sum(told.values()) - 1) < 1e-4 for told in verdict.soft.values())
    assert any("kiln" in verdict.soft for _, verdict in passed)
    assert not any(verdict.soft for verdict in Sieve(LoopConfig(), NONE, verifier)(records))


def test_texts_are_judged_as_pictures_are(reader, collection):
    told = [Record(each.id, {"text": each.inputs["text"]}, {"kiln": each.targets["kiln"]}) for each in collection[2]]
    able = [record for record in told if reader.judges("kiln", record.targets["kiln"])]
    assert len(able) > len(told) / 2
    assert np.mean([verdict.reason is None for verdict in reader(able)]) >= 0.8
    classes = reader.tasks[0].classes
    others = [next(name for name in classes if name != each.targets["kiln"]) for each in told]
    lies = [replace(each, targets={"kiln": name}) for each, name in zip(told, others, strict=True)]
    assert np.mean([verdict.reason is None for verdict in reader(lies)]) <= 0.05


def test_a_record_that_it_cannot_look_at_is_not_judged(verifier):
    (verdict,) = verifier([Record("1", {"text": "A bowl."}, {"form": "bowl"})])
    assert (verdict.reason, verdict.scores) == ("unjudged", {})
