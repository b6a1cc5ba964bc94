import numpy as np
import pytest
from matplotlib.figure import Figure
from vbg_report_sections.risk_coverage import curve

from vbg_framework import Grid, Plot
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.report.page import render
from vbg_framework.report.sections import laid_out, sections


def begun(path, *chosen):
    experiment = {"tasks": ["form"], "report": [*chosen]}
    return RunFolder.begin(path / "run", "name", experiment, {})


def figure(label):
    made = Figure()
    made.subplots().set(xlabel=label)
    return made


def test_a_plot_becomes_a_drawing_and_numbers_have_three_decimals():
    grid = Grid(["a", "b", "c"], [["x", 0.12345, None]], "Values")
    text, table, plot = laid_out(["Said.", grid, Plot(figure("<axis>"), "A <plot>")])
    assert text == {"text": "Said."}
    assert table["rows"] == [["x", "0.123", "—"]]
    assert plot["plot"].startswith("<svg")
    assert "<axis>" not in plot["plot"]
    assert "A <plot>" not in plot["plot"]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ([7], TypeError, "expected a str, a Grid or a Plot with a matplotlib figure, got int"),
        ([Plot(np.zeros(3), "no figure")], TypeError, "got Plot"),
        ([Grid(["a"], [[1, 2]], "Wide")], ValueError, "a row of 'Wide' has 2 cells, its head 1"),
    ],
)
def test_anything_else_is_named(content, error, message):
    with pytest.raises(error, match=message):
        laid_out(content)


def test_a_section_that_is_not_installed_says_so_and_the_others_stand(tmp_path):
    (said,) = sections(begun(tmp_path, "members", "gone"))
    assert said["title"] == "gone"
    assert "unknown report_section type 'gone'" in said["blocks"][0]["text"]


def test_a_lack_of_memory_is_no_section_that_could_not_be_made(tmp_path, monkeypatch):
    def short(*_):
        raise MemoryError

    monkeypatch.setattr("vbg_framework.report.sections.laid_out", short)
    monkeypatch.setattr("vbg_framework.base.shortage.ROOM", 1 << 60)
    with pytest.raises(VBGError, match="the memory is used up"):
        sections(begun(tmp_path, "risk_coverage"))


def test_reliability_counts_every_answer_of_a_run(tiny_run):
    config = tiny_run.config()
    config["experiment"]["report"] = [{"type": "reliability", "bins": 4}]
    run = type("Chosen", (RunFolder,), {"config": lambda self: config})(tiny_run.path)
    (said,) = sections(run)
    texts = [block["text"] for block in said["blocks"] if "text" in block]
    assert [text.partition(":")[0] for text in texts] == ["form", "glaze"]
    tables = [block["rows"] for block in said["blocks"] if "rows" in block]
    counted = [sum(int(row[2].replace(",", "")) for row in rows) for rows in tables]
    test = tiny_run.read_json("metrics.json")["test"]
    assert counted == [test["form"]["n"], test["glaze"]["n"]]


def test_the_most_confident_answers_are_taken_first_and_equal_ones_together():
    share, accuracy, least = curve(np.array([0.9, 0.5, 0.7, 0.7]), np.array([True, False, True, False]))
    assert share.tolist() == [0.25, 0.75, 1]
    assert accuracy.tolist() == pytest.approx([1, 2 / 3, 0.5])
    assert least.tolist() == [0.9, 0.7, 0.5]


def test_risk_and_coverage_say_how_many_answers_reach_an_accuracy(tiny_run):
    config = tiny_run.config()
    config["experiment"]["report"] = [{"type": "risk_coverage", "accuracies": [0.01, 1.0]}]
    run = type("Chosen", (RunFolder,), {"config": lambda self: config})(tiny_run.path)
    (said,) = sections(run)
    tables = [block["rows"] for block in said["blocks"] if "rows" in block]
    assert [rows[0][:2] for rows in tables] == [["1%", "100%"]] * 2


def test_what_comes_from_data_is_escaped_on_the_page(tiny_run):
    from vbg_framework.report.inputs import read_inputs
    from vbg_framework.report.view import view

    evil = "<script>alert(1)</script>"
    blocks = laid_out([evil, Grid([evil], [[evil]], evil)])
    values = {**view(read_inputs(tiny_run.path)), "generated": None, "evidence": None}
    page = render("page.html.jinja", {**values, "sections": [{"title": evil, "blocks": blocks}]})
    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)") == 7
