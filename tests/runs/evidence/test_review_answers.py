"""What experts said, counted by hand."""

import json

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.runs.evidence.review_answers import review
from vbg_framework.statistics.interval import wilson_interval

ITEMS = {str(n): {"id": f"r{n}", "name": "cup" if n < 5 else "jug", "generated": n % 2 == 0} for n in range(1, 9)}


@pytest.fixture
def home(tmp_path):
    key = {"form": "abc", "task": "kind", "items": ITEMS}
    (tmp_path / "review-key-abc.json").write_text(json.dumps(key))
    return tmp_path


def save(home, expert, authentic, form="abc"):
    """`authentic`: a letter per item, r or g, "." = nothing."""
    words = {"r": "real", "g": "generated", ".": None, "x": "perhaps"}
    answers = {
        str(n): {"class": "no" if n == 2 else "yes", "authentic": words[letter], "flaws": ["form"] * (n == 4)}
        | {"remark": ""}
        for n, letter in enumerate(authentic, start=1)
    }
    file = home / f"{expert}-{form}.json"
    file.write_text(json.dumps({"form": form, "expert": expert, "answers": answers}))
    return file


def test_rates_agreement_classes_and_flaws(home):
    result = review(home, [save(home, "Ana", "rgrgrgrg"), save(home, "Bo", "rrrrrrrr")])
    assert [each["rate"] for each in result["experts"]] == [1, 0.5]
    assert (result["rate"], result["found"], result["believed"]) == (0.75, 0.5, 1)
    assert result["interval"] == [*wilson_interval(0.75, 8)]
    assert result["agreement"]["class"] == 1
    # 8 units, 12 real and 4 generated: o_rg = 8 in both directions, 1 - 15 * 8 / (256 - 144 - 16)
    assert result["agreement"]["authentic"] == pytest.approx(1 - 15 * 8 / (256 - 144 - 16))
    cup, jug = result["classes"]
    assert cup["fits"] == {"generated": [2, 4], "real": [4, 4]}
    assert jug["fits"]["generated"] == [4, 4]
    # of a class 4 units, 6 real and 2 generated; everybody says yes to every jug
    assert cup["agreement"] == {"class": 1, "authentic": pytest.approx(1 - 7 * 4 / (64 - 36 - 4))}
    assert jug["agreement"]["class"] is None
    assert result["flaws"] == {"form": {"generated": 2, "real": 0}}
    assert json.loads((home / "review.json").read_text()) == result


def test_what_is_not_answered_does_not_count(home):
    result = review(home, [save(home, "Ana", "r.r.....")])
    assert (result["rate"], result["found"], result["believed"], result["judged"]) == (None, None, 1, 2)
    assert result["agreement"]["authentic"] is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([("Ana", "r", "xyz")], "answers a form 'xyz' that is not of"),
        ([("Ana", "r", "abc"), ("Bo", "r", "xyz")], "answers the form 'xyz', the others 'abc'"),
        ([("Ana", "r", "abc"), ("Ana", "r", "abc")], "'Ana' answered already"),
        ([("Ana", "r" * 9, "abc")], "the form has no item '9'"),
        ([("Ana", "r", "../x")], "no such file"),
    ],
)
def test_files_that_do_not_fit_are_refused(home, files, message):
    paths = [save(home, *each) if "/" not in each[2] else home / "gone.json" for each in files]
    with pytest.raises(VBGError, match=message):
        review(home, paths)


def test_an_answer_that_is_none_is_refused(home):
    with pytest.raises(VBGError, match="is damaged"):
        review(home, [save(home, "Ana", "x")])
