"""A user's bad input from end to end: one clear message, or a counted entry in the quarantine, never a traceback."""

import pyarrow.parquet as pq
import pytest
from PIL import Image
from tiny import TINY

from vbg_framework.cli import main

ROWS = """id,image,title,kind
{good}
broken,broken.jpg,A piece,bowl
short,short.png,A piece,bowl
absent,absent.png,A piece,bowl
outside,../outside.png,A piece,bowl
good-1,1.png,Again,bowl
empty,,,bowl
nolabel,1.png,A piece,
torn,1.png
lonely,1.png,A piece,ewer
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A table with good rows and one of each bad kind; returns a function that calls vbg with it registered."""
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        Image.new("RGB", (20, 20), (number * 12, 40, 90)).save(tmp_path / f"{number}.png")
    (tmp_path / "broken.jpg").write_bytes(b"<html>not found</html>")
    (tmp_path / "short.png").write_bytes((tmp_path / "1.png").read_bytes()[:60])
    good = "\n".join(f"good-{n},{n}.png,Piece {n},{('bowl', 'vase')[n % 2]}" for n in range(20))
    (tmp_path / "own.csv").write_text(ROWS.format(good=good))
    columns = "id: id, image: image, text: [title], targets: {kind: kind}"
    line = f"  own: {{type: table, path: {tmp_path / 'own.csv'}, {columns}}}"
    tiny = TINY.read_text().replace("datasets:\n", f"datasets:\n{line}\n")
    (tmp_path / "registry.yaml").write_text(tiny + "  own: {extends: tiny, data: own, tasks: [kind]}\n")
    return lambda *arguments: main(list(arguments))


def test_bad_rows_are_counted_and_named_and_the_run_goes_on(own, tmp_path, capsys):
    assert own("run", "own", "--accept-loss", "--set", "train.steps=2") == 0
    (run,) = (tmp_path / "runs" / "own").iterdir()
    assert "Traceback" not in capsys.readouterr().out
    assert (run / "report.html").exists()
    assert own("data", "prepare", "own", "--accept-loss") == 0
    folder = capsys.readouterr().out.split(" in ")[1].splitlines()[0]
    quarantine = {row["source"]: row["reason"] for row in pq.read_table(f"{folder}/quarantine.parquet").to_pylist()}
    reasons = list(quarantine.values())
    assert all(source.startswith("own.csv:") for source in quarantine)
    for word in ("not an image", "truncated", "missing", "leaves its folder", "good-1", "cells"):
        assert any(word in reason for reason in reasons), (word, quarantine)


def test_strict_names_the_first_bad_row(own, capsys):
    assert own("data", "prepare", "own", "--strict") == 1
    assert "own.csv:22" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("tasks=[kinds]", "unknown task 'kinds'. Did you mean 'kind'?"),
        ("data.path=absent.csv", "absent.csv: no such file"),
        ("data.image=picture", "no column 'picture'"),
        ("text.fields=[titel]", "unknown text field 'titel'. Did you mean 'title'?"),
    ],
)
def test_what_is_not_there_is_named(own, capsys, change, message):
    assert own("run", "own", "--accept-loss", "--set", change) == 1
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


def test_a_single_class_is_nothing_to_learn(own, tmp_path, capsys):
    text = (tmp_path / "own.csv").read_text().replace(",vase", ",bowl").replace(",ewer", ",bowl")
    (tmp_path / "own.csv").write_text(text)
    assert own("run", "own", "--accept-loss") == 1
    assert "task 'kind' has nothing to tell apart in the training split, got ['bowl']" in capsys.readouterr().err


def test_nothing_usable_says_why(own, tmp_path, capsys):
    (tmp_path / "own.csv").write_text("id,image,title,kind\n1,absent.png,,bowl\n2,gone.png,,vase\n")
    assert own("run", "own") == 1
    assert "missing" in capsys.readouterr().err
