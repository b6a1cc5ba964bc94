import re
from dataclasses import replace

from html_page import Page

from vbg_framework.contracts.record import Task
from vbg_framework.report import confused as listed
from vbg_framework.report.confused import SHOWN, confused
from vbg_framework.report.inputs import read_inputs
from vbg_framework.report.page import write_report
from vbg_framework.report.view import view

FORM = Task("form", classes=("bowl", '"><b>', "jar"))
GLAZE = Task("glaze", classes=("celadon", "white"))


def test_the_largest_cells_come_first_and_list_their_surest_records():
    wrong = [{"true": "jar", "predicted": "bowl", "id": f"r{i}"} for i in range(SHOWN + 3)]
    found = confused([[5, 2, 0], [1, 9, 0], [15, 0, 2]], ["bowl", "vase", "jar"], wrong, "cell-1")
    assert [(row["name"], row["true"], row["predicted"], row["count"], row["support"]) for row in found] == [
        ("cell-1-2-0", "jar", "bowl", 15, 17),
        ("cell-1-0-1", "bowl", "vase", 2, 7),
        ("cell-1-1-0", "vase", "bowl", 1, 10),
    ]
    assert [len(row["rows"]) for row in found] == [SHOWN, 0, 0]
    assert found[0]["rows"][0]["id"] == "r0"


def test_every_wrong_answer_stands_in_its_cell_and_every_cell_can_be_reached(fabricate, monkeypatch):
    monkeypatch.setattr(listed, "SHOWN", 2)
    folder = fabricate(FORM, GLAZE)
    page = Page(html := write_report(folder).read_text(encoding="utf-8"))
    cells = [cell for task in view(read_inputs(folder))["tasks"] for cell in task["confused"]]
    assert all(min(cell["count"], 2) == len(cell["rows"]) for cell in cells)
    for cell in cells:
        matrix_link = f'<a href="#{cell["name"]}" aria-label="'
        assert html.count(matrix_link) == html.count(f'<ul id="{cell["name"]}">') == 1
    assert '"><b>' not in html
    assert len([one for one in page.all("a") if one["href"].startswith("#cell-")]) == len(cells)
    assert re.search(r"and \d+ more", html)


def test_pictures_are_those_of_the_worst_mistakes(fabricate):
    inputs = read_inputs(fabricate(FORM))
    kept = {row["id"] for row in inputs.mistakes if row["image"]}
    (task,) = view(inputs)["tasks"]
    rows = [row for cell in task["confused"] for row in cell["rows"]]
    assert {row["id"] for row in rows if row["image"]} == kept


def test_a_run_without_answers_says_so(fabricate):
    (task,) = view(replace(read_inputs(fabricate(FORM)), predictions=None))["tasks"]
    assert [cell["rows"] for cell in task["confused"]] == [[]] * len(task["confused"])
