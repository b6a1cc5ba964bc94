import pytest
from hypothesis import given
from hypothesis import strategies as st
from vbg_diffusion_lora.template import check_template, fill

WORDS = st.text("abcdefgh", min_size=1, max_size=6)
PORCELAIN = "museum photograph of a[ {dynasty}][ {kiln} ware] {type}[, {glaze} glaze], plain background"


def test_unknown_values_take_their_part_of_the_sentence_with_them():
    values = {"type": "vase", "kiln": "Ding", "dynasty": "Song"}
    caption, named = fill(PORCELAIN, values, [])
    assert caption == "museum photograph of a Song Ding ware vase, plain background"
    assert named == {"type", "kiln", "dynasty"}
    assert fill(PORCELAIN, {"type": "vase"}, [])[0] == "museum photograph of a vase, plain background"


def test_facts_are_told_as_pairs_and_all_count_as_named():
    caption, named = fill(
        "a {class}[, {facts}]", {"class": "vase", "glaze": "blue_and_white", "kiln": "Ding"}, ["glaze", "kiln"]
    )
    assert (caption, named) == ("a vase, glaze blue and white, kiln Ding", {"class", "glaze", "kiln"})
    assert fill("a {class}[, {facts}]", {"class": "vase"}, ["glaze"]) == ("a vase", {"class"})


@pytest.mark.parametrize("template", ["a {class", "a [{class}", "a {class}]", "a vase", "a {the class}"])
def test_a_template_that_cannot_be_filled_is_refused(template):
    with pytest.raises(ValueError, match="a caption template"):
        check_template(template)


@given(st.dictionaries(st.sampled_from(["dynasty", "kiln", "glaze"]), WORDS))
def test_a_caption_names_exactly_what_is_known(known):
    caption, named = fill(PORCELAIN, {"type": "vase", **known}, [])
    assert named == {"type", *known}
    assert not set("[]{}") & set(caption)
    assert all(value in caption for value in known.values())
