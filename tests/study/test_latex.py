import shutil
import subprocess

import pytest

from vbg_framework.study.report.latex import document, escaped

HOSTILE = '50 % of $x_1^2$ & \\input{/etc/passwd} #1 {a} ~ <b> | "q" \u2212 \u2013 — Ä ł 青釉 \x1b[2J\n'


def test_what_latex_would_obey_is_printed():
    said = escaped(HOSTILE)
    assert r"\textbackslash{}input\{/etc/passwd\}" in said
    assert r"50 \% of \$x\_1\textasciicircum{}2\$ \& " in said
    assert "\x1b" not in said
    assert "\n" not in said
    assert "Ä ł [U+9752][U+91C9]" in said


def test_a_table_has_a_row_of_cells_for_every_row():
    text = document([("All & sundry", ("Arm", "p"), [("gan", "< .001"), ("none", "—")])])
    assert text.startswith(r"\documentclass")
    assert text.endswith("\\end{document}\n")
    assert r"\caption{All \& sundry}" in text
    assert "{gan} & {\\textless{} .001} \\\\\n{none} & {---} \\\\" in text


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_pdflatex_compiles_it_untouched(tmp_path):
    file = tmp_path / "tables.tex"
    file.write_text(document([(HOSTILE, ("Arm", HOSTILE), [(HOSTILE, HOSTILE), ("[a]", "*")])] * 2), encoding="utf-8")
    run = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", file.name]
    subprocess.run(run, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, timeout=60)
    assert (tmp_path / "tables.pdf").read_bytes().startswith(b"%PDF")
