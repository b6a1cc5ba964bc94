"""Several pictures of one record."""

from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.data.preparation.views import views


def test_each_picture_is_a_record_of_the_same_object():
    made = [*views([Record("a", {"image": ["1.png", b"2", None], "text": "Jug"}, {"kind": "jug"})])]
    assert [(each.id, each.group, each.inputs["image"]) for each in made] == [
        ("a", "a", "1.png"),
        ("a#2", "a", b"2"),
        ("a#3", "a", None),
    ]
    assert all((each.inputs["text"], each.targets) == ("Jug", {"kind": "jug"}) for each in made)
    assert {each.view_of for each in made} == {"a"}


def test_everything_else_stays_as_it_is():
    items = [Record("a", {"image": "1.png"}), Record("b", {}, group="g"), Rejected("t:1", "broken")]
    assert [*views(items)] == items
    assert [*views([Record("a", {"image": []}, group="g")])] == [Record("a", {"image": None}, group="g", view_of="a")]
