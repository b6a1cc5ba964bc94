"""Gates, on real small runs in whose folders something was planted."""

import json
import re
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import read_lines, write_lines
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import resolve
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.screen import Screen
from vbg_framework.study.fairness.evidence import gather
from vbg_framework.study.fairness.gates import MOST, NAMES, check, write_gates
from vbg_framework.study.fairness.twins import real_picture
from vbg_framework.study.plan import Arm

SHORT = ["train.steps=4", "train.evaluate_every=2"]
ARM, COPIES = Arm("made", "augmenter", {}), Arm("duplicate-made", "control", {}, copies_of="made")


def run(folder, name, *sets):
    return vbg_framework.run(name, registry=TINY, runs=folder, sets=[*SHORT, *sets])


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Two rounds of copies."""
    return run(tmp_path_factory.mktemp("runs"), "tiny-copies")


@pytest.fixture(scope="module")
def prepared(copies):
    config = copies.config()
    resolved = resolve(config["name"], config["experiment"], load_plugins(), "config.yaml")
    return prepare_data(resolved.parts["data"], Screen())


@pytest.fixture
def fair(copies, tmp_path):
    """The same run, with a picture like no other in place of every copy."""
    shutil.copytree(copies.path, tmp_path / "runs" / "made")
    found, draw = RunFolder(tmp_path / "runs" / "made"), np.random.default_rng(0)
    for entry in samples(found):
        if entry["image"]:
            dots = Image.fromarray(draw.integers(0, 255, (6, 6, 3), np.uint8))
            plant(found, entry, dots.resize((32, 32), Image.Resampling.BICUBIC))
    return found


def samples(found):
    return read_lines(found.path / "synthetic" / "samples.jsonl")


def plant(found, entry, picture):
    picture.save(found.path / "synthetic" / entry["image"])


def rewrite(found, change):
    """Change the entries of the generated records."""
    entries = samples(found)
    change(entries)
    write_lines(found.path / "synthetic" / "samples.jsonl", entries)


def set_text(found, **text):
    config = found.config()
    config["experiment"]["text"] = text
    found.write_text("config.yaml", dump_yaml(config))


def gate(found, prepared, name, arm=ARM):
    return {each.name: each for each in check(found, arm, prepared)}[name]


def pictured(found):
    return next(entry for entry in samples(found) if entry["image"])


def test_a_fair_run_passes_every_gate(fair, prepared):
    gates = check(fair, ARM, prepared)
    assert tuple(each.name for each in gates) == NAMES
    assert [each.name for each in gates if not each.passed or each.offending] == []
    assert all(re.fullmatch(r"[A-Z\d].*[^.]\.", each.about) for each in gates)


def test_a_run_without_an_augmenter_passes_every_gate(tiny_run, prepared):
    gates = check(tiny_run, Arm("none", "control", {}), prepared)
    assert all(each.passed for each in gates)
    assert {each.about for each in gates if each.name != "label-words"} == {
        "The run has no augmenter, so there are no generated records."
    }


def test_an_augmenter_that_only_changes_pictures_passes_every_gate(tmp_path, prepared):
    found = run(tmp_path, "tiny-image", "augmenter.type=classical")
    assert all(each.passed for each in check(found, ARM, prepared))
    assert gate(found, prepared, "train-only").about.startswith("All 0 generated records")


def test_a_record_made_from_another_training_part_fails(fair, prepared):
    rewrite(fair, lambda entries: entries[3]["origin"].update(train="0" * 64))
    found = gate(fair, prepared, "train-only")
    assert (found.passed, found.offending) == (False, (samples(fair)[3]["id"],))
    assert "1 of 20 generated records do not carry the hash" in found.about


@pytest.mark.parametrize("split", ["validation", "test", "inner"])
def test_a_record_derived_from_anything_but_the_inner_training_part_fails(fair, prepared, split):
    evidence = gather(fair, prepared)
    foreign = evidence.inner.measure if split == "inner" else evidence.items[split]
    rewrite(fair, lambda entries: entries[0]["origin"]["sources"].append(foreign.ids[0]))
    found = gate(fair, prepared, "train-only")
    assert (found.passed, found.offending) == (False, (samples(fair)[0]["id"],))


def test_records_nobody_counted_and_another_fitting_fail(fair, prepared):
    rewrite(fair, lambda entries: entries.pop())
    assert "f 20 generated records in metrics.json, samples.jsonl holds 19" in gate(fair, prepared, "train-only").about
    metrics = fair.read_json("metrics.json")
    metrics["generated"] |= {"records": 19, "training_records": "0" * 64}
    fair.write_json("metrics.json", metrics)
    found = gate(fair, prepared, "train-only")
    assert not found.passed
    assert "ccording to metrics.json the augmenter saw other records" in found.about


@pytest.mark.parametrize("split", ["validation", "test"])
@pytest.mark.parametrize("arm", [ARM, COPIES], ids=["augmenter", "copies"])
def test_a_planted_test_picture_fails_and_is_named(fair, prepared, split, arm):
    items, entry = gather(fair, prepared).items[split], pictured(fair)
    real = next(name for name in items.ids if real_picture(prepared, name))
    plant(fair, entry, real_picture(prepared, real))
    found = gate(fair, prepared, "test-copies", arm)
    assert (found.passed, found.offending) == (False, (entry["id"],))
    assert (found.twins[0].id, found.twins[0].real, found.twins[0].copied) == (entry["id"], real, True)
    assert gate(fair, prepared, "memorised", arm).passed


def test_a_planted_picture_is_found_after_it_was_changed_a_little(fair, prepared):
    items, entry = gather(fair, prepared).items["test"], pictured(fair)
    real = next(picture for name in items.ids if (picture := real_picture(prepared, name)))
    plant(fair, entry, real.resize((60, 60)).point(lambda value: value * 0.9))
    assert gate(fair, prepared, "test-copies").offending == (entry["id"],)


def test_copies_fail_unless_they_are_the_point(copies, prepared):
    pictures = [entry["id"] for entry in samples(copies) if entry["image"]]
    found = gate(copies, prepared, "memorised")
    assert (found.passed, set(found.offending)) == (False, set(pictures))
    assert f"{len(pictures)} of {len(pictures)} generated pictures (100.0%) are near copies" in found.about
    assert all(twin.real for twin in found.twins)
    control = {each.name: each for each in check(copies, COPIES, prepared)}
    assert all(each.passed for each in control.values())
    assert control["memorised"].about.startswith("Copies are the point of this control: ")


def test_one_copy_of_a_training_picture_fails(fair, prepared):
    items, entry = gather(fair, prepared).items["train"], pictured(fair)
    plant(fair, entry, next(picture for name in items.ids if (picture := real_picture(prepared, name))))
    assert gate(fair, prepared, "memorised").offending == (entry["id"],)
    assert gate(fair, prepared, "test-copies").passed


@pytest.mark.parametrize("colour", ["black", "white"])
def test_a_blank_picture_fails(fair, prepared, colour):
    entry = pictured(fair)
    plant(fair, entry, Image.new("RGB", (32, 32), colour))
    found = gate(fair, prepared, "blank")
    assert (found.passed, found.offending) == (False, (entry["id"],))
    assert all(entry["id"] != twin.id for twin in gate(fair, prepared, "memorised").twins)  # it is like no other


def test_a_text_that_names_its_class_fails_unless_the_word_is_masked(fair, prepared):
    set_text(fair, policy="drop_fields", drop=["title"])
    assert gate(fair, prepared, "label-words").passed

    def name_it(entries):
        entries[5]["text"] = {"description": f"A piece in {entries[5]['targets']['glaze']}."}

    rewrite(fair, name_it)
    found = gate(fair, prepared, "label-words")
    assert (found.passed, found.offending) == (False, (samples(fair)[5]["id"],))
    assert "(generated) name a class of their own" in found.about
    set_text(fair, policy="mask_label")
    assert gate(fair, prepared, "label-words").passed


def test_real_texts_that_name_their_class_fail_too(fair, prepared):
    often = {name: ["a", "the", "of", "with"] for name in prepared.task("glaze").classes}
    set_text(fair, policy="drop_fields", drop=["note"], synonyms=often)
    found = gate(fair, prepared, "label-words")
    assert (found.passed, len(found.offending)) == (False, MOST)
    assert all(f"({split})" in found.about for split in ("train", "validation", "test"))


def test_synonyms_count_as_naming(fair, prepared):
    policy = {"policy": "drop_fields", "drop": ["title"]}
    name = samples(fair)[0]["targets"]["glaze"]
    rewrite(fair, lambda entries: entries[0].update(text={"description": "of the colour of rain"}))
    set_text(fair, **policy)
    assert gate(fair, prepared, "label-words").passed
    set_text(fair, **policy, synonyms={name: ["rain"]})
    assert gate(fair, prepared, "label-words").offending[0] == samples(fair)[0]["id"]


def test_with_the_full_text_the_share_that_names_its_class_is_stated(fair, prepared):
    test = gather(fair, prepared).items["test"]
    columns = [test.column(f"text_{field}") for field in prepared.text_fields]
    texts = [" ".join(filter(None, fields)) for fields in zip(*columns, strict=True)]
    rows = zip(test.column("target_glaze"), texts, strict=True)
    named = [re.search(rf"\b{glaze}s?\b", text, re.IGNORECASE) is not None for glaze, text in rows if text]
    found = gate(fair, prepared, "label-words")
    assert found.passed
    assert found.about.startswith(f"{sum(named)} of {len(named)} texts ({np.mean(named):.1%}) of the test split")


def test_a_model_that_reads_no_text_passes(fair, prepared):
    config = fair.config()
    del config["experiment"]["encoders"]["text"]
    fair.write_text("config.yaml", dump_yaml(config))
    assert gate(fair, prepared, "label-words").about == "The model reads no text."


def test_a_round_that_was_not_measured_on_the_inner_validation_part_fails(fair, prepared):
    rounds = fair.read_json("rounds.json")
    assert f"{rounds[0]['score']:.3f}" in gate(fair, prepared, "inner-validation").about
    fair.write_json("rounds.json", [{**rounds[0], "score": None}, rounds[1]])
    assert "Round 1 was not measured" in gate(fair, prepared, "inner-validation").about
    name = next(name for name, recall in rounds[0]["recall"].items() if recall is not None)
    elsewhere = rounds[0]["recall"] | {name: 0.123}  # no share of so few records
    fair.write_json("rounds.json", [{**rounds[0], "recall": elsewhere}, rounds[1]])
    assert not gate(fair, prepared, "inner-validation").passed
    fair.write_json("rounds.json", rounds[:1])
    assert "f 2 rounds in metrics.json, rounds.json holds 1" in gate(fair, prepared, "inner-validation").about


@pytest.mark.parametrize("part", ["learn", "measure"])
def test_a_test_that_holds_training_records_fails(fair, prepared, part):
    foreign = getattr(gather(fair, prepared).inner, part).ids[0]
    table = pq.read_table(fair.path / "predictions.parquet")
    ids = table["id"].to_pylist()
    pq.write_table(table.set_column(0, "id", [[foreign, *ids[1:]]]), fair.path / "predictions.parquet")
    found = gate(fair, prepared, "inner-validation")
    assert (found.passed, found.offending) == (False, (foreign,))


def test_the_gates_are_written_with_galleries_of_the_closest_pairs(fair, prepared):
    entry = pictured(fair)
    plant(fair, entry, Image.new("RGB", (32, 32)))
    gates = check(fair, ARM, prepared)
    write_gates(fair, prepared, gates)
    written = json.loads((fair.path / "gates.json").read_text())
    assert [(each["name"], each["passed"]) for each in written] == [(name, name != "blank") for name in NAMES]
    by_name = {each["name"]: each for each in written}
    assert by_name["blank"]["offending"] == [entry["id"]]
    assert by_name["blank"]["twins"] == [{"id": entry["id"], "real": None, "bits": 256}]
    assert len(by_name["memorised"]["twins"]) == 12
    galleries = {each["gallery"] for each in written if each["gallery"]}
    assert galleries == {"gates/test-copies.png", "gates/memorised.png", "gates/blank.png"}
    sizes = {name: Image.open(fair.path / name).height for name in galleries}
    assert sizes["gates/memorised.png"] > sizes["gates/blank.png"]
    write_gates(fair, prepared, gates[:4])
    assert not (fair.path / "gates" / "blank.png").exists()


def test_the_same_run_gives_the_same_gates(copies, prepared):
    assert check(copies, ARM, prepared) == check(copies, ARM, prepared)


def test_a_run_that_is_not_finished_cannot_be_checked(fair, prepared):
    (fair.path / "metrics.json").unlink()
    with pytest.raises(VBGError, match="the run is interrupted, so it cannot be checked"):
        check(fair, ARM, prepared)
