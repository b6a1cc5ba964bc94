"""The form of a run, and where its results go."""

import io
import json

from PIL import Image

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.review import draw_form
from vbg_framework.runs.evidence.review_answers import review
from vbg_framework.screen import Screen
from vbg_framework.ui.blind import has_generated
from vbg_framework.ui.judgement import Judgement, answers


def test_it_is_the_form_that_the_command_draws_and_its_key_stays_with_the_run(hidden):
    blind = hidden.blind.wait()
    assert blind.form.key == draw_form(hidden.run.path, load_plugins(), Screen()).key
    key = json.loads((hidden.run.path / f"review-key-{blind.form.id}.json").read_text())
    assert key == blind.form.whole_key
    assert {Image.open(io.BytesIO(each)).size for each in blind.pictures.values()} == {(32, 32)}
    assert blind.pictures.keys() == blind.form.key.keys()


def test_the_numbers_are_those_of_the_command(hidden, tmp_path):
    blind, said = hidden.blind.wait(), []
    for who in ("Ana", "Bo"):
        for number, item in blind.form.key.items():
            real = not item["generated"] or (who == "Bo" and int(number) % 3 == 0)
            said.append(Judgement(blind.form.id, number, "yes", "real" if real else "generated", who=who))
        said.append(Judgement(blind.form.id, who=who))
    said.append(Judgement(blind.form.id, "1", "no", "real", who="Cy"))
    blind.keep(said)
    kept = json.loads((hidden.run.path / "review.json").read_text())
    assert [each["name"] for each in kept["experts"]] == ["Ana", "Bo"]
    assert "What experts said" in (hidden.run.path / "report.html").read_text()
    files = [tmp_path / f"{who}.json" for who in ("Ana", "Bo")]
    for file in files:
        file.write_text(json.dumps(answers(said)[file.stem]))
    assert review(hidden.run.path, files) == kept
    assert blind.results(said, done=False)["experts"][-1]["name"] == "Cy"


def test_a_run_without_an_augmenter_has_none(bench):
    assert not has_generated(bench.run)
    assert bench.blind is None
