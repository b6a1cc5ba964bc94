import re

import pytest
from small_study import fail_gate, make_study, plan

from vbg_framework.report.markdown import document, safe
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.conclusion.verdict import verdict
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.markdown import markdown
from vbg_framework.study.report.panels import view

ARMS = ("none", "gan", "duplicate-gan")


def written(folder):
    results = gather(folder)
    analysis = analyse(results)
    return markdown({**view(analysis, results), "verdict": verdict(analysis), "version": "1.0"})


def rows(text):
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in text.splitlines() if line[:1] == "|"
    ]


def test_it_holds_verdict_comparisons_metrics_costs_gates_and_plan(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 3))
    fail_gate(folder, Trial("gan", 2), "a | in <b>")
    text = written(folder)
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("##")]
    for expected in (
        "Deviations from the plan",
        "Macro F1, task form",
        "Every metric",
        "Costs per run",
        "Gates",
        "Plan",
    ):
        assert expected in headings
    assert safe(verdict(analyse(gather(folder)))) in text
    assert folder.plan().hash in text
    assert "a \\| in &lt;b&gt;" in text
    assert ["gan", "2 of 3"] in rows(text)


def test_every_table_has_equally_many_cells_in_all_rows(tmp_path):
    text = written(make_study(tmp_path, plan(("none", "gan", "lora", "duplicate-gan", "duplicate-lora"), 2)))
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        assert len({len(row) for row in rows(block)}) == 1


def test_a_study_without_runs_is_written_too(tmp_path):
    text = written(make_study(tmp_path, plan(ARMS, 1), leave_out={(name, 1) for name in ARMS}))
    assert "There is nothing to compare yet." in text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", "a\\|b"),
        ("<i>", "&lt;i&gt;"),
        ("a\n# b", "a \\# b"),
        ("[x](y)", "\\[x\\](y)"),
        ("`a` & *b*", "\\`a\\` &amp; \\*b\\*"),
    ],
)
def test_text_from_data_acts_on_nothing(text, escaped):
    assert safe(text) == escaped


def test_a_document_has_heading_sentence_table_and_notes():
    assert document("T_1", "First.", ("a", "b"), [("x|", 1)], ["note"]) == (
        "# T\\_1\n\nFirst.\n\n| a | b |\n| --- | --- |\n| x\\| | 1 |\n\n- note\n"
    )
