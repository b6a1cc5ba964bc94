"""Looking ahead in lines."""

from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.readers.ahead import SPENT, Ahead


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), max_size=30))
def test_looking_ahead_takes_nothing(steps):
    lines = [f"{number}\n" for number in range(40)]
    ahead, taken = Ahead(iter(lines)), 0
    for place, count in steps:
        assert ahead.peek(place) == (lines[taken + place] if taken + place < len(lines) else "")
        ahead.take(count)
        taken += count
        assert ahead.number == taken


def test_lines_that_were_taken_are_not_kept():
    ahead = Ahead(f"{number}\n" for number in range(10 * SPENT))
    for number in range(10 * SPENT):
        assert ahead.peek(3 if number < 10 * SPENT - 3 else 0)
        ahead.take(1)
        assert len(ahead._seen) <= SPENT + 5
    assert ahead.peek() == ""
