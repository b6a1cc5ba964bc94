"""`vbg review-samples` as it is typed, from the form to the report."""

import json

from tiny import TINY

import vbg_framework
from vbg_framework.base.json_file import read_json
from vbg_framework.cli import main


def test_form_answers_and_report(tmp_path, capsys):
    run = vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path / "runs")
    assert main(["review-samples", str(run.path), "--out", str(tmp_path / "form"), "--per-class", "2"]) == 0
    assert "The key stays in" in capsys.readouterr().out
    (path,) = run.path.glob("review-key-*.json")
    key = read_json(path)
    words = {True: "generated", False: "real"}
    answers = {
        number: {"class": "yes", "authentic": words[item["generated"]], "flaws": [], "remark": ""}
        for number, item in key["items"].items()
    }
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"form": key["form"], "expert": "A", "answers": answers}))
    assert main(["review-samples", str(run.path), "--answers", str(file)]) == 0
    assert "All: detection rate 1.00" in capsys.readouterr().out
    assert "What experts said" in (run.path / "report.html").read_text()


def test_what_is_asked_must_be_one_thing(tiny_run, tmp_path, capsys):
    assert main(["review-samples", str(tiny_run.path)]) == 1
    assert "needs either --out or --answers" in capsys.readouterr().err
    assert main(["review-samples", str(tiny_run.path), "--out", str(tmp_path), "--per-class", "0"]) == 1
    assert "must be at least 1, got 0" in capsys.readouterr().err
