"""A model of a run finds records of the run."""

import pytest
from PIL import Image

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main


@pytest.fixture(scope="module")
def model(tiny_run):
    return vbg_framework.load(tiny_run)


def test_records_alike_are_those_that_vbg_similar_prints(tiny_run, model, tmp_path, capsys):
    photo = tmp_path / "photo.png"
    Image.new("RGB", (40, 30), (90, 60, 30)).save(photo)
    one = model.similar({"text": "a jug"}, count=1)[0].id
    text = ["--text", "a jug"]
    for record, given in (
        (one, [one]),
        ({"text": "a jug"}, text),
        ({"image": photo}, [str(photo)]),
        ({"image": photo, "text": "a jug"}, [str(photo), *text]),
    ):
        near = model.similar(record, count=3)
        assert len(near) == 3
        assert one not in {each.id for each in near} or record != one
        capsys.readouterr()
        assert main(["similar", str(tiny_run.path), *given, "--count", "3"]) == 0
        rows = [line.split()[:3] for line in capsys.readouterr().out.splitlines()[-3:]]
        assert rows == [[each.id, f"{each.similarity:.3f}", each.part] for each in near]


def test_a_text_finds_records_by_their_texts_alone(model):
    text = {"text": "a jug"}
    assert model.similar(text) == model.similar(text, by=["text"])
    with pytest.raises(VBGError, match="the query has no 'image'"):
        model.similar(text, by=["image"])


def test_mistakes_are_named(model):
    for record, count, told in (
        ("nobody", 1, "no record of the run has the id 'nobody'"),
        ({}, 1, "neither image nor text"),
        ({"text": "a jug"}, 0, "count must be at least 1, got 0"),
    ):
        with pytest.raises(VBGError, match=told):
            model.similar(record, count=count)
