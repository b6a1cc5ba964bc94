"""Scarce classes filled from a second collection. Promises of the interface are in test_conformance."""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from said import Said
from sklearn.metrics.pairwise import cosine_similarity
from tiny import TINY
from vbg_retrieval import RetrievalConfig
from vbg_retrieval.augmenter import Retrieval
from vbg_retrieval.pool import accepts
from vbg_retrieval.shortlist import likeness, share_out

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.config.options import validated
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.pictures.image import decode
from vbg_framework.data.pictures.provenance import VOCABULARY
from vbg_framework.generation.fitted import fitted as fitted_or_kept
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen
from vbg_framework.testing import collection

pytestmark = pytest.mark.slow

OPEN = ["CC0", "CC BY", "CC BY-SA", "public domain"]
FORMS = ("bowl", "vase", "tile", "idol") * 6
LICENCES = ("CC0-1.0", "CC-BY-4.0", "", "CC BY-NC 4.0", "Public Domain")


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Options of a table of 24 pictures, six of each form, under several licences."""
    folder = tmp_path_factory.mktemp("pool")
    rows = []
    for number, form in enumerate(FORMS):
        colour = list(collection.COLOURS)[number % 4]
        collection.picture(form, colour, np.random.default_rng((70, number))).save(folder / f"{number}.png")
        rows.append({"id": f"{form}-{number}", "file": f"{number}.png", "licence": LICENCES[number % 5], "form": form})
    with (folder / "pool.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    path = str(folder / "pool.csv")
    return {
        "type": "table",
        "path": path,
        "id": "id",
        "image": "file",
        "licence_column": "licence",
        "targets": {"shape": "form"},
    }


def view():
    return collection.training_view(collection.records(collection.COUNTS), [])


def fitted(folder, pool, screen=None, **options):
    augmenter = Retrieval(validated(RetrievalConfig, {"pool": pool, "steps": 60, **options}, "augmenter"))
    augmenter.fit(view(), accelerator=new_accelerator("fp32", 0), seed=1, folder=folder, screen=screen or Screen())
    return augmenter


@pytest.fixture(scope="module")
def augmenter(tmp_path_factory, pool):
    return fitted(tmp_path_factory.mktemp("work"), pool)


def asked(augmenter, *forms, seed=1):
    return list(augmenter.generate([{"form": form} for form in forms], view(), seed=seed))


@pytest.mark.parametrize(
    "stated",
    [
        *("CC0", "CC0-1.0", "cc0 1.0", "CC BY 4.0", "CC-BY-SA-3.0", "Public domain", "Public Domain Mark 1.0"),
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "http://creativecommons.org/publicdomain/zero/1.0/",
        "https://www.creativecommons.org/publicdomain/mark/1.0/",
    ],
)
def test_open_licences_are_known_however_they_are_written(stated):
    assert accepts(OPEN, stated)


@pytest.mark.parametrize(
    "stated",
    [
        *("", " ", "CC BY-NC 4.0", "CC-BY-ND-4.0", "CC BY-NC-SA 4.0", "All rights reserved", "CC", "4.0"),
        *("https://creativecommons.org/licenses/by-nc/4.0/", "In copyright", "CC0-1.0 (texts CC-BY-4.0)"),
    ],
)
def test_everything_else_is_not(stated):
    assert not accepts(OPEN, stated)


def test_a_licence_may_be_given_in_full():
    assert accepts(["CC0-1.0 (texts CC-BY-4.0)"], "CC0-1.0 (texts CC-BY-4.0)")
    assert not accepts([""], "")


def test_likeness_is_the_mean_of_the_greatest_cosines():
    draw = np.random.default_rng(0)
    pool, members = draw.normal(size=(7, 4)), draw.normal(size=(5, 4))
    cosines = cosine_similarity(pool, members)
    assert np.allclose(likeness(pool, members, 1), cosines.max(1))
    assert np.allclose(likeness(pool, members, 3), np.sort(cosines, axis=1)[:, 2:].mean(1))
    assert np.allclose(likeness(pool, members, 9), cosines.mean(1))


def test_a_picture_goes_to_the_class_it_is_most_like():
    likenesses = {"many": np.array([0.7, 0.8, 0.9, 0.1, 0.0]), "few": np.array([0.8, 0.5, 0.8, 0.2, 0.3])}
    assert share_out(likenesses, 9) == {"many": [(2, 0.9), (1, 0.8)], "few": [(0, 0.8), (4, 0.3), (3, 0.2)]}
    assert share_out(likenesses, 1) == {"many": [(2, 0.9)], "few": [(0, 0.8)]}


def test_classes_get_pictures_that_look_like_theirs(augmenter):
    right = Counter(
        augmenter.pool.ids[row].startswith(form) for form, some in augmenter.shortlist.items() for row, _ in some
    )
    assert right[True] > 0.6 * right.total() > 0


def test_a_found_record_is_the_picture_of_the_pool_with_its_licence_and_where_it_is_from(augmenter, pool):
    for record in asked(augmenter, "bowl", "vase"):
        form, number = record.id.split("-")
        assert np.array_equal(record.inputs["image"], decode(f"{pool['path'].removesuffix('pool.csv')}{number}.png"))
        assert record.licence == LICENCES[int(number) % 5]
        assert record.origin.taken_from == f"table:{form}-{number}"
        assert record.origin.sources == ()
        assert set(record.inputs) == {"image"}
        assert -1 <= record.origin.scores["likeness"] <= 1
    assert [record.targets for record in asked(augmenter, "tile", "vase")] == [{"form": "tile"}, {"form": "vase"}]


def test_no_picture_is_found_twice_and_a_pool_that_is_used_up_gives_none(augmenter):
    found = asked(augmenter, *("bowl", "vase", "tile", "idol") * 10)
    names = [record.id for record in found if record]
    assert len(set(names)) == len(names) == len(augmenter.pool.rows)
    assert found[-1] is None
    assert asked(augmenter, "mask") == [None]


def test_pictures_without_an_open_licence_are_left_out_and_counted(tmp_path, pool):
    screen = Said()
    found = fitted(tmp_path, pool, screen, steps=1)
    closed = sum(LICENCES[number % 5] in ("", "CC BY-NC 4.0") for number in range(24))
    assert len(found.pool.rows) == 24 - closed
    assert f"Pool  table: {24 - closed} pictures; {closed} without an accepted licence left out." in screen.lines


def test_a_saved_shortlist_is_for_the_pool_it_was_made_of(tmp_path, augmenter, pool):
    augmenter.save(tmp_path)
    other = Retrieval(augmenter.config)
    other.load(tmp_path)
    assert [record.id for record in asked(other, "bowl", "vase")] == [r.id for r in asked(augmenter, "bowl", "vase")]
    about = json.loads((tmp_path / "shortlist.json").read_text())
    (tmp_path / "shortlist.json").write_text(json.dumps({**about, "pool": "other"}))
    with pytest.raises(VBGError, match=r"augmenter\.pool: the collection is another one than at fitting, got"):
        Retrieval(augmenter.config).load(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pool": {"path": "x.csv"}}, r"augmenter\.pool: key 'type' is missing"),
        ({"pool": {"type": "tabel"}}, r"augmenter\.pool: unknown dataset type 'tabel'. Did you mean 'table'"),
        (
            {"licences": ["CC BY-ND"]},
            r"needs pictures with an accepted licence, got none \(24 without",
        ),
        ({"encoder": {"type": "tfidf"}}, r"augmenter\.encoder: 'tfidf' reads text"),
        (
            {"encoder": {"type": "vit", "image_size": 16, "patch_size": 8, "dim": 8, "layers": 1, "heads": 1}},
            r"augmenter\.encoder: must have seen many pictures, got 'vit' with random weights",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused(tmp_path, pool, options, message):
    with pytest.raises(VBGError, match=message):
        fitted(tmp_path, **{"pool": pool, **options})


def test_training_records_without_pictures_are_refused(tmp_path, pool):
    texts = [Record("a", {"text": {"title": "Bowl"}}, {"form": "bowl"})]
    known = TrainView(texts, tasks=[Task("form", classes=("bowl",))], task="form")
    with pytest.raises(VBGError, match=r"augmenter: 'retrieval' compares pictures, got training records without any\."):
        Retrieval(RetrievalConfig(pool=pool)).fit(
            known, accelerator=new_accelerator("fp32", 0), seed=1, folder=tmp_path, screen=Screen()
        )


def test_an_encoder_with_weights_sees_likeness(tmp_path, pool, shared):
    encoder = {"type": "timm", "weights": str(shared / "weights" / "mobilenet_v2_1.0_224"), "image_size": 64}
    found = fitted(tmp_path, pool, encoder=encoder)
    assert len(asked(found, "bowl")) == 1


def test_an_experiment_trains_with_found_pictures_and_says_that_they_are_photographs(tmp_path):
    options = "{type: retrieval, steps: 2, pool: {type: mini_museum, objects: 10, views: 1, size: 32, seed: 5}}"
    sets = ["tasks=[period]", f"augmenter={options}", "train.steps=2", "loop={verify: tell, quality: false, count: 6}"]
    run = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=sets)
    lines = [json.loads(line) for line in (run.path / "synthetic" / "samples.jsonl").read_text().splitlines()]
    assert lines
    for line in lines:
        assert line["origin"]["taken_from"].startswith("mini_museum:")
        assert line["licence"] == "CC0-1.0"
        picture = (run.path / "synthetic" / line["image"]).read_bytes()
        assert f"{VOCABULARY}digitalCapture".encode() in picture


def test_a_pool_whose_pictures_changed_is_looked_through_anew(tmp_path, pool):
    folder = tmp_path / "pool"
    shutil.copytree(Path(pool["path"]).parent, folder)
    options = {"pool": {**pool, "path": str(folder / "pool.csv")}, "steps": 2}
    part = make_part("augmenter", {"type": "retrieval", **options}, "", load_plugins())

    def get():
        return fitted_or_kept(
            part, view(), accelerator=new_accelerator("fp32", 0), seed=1, cache=tmp_path / "cache", screen=Screen()
        )

    first = get()
    assert get().reused
    draw = np.random.default_rng(7)
    collection.picture("bowl", list(collection.COLOURS)[2], draw).save(folder / "0.png")
    anew = get()
    assert not anew.reused
    assert anew.new == ("files or models it names",)
    assert anew.augmenter.pool.fingerprint != first.augmenter.pool.fingerprint
    (folder / "1.png").unlink()
    assert not get().reused
    assert get().reused
