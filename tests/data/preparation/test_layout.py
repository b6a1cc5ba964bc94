"""The layout of a prepared data set."""

from datasets import Value

from vbg_framework.contracts.record import Task
from vbg_framework.data.preparation.layout import Layout


def test_columns_come_in_order_of_appearance_behind_the_fixed_ones():
    layout = Layout([Task("kind"), Task("colour", multi_label=True)])
    features = layout.learn([{"text_title": "a", "meta_year": 1.0}, {"text_note": None, "text_title": None}])
    assert list(features)[:8] == ["id", "group", "split", "licence", "source", "sha256", "phash", "image"]
    assert list(features)[8:] == ["text_title", "text_note", "target_kind", "target_colour", "meta_year"]


def test_metadata_is_a_number_until_a_word_is_seen():
    layout = Layout([])
    assert layout.learn([{"meta_year": 1.0}, {"meta_year": None}])["meta_year"] == Value("float64")
    assert layout.learn([{"meta_year": "ca. 100"}])["meta_year"] == Value("string")
    assert layout.learn([{"meta_year": 2.0}])["meta_year"] == Value("string")


def test_a_layout_can_be_had_from_its_columns():
    tasks = [Task("kind")]
    features = Layout(tasks).learn([{"text_title": "a", "meta_year": 1.0, "meta_note": "b"}])
    assert Layout.of(tasks, features).learn([]) == features
