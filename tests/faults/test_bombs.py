import multiprocessing

import pytest
from faults.bombs import BOMBS
from faults.harness import Input, tried

SHARD = "{type: webdataset, path: %s, targets: {kind: kind}}"
TABLE = "{type: table, path: %s, id: id, text: [title], targets: {kind: kind}}"


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("whole")]


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_stands_for_gigabytes_takes_neither_memory_nor_time(tmp_path, name):
    inside = tmp_path / "inside"
    inside.mkdir()
    maker = multiprocessing.get_context("fork").Process(
        target=BOMBS[name], args=(inside / name,)
    )  # with memory of its own
    maker.start()
    maker.join()
    data = (SHARD if ".tar" in name else TABLE) % name
    (inside / "registry.yaml").write_text(f"version: 1\ndatasets:\n  d: {data}\n")
    outcome = tried(Input("bomb", ["data", "prepare", "d"]), inside)
    assert not outcome.wrong, outcome.said[-2000:]
