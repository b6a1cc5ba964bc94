import pandas
import pytest
from PIL import Image

import vbg_framework
from vbg_framework.cli import main

TEXTS = ["a blue bowl", None, "a tall vase", None]


@pytest.fixture(scope="module")
def model(tiny_run):
    return vbg_framework.load(tiny_run)


@pytest.fixture
def frame(tmp_path):
    Image.new("RGB", (40, 50), (200, 30, 30)).save(tmp_path / "a.png")
    return pandas.DataFrame({"title": TEXTS, "image": ["a.png", "a.png", "gone.png", None]}, index=[7, 3, 9, 1])


def test_a_frame_gets_the_answers_of_a_table(model, frame, tiny_run, tmp_path, monkeypatch):
    said = model.predict(frame, folder=tmp_path, probabilities=True)
    frame.to_csv(tmp_path / "table.csv", index=False)
    options = ["--out", str(tmp_path / "out.parquet"), "--probabilities"]
    assert main(["predict", str(tiny_run.path), str(tmp_path / "table.csv"), *options]) == 0
    table = pandas.read_parquet(tmp_path / "out.parquet")
    assert [*said.columns] == [name for name in table.columns if name in said.columns]
    assert said["form"].tolist()[:3] == table["form"].tolist()[:3]
    assert said["form_confidence"].tolist()[:3] == pytest.approx(table["form_confidence"].tolist()[:3])


def test_answers_have_the_index_of_the_frame_and_say_what_cannot_be_read(model, frame, tmp_path):
    said = model.predict(frame, folder=tmp_path)
    assert said.index.tolist() == [7, 3, 9, 1]
    assert said["id"].tolist() == ["7", "3", "9", "1"]
    assert "gone.png" in said["problem"].tolist()[2]
    assert pandas.isna(said["form"].tolist()[3])
    assert said["problem"].tolist()[3]


def test_the_order_of_rows_changes_no_answer(model, frame, tmp_path):
    said = model.predict(frame, folder=tmp_path)
    turned = model.predict(frame[::-1], folder=tmp_path)
    assert turned.loc[said.index, "form"].tolist()[:3] == said["form"].tolist()[:3]


def test_pictures_may_stand_in_the_cells(model):
    said = model.predict(pandas.DataFrame({"image": [Image.new("RGB", (40, 50))]}), tell=lambda line: None)
    assert said["form"].tolist()[0] in model.tasks["form"].classes


def test_notebooks_show_models_predictions_and_runs(model, tiny_run):
    (said,) = model.predict([{"text": "a bowl"}], tell=lambda line: None)
    assert "form" in said._repr_html_()
    assert "classes" in model._repr_html_()
    assert "report.html" in tiny_run._repr_html_()
