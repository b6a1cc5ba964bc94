import pytest
from faults.campaign import campaign

SEED = 20
COUNT = 500
PART = 100
MANY = 10_000


pytestmark = pytest.mark.slow


@pytest.mark.parametrize("first", range(0, COUNT, PART))
def test_hostile_inputs_end_with_a_line_at_the_most(first, whole):
    assert wrong(first, PART, whole) == []


@pytest.mark.full
def test_so_do_thousands(whole):
    assert wrong(0, MANY, whole) == []


def wrong(first, count, whole):
    found = campaign(first, count, SEED, whole)
    return [(number, given.kind, tried.wrong, tried.said[-400:]) for number, given, tried in found if tried.wrong]
