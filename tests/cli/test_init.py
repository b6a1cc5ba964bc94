"""From somebody's table or folder to a trained model, without a hand on the registry."""

import random
import zipfile

import pytest
import xlsxwriter
import yaml
from PIL import Image

from vbg_framework.base.run_folder import list_runs
from vbg_framework.cli import init as module
from vbg_framework.cli import main

KINDS = ("Krug", "Teller", "Schüssel")
COLOURS = ((200, 40, 40), (40, 200, 40), (40, 40, 200))


def rows(count=36):
    generator = random.Random(0)
    for n in range(count):
        words = " ".join(generator.sample(["rot", "alt", "glasiert", "groß", "klein"], 3))
        yield [f"K{n}", f"{words}, {'hoch' if n % 3 else 'flach'}", KINDS[n % 3], str(1800 + n)]


HEADER = ["Inv.-Nr.", "Beschreibung", "Objektart", "Jahr"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def as_text(path, sign=";", encoding="cp1252"):
    path.write_text("\n".join(sign.join(cells) for cells in [HEADER, *rows()]), encoding=encoding)
    return path


def as_sheet(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Objekte")
        for number, cells in enumerate([["Export vom 1. Mai"], [], HEADER, *rows()]):
            sheet.write_row(number, 0, cells)
    return path


def as_folder(path):
    for n, colour in enumerate(COLOURS):
        (path / KINDS[n]).mkdir(parents=True)
        for place in range(6):
            Image.new("RGB", (32, 32), tuple(c + place for c in colour)).save(path / KINDS[n] / f"{place}.png")
    return path


def trained(name):
    assert main(["check", name]) == 0
    assert main(["run", name, "--set", "train.steps=2", "--set", "train.evaluate_every=2"]) == 0
    return list_runs(module.Path("runs"), name)[-1].state


def test_a_table_goes_from_a_spreadsheet_program_to_a_model(tmp_path, capsys):
    assert main(["init", str(as_text(tmp_path / "Objekte 2024.csv")), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "Windows-1252" in said
    assert "vbg run objekte-2024-model" in said
    assert main(["run", "objekte-2024-model"]) == 0
    assert list_runs(tmp_path / "runs", "objekte-2024-model")[-1].state == "finished"


def test_the_same_facts_give_the_same_registry(tmp_path):
    written = []
    for source in (
        as_text(tmp_path / "o.csv"),
        as_text(tmp_path / "o.txt", "\t", "utf-16"),
        as_sheet(tmp_path / "o.xlsx"),
    ):
        assert main(["init", str(source), "--yes", "--out", source.suffix[1:]]) == 0
        data = yaml.safe_load((tmp_path / source.suffix[1:] / "registry.yaml").read_text())["datasets"]["o"]
        written.append({key: value for key, value in data.items() if key not in ("path", "skip")})
    assert written[0] == written[1] == written[2]
    assert written[0]["targets"] == {"objektart": "Objektart"}


def test_a_zip_of_class_folders_goes_to_a_model(tmp_path):
    folder = as_folder(tmp_path / "Sammlung")
    with zipfile.ZipFile("s.zip", "w") as packed:
        for path in folder.rglob("*.png"):
            packed.write(path, path.relative_to(tmp_path))
    assert main(["init", "s.zip", "--yes", "--out", "out"]) == 0
    written = yaml.safe_load((tmp_path / "out" / "registry.yaml").read_text())
    assert written["datasets"]["sammlung"]["path"] == "s/Sammlung"


def test_a_folder_of_pictures_goes_to_a_model(tmp_path):
    as_folder(tmp_path / "vases")
    assert main(["init", "vases", "--yes"]) == 0
    assert trained("vases-model") == "finished"


def test_a_registry_that_is_there_is_left_as_it_is(tmp_path, capsys):
    (tmp_path / "registry.yaml").write_text("version: 1\n")
    assert main(["init", str(as_text(tmp_path / "o.csv")), "--yes"]) == 1
    assert "registry.yaml: is there already and is left as it is. Name another folder" in capsys.readouterr().err
    assert (tmp_path / "registry.yaml").read_text() == "version: 1\n"


@pytest.mark.parametrize("text", ["id,title,kind\n1,a,b\n", "", "title\nBowl\n", "\x00\x01\x02"])
def test_what_cannot_be_learnt_from_is_said_in_one_line(tmp_path, capsys, text):
    (tmp_path / "t.csv").write_text(text)
    assert main(["init", "t.csv", "--yes"]) == 1
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "registry.yaml").exists()


def test_markup_in_a_table_is_text(tmp_path, capsys):
    path = as_text(tmp_path / "o.csv")
    path.write_text(path.read_text("cp1252").replace("Beschreibung", "[red]Text[/red]"), encoding="utf-8")
    assert main(["init", "o.csv", "--yes"]) == 0
    assert "[red]Text[/red]" in capsys.readouterr().out


@pytest.mark.parametrize("case", ["01", "03", "34"])
def test_public_kinds_of_tables_get_a_registry_or_one_line(shared, capsys, case):
    folder = shared / "cases" / "data" / case
    if not folder.is_dir():
        pytest.skip("the folder with cases is absent")
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.csv.gz")]):
        status = main(["init", str(path), "--yes", "--out", path.name])
        said = capsys.readouterr()
        assert status == 0 or (status == 1 and len(said.err.strip().splitlines()) == 1), path
