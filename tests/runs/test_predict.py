import csv
import json
import zipfile

import pyarrow.parquet as pq
import pytest
from PIL import Image

import vbg_framework
from vbg_framework.cli import main
from vbg_framework.data.readers.table import Table
from vbg_framework.learning.prediction.saved import SavedModel


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (40, 50), (200, 30, 30)).save(folder / name)
    (folder / "broken.jpg").write_bytes(b"not an image")
    return folder


def table(folder, text):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def predict(tiny_run, tmp_path, capsys):
    def call(source, out="out.csv", *options):
        root = str(tiny_run.path.parents[1])
        status = main(["predict", "tiny", str(source), "--out", str(tmp_path / out), "--runs", root, *options])
        return status, capsys.readouterr(), tmp_path / out

    return call


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_of_images_gets_a_row_per_image(predict, source):
    status, said, out = predict(source, "out.csv", "--probabilities")
    assert status == 0
    found = rows(out)
    assert [row["id"] for row in found] == ["a.png", "b.png", "broken.jpg"]
    probabilities = [float(value) for name, value in found[0].items() if name.startswith("form: ")]
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)
    assert float(found[0]["form_confidence"]) == pytest.approx(max(probabilities))
    assert found[0]["form_set"].split("|")[0] == found[0]["form"]
    assert "not an image" in found[2]["problem"]
    assert found[2]["form"] == ""
    assert "3 rows, 1 with a problem" in said.out


def test_a_table_may_lack_image_or_text_in_any_row(predict, source):
    path = table(source, "id,image,title\n1,a.png,Piece\n2,,Piece\n3,b.png,\n4,,\n5,absent.png,Piece\n6,../x.png,\n")
    _, _, out = predict(path)
    found = rows(out)
    assert [bool(row["form"]) for row in found] == [True, True, True, False, True, False]
    assert found[3]["problem"] == "neither image nor text nor metadata"
    assert "absent.png" in found[4]["problem"]
    assert "leaves its folder" in found[5]["problem"]


def test_a_row_with_several_pictures_is_answered_once_by_the_mean_of_its_views(predict, source):
    Image.effect_noise((40, 50), 90).save(source / "b.png")
    lines = ["id,image,title", "1,a.png|b.png,Piece", "2,a.png,Piece", "3,b.png,Piece", "4,a.png|broken.jpg,Piece"]
    _, said, out = predict(table(source, "\n".join(lines)), "out.csv", "--probabilities")
    found = rows(out)
    assert [row["id"] for row in found] == ["1", "2", "3", "4"]
    classes = [name for name in found[0] if name.startswith("form: ")]
    both, first, second, half = ([float(row[name]) for name in classes] for row in found)
    assert both == pytest.approx([(a + b) / 2 for a, b in zip(first, second, strict=True)], abs=1e-5)
    assert float(found[0]["form_confidence"]) == pytest.approx(max(both))
    assert half == pytest.approx(first, abs=1e-5)
    assert "not an image" in found[3]["problem"]
    assert "4 rows, 1 with a problem" in said.out


def test_columns_may_have_other_names(predict, source):
    _, _, out = predict(table(source, "nr,photo\n7,a.png\n"), "out.csv", "--column", "id=nr", "--column", "image=photo")
    assert [row["id"] for row in rows(out)] == ["7"]
    assert rows(out)[0]["problem"] == ""


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_other_formats_hold_the_same(predict, source, kind):
    _, _, out = predict(source, f"out.{kind}")
    found = pq.read_table(out).to_pylist() if kind == "parquet" else [json.loads(line) for line in out.open()]
    assert [row["id"] for row in found] == ["a.png", "b.png", "broken.jpg"]
    assert isinstance(found[0]["form_confidence"], float)
    assert found[2]["form_confidence"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--column", "image=foto"), r"no column 'foto'. Did you mean 'photo'?"),
        (("--column", "picture=photo"), "unknown field 'picture'"),
        ((), "no column for any of image"),
        (("--column", "image"), "expected FIELD=COLUMN, got 'image'"),
    ],
)
def test_columns_that_are_not_there_are_named(predict, source, arguments, message):
    status, said, out = predict(table(source, "nr,photo\n7,a.png\n"), "out.csv", *arguments)
    assert status == 1
    assert message in said.err
    assert not out.exists()


def test_missing_or_empty_sources_and_unknown_formats_are_named(predict, tmp_path, source):
    assert "no such file or folder" in predict(tmp_path / "absent.csv")[1].err
    (tmp_path / "empty").mkdir()
    _, said, out = predict(tmp_path / "empty")
    assert "holds nothing to predict" in said.err
    assert not out.exists()
    assert "unknown kind of table, got '.xls'" in predict(source, "out.xls")[1].err
    assert "cannot be written" in predict(source, "absent/out.csv")[1].err


def test_a_formula_in_an_id_is_not_run_by_a_spreadsheet(predict, source):
    _, _, out = predict(table(source, "id,title\n=1+1,Piece\n-500,Piece\n"))
    assert [row["id"] for row in rows(out)] == ["'=1+1", "-500"]


def test_a_cell_that_cannot_be_read_is_the_problem_of_its_row(predict, tmp_path):
    lines = [
        '{"id": 1899.0, "title": ["A bowl", "chipped"]}',
        '{"id": "b", "title": {"a": 1}}',
        '{"id": "c", "title": "x"}',
    ]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    found = rows(predict(tmp_path / "t.jsonl")[2])
    assert [row["id"] for row in found] == ["1899", "b", "c"]
    assert [bool(row["problem"]) for row in found] == [False, True, False]
    assert "column 'title' must hold text or numbers, got dict" in found[1]["problem"]


METADATA = """
version: 1
datasets:
  heights: {type: table, path: PATH, id: id, targets: {kind: kind}, metadata: [height, broken], decimal: ","}
experiments:
  heights:
    data: heights
    tasks: [kind]
    encoders: {metadata: {type: tabular, dim: 16, layers: 1, heads: 2}}
    classifier: {type: softmax}
    train: {steps: 2, batch_size: 8, evaluate_every: 2}
"""


def test_metadata_are_read_as_in_training(tmp_path):
    heights = [f"{n % 7 + 1},{100 + n}" if n % 9 else "approx" for n in range(60)]
    lines = [f'{n},{"bowl" if n % 2 else "vase"},"{height}",{n % 3 > 0}' for n, height in enumerate(heights)]
    source = table(tmp_path, "\n".join(["id,kind,height,broken", *lines]))
    (tmp_path / "registry.yaml").write_text(METADATA.replace("PATH", str(source)))
    run = vbg_framework.run("heights", registry=tmp_path / "registry.yaml", runs=tmp_path / "runs")
    out = tmp_path / "out.parquet"
    assert (
        main(
            ["predict", "heights", str(source), "--out", str(out), "--runs", str(tmp_path / "runs"), "--probabilities"]
        )
        == 0
    )
    found = {row["id"]: row for row in pq.read_table(out).to_pylist()}
    for row in pq.read_table(run.path / "predictions.parquet").to_pylist():
        said = [found[row["id"]][f"kind: {kind}"] for kind in ("bowl", "vase")]
        assert said == pytest.approx(row["kind_probabilities"], abs=1e-5)


def test_the_tables_own_columns_stand_beside_the_answers(predict, source):
    lines = [
        "id;image;title;form;remark",
        "2;a.png;Stück;old;=1+1",
        "1;;;;x",
        "3;a.png;too;many;cells;here",
        "2;b.png;T;;y",
    ]
    path = source / "table.csv"
    path.write_text("\n".join(lines), encoding="cp1252")
    _, said, out = predict(path)
    assert "read as Windows-1252, cells separated by semicolons" in said.out
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid;image;title;form (given);remark;")
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file, delimiter=";"))
    assert [row["id"] for row in found] == ["2", "1", "table.csv:4", "2"]
    assert [row["remark"] for row in found] == ["'=1+1", "x", "", "y"]
    assert [row["form (given)"] for row in found] == ["old", "", "", ""]
    assert [bool(row["form"]) for row in found] == [True, False, False, True]
    assert not [name for name in found[0] if name.startswith("form: ")]
    assert "as many cells" in found[2]["problem"]


def test_a_spreadsheet_shows_pictures_and_runs_no_formula(predict, source):
    _, _, out = predict(table(source, "id,image,title\n=1+1,a.png,Piece\n7,absent.png,@x\n"), "out.xlsx")
    found = [cells for _, cells in Table(out).rows(["id", "title", "form", "form_confidence", "problem"])]
    assert [row["id"] for row in found] == ["=1+1", "7"]
    assert found[1]["title"] == "@x"
    assert isinstance(found[0]["form_confidence"], float)
    with zipfile.ZipFile(out) as packed:
        assert [name for name in packed.namelist() if "media" in name] == ["xl/media/image1.jpeg"]
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_a_prediction_that_was_interrupted_goes_on_and_writes_the_same(predict, source, monkeypatch):
    pictures = ["a.png", "b.png", "a.png|broken.jpg", "absent.png", ""]
    lines = [f"{row},{pictures[row % 5]},{'Piece' if row % 3 else ''},{row}" for row in range(150)]
    path = table(source, "\n".join(["id,image,title,shelf", *lines, "a,b,c,d,e,f"]))
    _, said, whole = predict(path, "whole.csv", "--probabilities")
    real, asked = SavedModel.answered, []

    def answered(model, batch):
        asked.append(len(batch))
        if len(asked) == 3:
            raise KeyboardInterrupt
        return real(model, batch)

    monkeypatch.setattr(SavedModel, "answered", answered)
    assert predict(path, "out.csv", "--probabilities")[0] == 130
    begun = whole.with_name("out.csv.begun")
    assert begun.exists()
    assert not begun.with_suffix("").exists()
    _, again, out = predict(path, "out.csv", "--probabilities")
    assert out.read_bytes() == whole.read_bytes()
    assert asked == [32, 32, 32, 32, 32, 32, 21]  # the third batch twice, those before it once
    assert "Goes on with what an interrupted prediction answered" in again.out
    assert again.out[again.out.index("Wrote") :].replace("out.csv", "whole.csv") == said.out[said.out.index("Wrote") :]
    assert not begun.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--address", "auto"), "--address: is of a Ray cluster, got 'auto'. Add --engine ray."),
        (("--workers", "0"), "--workers: must be at least 1, got 0"),
        (("--engine", "ray", "--workers", "0"), "--workers: must be at least 1, got 0"),
    ],
)
def test_where_records_are_answered_must_go_together(predict, source, options, message):
    status, said, out = predict(source, "out.csv", *options)
    assert status == 1
    assert message in said.err
    assert not out.exists()


def test_one_picture_needs_no_workers(tiny_run, source, capsys):
    given = ["predict", "tiny", str(source / "a.png"), "--runs", str(tiny_run.path.parents[1]), "--workers", "2"]
    assert main(given) == 1
    assert "one picture or text is answered at once" in capsys.readouterr().err
