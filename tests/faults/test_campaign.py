import pytest
from faults.campaign import campaign
from faults.sound import sound
from faults.warmth import warm

SEED = 20
COUNT = 150
PART = 30


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory, tiny_run):
    """What nobody has damaged; everything is imported."""
    folder = tmp_path_factory.mktemp("warm")
    found = sound(folder, tiny_run.path)
    with warm(folder, found):
        yield found


@pytest.mark.parametrize("first", range(0, COUNT, PART))
def test_hostile_inputs_end_with_a_line_at_the_most(first, whole):
    found = campaign(first, PART, SEED, whole)
    wrong = [
        (number, given.kind, outcome.wrong, outcome.said[-400:]) for number, given, outcome in found if outcome.wrong
    ]
    assert not wrong
