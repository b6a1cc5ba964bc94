import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.contracts.record import Record
from vbg_framework.learning.prediction.workers import AHEAD, Workers


@pytest.fixture
def two(tiny_run):
    with Workers(tiny_run.path / "model", (), 2) as workers:
        yield workers


@pytest.mark.slow
def test_a_table_gets_the_same_answers_whoever_gives_them(tiny_run, tmp_path, capsys):
    for name in ("a.png", "b.png"):
        Image.effect_noise((40, 50), 90).save(tmp_path / name)
    pictures = ["a.png", "b.png", "a.png|b.png", "absent.png", ""]
    lines = [f"{row},{pictures[row % 5]},{'Piece' if row % 3 else ''},{row}" for row in range(170)]
    (tmp_path / "table.csv").write_text("\n".join(["id,image,title,shelf", *lines]))

    def answered(name, *options):
        runs = str(tiny_run.path.parents[1])
        assert main(["predict", "tiny", str(tmp_path / "table.csv"), "--out", name, "--runs", runs, *options]) == 0
        said = capsys.readouterr().out.replace(name, "")
        return (tmp_path / name).read_text(), said[said.index("Not read") if "Not read" in said else 0 :]

    alone = answered(str(tmp_path / "alone.csv"), "--probabilities")
    assert answered(str(tmp_path / "shared.csv"), "--probabilities", "--workers", "2") == alone


def test_answers_come_in_order_and_few_batches_wait(tiny_run, two):
    two.pool = ThreadPoolExecutor(2)
    taken = []

    def batches():
        for number in range(40):
            taken.append(number)
            yield [(number, Record(str(number), {"text": "a blue piece"}))]

    for number, some in enumerate(two(batches())):
        assert [view.row for view in some] == [number]
        assert len(taken) <= number + 1 + AHEAD * two.count


def test_a_process_that_dies_is_told_in_a_line(two):
    two.pool.submit(os._exit, 3)
    with pytest.raises(VBGError, match="--workers: one of the processes ended before it had answered.*take fewer"):
        list(two([[(0, Record("a", {"text": "x"}))]] * 9))


def test_what_a_model_cannot_read_there_comes_back_as_the_error_it_was(two, tmp_path):
    two.pool, two.folder = ThreadPoolExecutor(1), tmp_path
    with pytest.raises(VBGError, match="no finished model"):
        list(two([[(0, Record("a", {"text": "x"}))]]))
