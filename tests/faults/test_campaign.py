import pytest
from faults.campaign import campaign
from faults.harness import warm

SEED = 20
COUNT = 150
PART = 30


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory, tiny_run):
    with warm(tmp_path_factory.mktemp("warm"), tiny_run.path):
        yield


@pytest.mark.parametrize("first", range(0, COUNT, PART))
def test_hostile_inputs_end_with_a_line_at_the_most(first, tiny_run):
    found = campaign(first, PART, SEED, tiny_run.path)
    wrong = [
        (number, given.kind, outcome.wrong, outcome.said[-400:]) for number, given, outcome in found if outcome.wrong
    ]
    assert not wrong
