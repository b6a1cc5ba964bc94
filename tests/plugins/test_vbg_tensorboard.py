import pytest
import vbg_tensorboard
from vbg_tensorboard import scalars


def test_every_number_of_a_run_can_be_read_back(tiny_run):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(tiny_run.path / "tensorboard"))
    events.Reload()
    for line in tiny_run.lines():
        found = {event.step: event.value for event in events.Scalars(f"{line['kind']}/loss")}
        assert found[line["step"]] == pytest.approx(line["loss"], rel=1e-5)
    assert "validation/form/macro_f1" in events.Tags()["scalars"]


def test_numbers_of_tasks_get_names_of_their_own():
    line = {"kind": "validation", "step": 3, "loss": 0.5, "tasks": {"form": {"accuracy": 1.0}}}
    assert scalars(line) == [("validation/loss", 0.5), ("validation/form/accuracy", 1.0)]


def test_without_tensorboard_nothing_happens(monkeypatch, tiny_run):
    monkeypatch.setattr(vbg_tensorboard, "find_spec", lambda name: None)
    observer = vbg_tensorboard.Observer()
    observer.vbg_epoch_finished(run=tiny_run, step=4)
    assert observer.written == {}
