"""In what something differs from what is kept."""

from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.novelty import novelty

NOW = {"options": {"steps": 3}, "code": "a", "seed": 1}


def test_nothing_kept_means_nothing_to_say():
    assert novelty(NOW, []) == []


def test_the_most_similar_entry_counts():
    earlier = [{"options": {"steps": 4}, "code": "b", "seed": 2}, {**NOW, "seed": 2}, {}]
    assert novelty(NOW, earlier) == ["seed"]


def test_of_equally_similar_entries_the_newest_counts():
    assert novelty(NOW, [{**NOW, "seed": 2}, {**NOW, "code": "b"}]) == ["code"]


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), max_size=5))
def test_it_names_the_fewest_aspects_that_tell_an_entry_apart(earlier):
    now = dict.fromkeys("abc", 0)
    counts = [sum(other.get(name) != 0 for name in now) for other in earlier]
    assert len(novelty(now, earlier)) == min(counts, default=0)
