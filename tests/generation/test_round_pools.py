"""The generated records of all rounds of a run."""

from test_pool import entry

from vbg_framework.base.cost import Cost
from vbg_framework.generation.pool import Chunk, Pool
from vbg_framework.generation.round_pools import RoundPools


def pools(folder, accumulate=False):
    """Two rounds of one record each."""
    found = RoundPools(folder, accumulate)
    for number in (1, 2):
        pool = found.pool(number)
        pool.open()
        pool.add(Chunk(0, {"jar": 1}, {}, [entry(number, image=f"{number}.png")]), {f"{number}.png": lambda: b"png"})
    return found


def test_a_round_trains_on_its_own_records(tmp_path):
    (found,) = pools(tmp_path).entries(2)
    assert (found["id"], found["image"]) == ("SYN_2", "round-2/2.png")


def test_accumulated_rounds_are_added_up(tmp_path):
    assert [each["id"] for each in pools(tmp_path, accumulate=True).entries(2)] == ["SYN_1", "SYN_2"]


def test_samples_come_back_as_records(tmp_path):
    found = pools(tmp_path)
    assert not found.samples()
    found.write_samples(1)
    (record,) = found.samples()
    assert record.inputs["image"] == tmp_path / "round-1" / "1.png"


def test_costs_are_added_up_unless_one_is_not_known(tmp_path, monkeypatch):
    found = pools(tmp_path)
    assert found.cost(2) == {}
    monkeypatch.setattr(Pool, "cost", lambda self: Cost(2.0))
    assert found.cost(2)["generate_seconds"] == 4.0
    assert found.cost(2)["seconds_per_1000"] == 2000.0


def test_of_the_records_of_a_round_some_can_be_kept(tmp_path):
    found = pools(tmp_path, accumulate=True)
    found.write_samples(2, {"SYN_2"})
    assert [record.id for record in found.samples()] == ["SYN_2"]
    found.write_samples(2, set())
    assert not found.samples()
