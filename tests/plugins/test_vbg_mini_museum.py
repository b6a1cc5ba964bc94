"""The dataset `mini_museum`: what it draws, and that its information lies where its ceilings say."""

import random
import re
from collections import Counter
from dataclasses import fields, replace
from itertools import combinations, pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sklearn.decomposition import PCA
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from vbg_mini_museum import MiniMuseumConfig, vbg_components
from vbg_mini_museum.catalogue import GLAZE, KILN, MOTIF, ZONE, Facts, describe
from vbg_mini_museum.ceilings import ceilings, table
from vbg_mini_museum.collection import CLASSES, PERIODS, TAILED, pieces, shares
from vbg_mini_museum.decoration import GLAZES, ORNAMENTS, ZONES
from vbg_mini_museum.form import FORMS
from vbg_mini_museum.photograph import Appearance, photograph

PAGE = Path(__file__).parents[2] / "docs" / "mini-museum.md"
COMPONENT = next(iter(vbg_components()))


def records(**options):
    return list(COMPONENT.load()(MiniMuseumConfig(**options)).records())


def shown(record):
    """Everything a record says, comparable."""
    pixels = record.inputs["image"].tobytes() if "image" in record.inputs else None
    return record.id, record.group, record.targets, record.inputs.get("text"), record.inputs["metadata"], pixels


def picture(**changes):
    look = replace(Appearance("vase", "celadon", "plain", ORNAMENTS, wear=0, seed=7), **changes)
    return lambda archive=False, size=64: np.asarray(photograph(look, np.random.default_rng(1), size, archive))


@pytest.fixture(scope="module")
def large():
    """What one record of each of many objects shows and tells: (targets, look, text, archive photograph?)."""
    config, draw = MiniMuseumConfig(objects=9000), np.random.default_rng(0)
    found = []
    for piece in pieces(config):
        text = " ".join(describe(piece.facts, draw).values()) if draw.random() >= config.missing_text else ""
        found.append((piece.targets, piece.look, text, draw.random() < config.archive))
    return found


def observed(look, text, archive, modality):
    """All that can be seen, as features; for both modalities every word also together with the ornaments."""
    ornaments, words = "-".join(look.ornaments), set(re.findall(r"[a-z]+", text.lower()))
    seen = {}
    if modality != "text":
        seen |= dict.fromkeys([look.form, "grey" if archive else look.glaze, f"wear {look.wear}", ornaments], 1)
    if modality != "image":
        seen |= dict.fromkeys([f"word {word}" for word in words], 1)
    if modality == "both":
        seen |= dict.fromkeys([f"{ornaments} {word}" for word in words], 1)
    return seen


def accuracy(model, inputs, answers):
    """Of a classifier fitted on the first two thirds, on the rest."""
    cut = 2 * len(answers) // 3
    model.fit(inputs[:cut], answers[:cut])
    return np.mean(model.predict(inputs[cut:]) == np.array(answers[cut:]))


# The collection


def test_the_same_options_give_the_same_records_and_leave_global_randomness_alone():
    states = random.getstate(), np.random.get_state()[1].tolist()
    first, again = (records(objects=12, size=32) for _ in range(2))
    assert list(map(shown, first)) == list(map(shown, again))
    assert states == (random.getstate(), np.random.get_state()[1].tolist())
    assert list(map(shown, records(objects=12, size=32, seed=1))) != list(map(shown, first))


def test_a_larger_collection_begins_with_the_smaller_one():
    small = list(map(shown, records(objects=15, size=16)))
    assert list(map(shown, records(objects=60, size=16)))[: len(small)] == small


def test_larger_pictures_change_nothing_else():
    small, large = (records(objects=8, size=size) for size in (16, 256))
    assert [shown(one)[:-1] for one in small] == [shown(one)[:-1] for one in large]
    assert {one.inputs["image"].size for one in large if "image" in one.inputs} == {(256, 256)}


def test_every_record_has_an_id_and_every_object_one_to_four_views():
    found = records(objects=80, size=16)
    assert len({record.id for record in found}) == len(found)
    views = Counter(record.group for record in found)
    assert len(views) == 80
    assert set(views.values()) == {1, 2, 3, 4}
    assert all(a.targets == b.targets for a, b in pairwise(found) if a.group == b.group)


def test_tasks_name_the_classes_of_the_targets():
    tasks = {task.name: task.classes for task in COMPONENT.load()(MiniMuseumConfig()).tasks}
    assert tasks == CLASSES
    for record in records(objects=40, size=16, views=1):
        assert set(record.targets) == set(tasks)
        assert all(name in tasks[task] for task, name in record.targets.items())


def test_classes_are_long_tailed():
    found = list(pieces(MiniMuseumConfig()))
    for task, classes in TAILED.items():
        counts = Counter(piece.targets[task] for piece in found)
        assert [counts[name] for name in classes] == sorted(counts.values(), reverse=True)
        assert (
            max(abs(counts[name] / 720 - share) for name, share in zip(classes, shares(task, 25), strict=True)) < 0.01
        )
    forms = Counter(piece.targets["form"] for piece in found)
    assert (forms["vase"], forms["tile"]) == (223, 9)


def test_a_tail_of_one_is_balanced():
    assert np.allclose(shares("form", 1), 0.1)


def test_every_class_of_the_tiny_collection_has_three_objects():
    found = list(pieces(MiniMuseumConfig(**COMPONENT.tiny)))
    assert len(found) == 40
    for task, classes in CLASSES.items():
        counts = Counter(piece.targets[task] for piece in found)
        assert min(counts[name] for name in classes) >= 3


def test_some_records_lack_text_or_image_but_never_both():
    found = records(objects=300, size=16, missing_text=0.3, missing_image=0.6)
    present = Counter(("text" in record.inputs, "image" in record.inputs) for record in found)
    assert (False, False) not in present
    assert present[False, True] / len(found) == pytest.approx(0.3, abs=0.06)
    assert present[True, False] / len(found) == pytest.approx(0.6, abs=0.06)
    with pytest.raises(ValidationError, match="must not exceed 1"):
        MiniMuseumConfig(missing_text=0.6, missing_image=0.5)


def test_metadata_fields_are_sometimes_missing():
    cards = [record.inputs["metadata"] for record in records(objects=60, size=16)]
    assert {name for card in cards for name in card} == {"height_cm", "accession_year", "gallery"}
    assert {len(card) for card in cards} >= {1, 2, 3}


# Where the information lies


def test_a_picture_cannot_depend_on_what_only_texts_tell():
    assert {one.name for one in fields(Appearance)} == {"form", "glaze", "motif", "ornaments", "wear", "seed"}


def test_a_text_cannot_depend_on_what_only_pictures_show():
    assert {one.name for one in fields(Facts)} == {"glaze", "motif", "kiln", "zone", "wear"}


def test_texts_have_three_fields_and_no_word_for_a_form_an_ornament_or_a_period(large):
    words = {*FORMS, *ORNAMENTS, *(period.lower() for period in PERIODS)}
    texts = [text.lower() for _, _, text, _ in large if text]
    assert not words & {word.rstrip("s") for text in texts for word in re.findall(r"[\w]+", text)}
    assert min(len(text.split()) for text in texts) >= 4
    assert max(len(text.split()) for text in texts) <= 35
    facts = Facts("white", "plain", "Ru", "foot", wear=0)
    assert list(describe(facts, np.random.default_rng(0))) == ["title", "description", "note"]


@pytest.mark.parametrize("topic", [GLAZE, KILN, MOTIF, ZONE])
def test_a_word_names_one_class_only(topic):
    for (_, first), (_, second) in combinations(topic.words.items(), 2):
        assert not set(first) & set(second)
    assert not set(topic.families) & {word for words in topic.words.values() for word in words}
    if topic.broad:
        assert sorted(name for members in topic.families.values() for name in members) == sorted(topic.words)


def test_the_period_is_the_ornament_in_the_dated_zone(large):
    for targets, look, *_ in large[:200]:
        assert PERIODS[targets["period"]] == targets[targets["zone"]] == look.ornaments[ZONES.index(targets["zone"])]
        assert sorted(look.ornaments) == sorted(ORNAMENTS)


def test_every_form_glaze_motif_and_ornament_changes_the_picture():
    plain = picture()()
    looks = [picture(form=form) for form in list(FORMS)[1:]] + [picture(glaze=glaze) for glaze in list(GLAZES)[1:]]
    looks += [picture(motif=motif) for motif in list(MOTIF.words)[1:]]
    looks += [picture(ornaments=order) for order in list(permutations(ORNAMENTS))[1:]]
    for look in looks:
        assert (np.abs(look().astype(int) - plain).max(axis=2) > 25).mean() > 0.02


def test_an_archive_photograph_is_sepia_and_hides_the_glaze():
    prints = [picture(glaze=glaze)(archive=True) for glaze in GLAZES]
    assert all(np.array_equal(prints[0], other) for other in prints[1:])
    assert np.corrcoef(prints[0].reshape(-1, 3).T).min() > 0.98
    assert not np.array_equal(picture(ornaments=ORNAMENTS[::-1])(archive=True), picture()(archive=True))


# Ceilings


def test_the_page_shows_the_ceilings():
    assert table(MiniMuseumConfig()) in PAGE.read_text(), "copy what `table(MiniMuseumConfig())` returns into the page"


@settings(max_examples=30, deadline=None)
@given(st.floats(1, 100), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 1))
def test_more_information_never_hurts(tail, missing_text, missing_image, archive):
    config = MiniMuseumConfig(tail=tail, missing_text=missing_text, missing_image=missing_image, archive=archive)
    for row in ceilings(config).values():
        assert row["none"] <= min(row["image"], row["text"]) + 1e-9
        assert max(row["image"], row["text"]) <= row["both"] + 1e-9 <= 1 + 1e-8


def test_either_modality_alone_leaves_period_kiln_and_form_where_they_are_at_chance():
    for options in ({}, {"tail": 2}, {"missing_image": 0.3, "archive": 0.5}):
        found = ceilings(MiniMuseumConfig(**options))
        assert found["period"]["image"] == pytest.approx(found["period"]["none"])
        assert found["period"]["text"] == pytest.approx(found["period"]["none"])
        assert found["kiln"]["image"] == pytest.approx(found["kiln"]["none"])
        assert found["form"]["text"] == pytest.approx(found["form"]["none"])


def test_nothing_missing_makes_reading_perfect():
    found = ceilings(MiniMuseumConfig(missing_text=0, archive=0))
    assert [found[task]["both"] for task in ("form", "period", "glaze", "zone")] == pytest.approx([1, 1, 1, 1])


@pytest.mark.parametrize("task", CLASSES)
@pytest.mark.parametrize("modality", ["image", "text", "both"])
def test_a_classifier_of_the_known_facts_reaches_the_ceiling_and_no_more(large, task, modality):
    seen = [observed(look, text, archive, modality) for _, look, text, archive in large]
    model = LogisticRegression(C=0.03)  # little enough freedom not to learn accidents by heart
    found = accuracy(model, DictVectorizer().fit_transform(seen), [targets[task] for targets, *_ in large])
    assert -0.04 < found - ceilings(MiniMuseumConfig())[task][modality] < 0.02


def test_pixels_show_form_glaze_and_ornaments_but_neither_kiln_nor_period():
    found = records(objects=1200, size=32, views=1, missing_text=0, archive=0)
    pixels = np.stack([np.asarray(one.inputs["image"], dtype=np.float32).ravel() / 255 for one in found])
    model = make_pipeline(PCA(80, random_state=0), LogisticRegression(max_iter=300))
    reached = {
        task: accuracy(model, pixels, [one.targets[task] for one in found])
        for task in ("form", "glaze", "shoulder", "kiln", "period")
    }
    chance = {task: row["none"] for task, row in ceilings(MiniMuseumConfig()).items()}
    assert reached["form"] > 0.85
    assert reached["glaze"] > 0.85
    assert reached["shoulder"] > 0.7
    assert reached["kiln"] < chance["kiln"] + 0.07
    assert reached["period"] < chance["period"] + 0.07
