import pytest
from faults.sound import sound
from faults.warmth import warm


@pytest.fixture(scope="module")
def whole(tmp_path_factory, tiny_run):
    """What nobody has damaged; everything is imported."""
    folder = tmp_path_factory.mktemp("warm")
    found = sound(folder, tiny_run.path)
    with warm(folder, found):
        yield found
