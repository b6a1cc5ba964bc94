import huggingface_hub.constants
import pytest
import torch
from loopback_hub import serving
from safetensors.torch import save_file
from torch import nn

from vbg_framework.base.errors import VBGError
from vbg_framework.toolkit.weights import assign, hub_folder, load_state, read_json, weights_path

FILES = {"config.json": b'{"model_type": "vit"}', "model.safetensors": b"weights", "pytorch_model.bin": b"a pickle"}


@pytest.fixture
def hub(tmp_path, monkeypatch):
    with serving(FILES, tmp_path / "hub", monkeypatch) as server:
        yield server


def test_a_model_is_fetched_from_the_hub_without_its_pickles(hub):
    folder = hub_folder("owner/model")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]
    assert (folder / "model.safetensors").read_bytes() == b"weights"


def test_a_revision_can_be_pinned(hub):
    hub_folder("owner/model@v1")
    assert any("/revision/v1" in path for path in hub.asked)


def test_a_model_fetched_before_is_found_without_the_network(hub, monkeypatch):
    folder = hub_folder("owner/model")
    hub.asked.clear()
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert weights_path("owner/model", None) == folder
    assert not hub.asked


@pytest.mark.parametrize("name", ["owner/nothing", "no such name"])
def test_a_model_the_hub_does_not_have_is_named_with_the_way_out(hub, name):
    with pytest.raises(VBGError, match=rf"model {name}: cannot fetch it from the hub \(.+\)\. .*as `weights:`"):
        hub_folder(name)


def test_a_hub_that_does_not_answer_gives_one_clear_line(hub, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(VBGError, match=r"^model owner/model: cannot fetch it from the hub \([^\n]+$"):
        hub_folder("owner/model")


def test_a_path_is_looked_up_in_the_folder_of_weights(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("VBG_WEIGHTS", str(tmp_path))
    assert weights_path(None, "mine") == tmp_path / "mine"
    with pytest.raises(VBGError, match="other: no such file or folder"):
        weights_path(None, "other")


def test_weights_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(VBGError, match=r"none.safetensors: no such weights file"):
        load_state(tmp_path / "none.safetensors")
    for broken in (b"", b"\x80\x04pickle", b"\xff" * 100):
        (tmp_path / "broken.safetensors").write_bytes(broken)
        with pytest.raises(VBGError, match=r"broken.safetensors: not a readable safetensors file"):
            load_state(tmp_path / "broken.safetensors")


def test_a_truncated_file_is_named(tmp_path):
    save_file({"weight": torch.zeros(100)}, tmp_path / "cut.safetensors")
    whole = (tmp_path / "cut.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[:-10])
    with pytest.raises(VBGError, match="not a readable safetensors file"):
        load_state(tmp_path / "cut.safetensors")


def test_tensors_that_fit_are_copied(tmp_path):
    layer = nn.Linear(3, 2)
    save_file({"weight": torch.ones(2, 3).half(), "bias": torch.ones(2)}, tmp_path / "fits.safetensors")
    assign(layer, load_state(tmp_path / "fits.safetensors"), "fits")
    assert torch.equal(layer.weight, torch.ones(2, 3))
    assert layer.weight.dtype == torch.float32


def test_every_misfit_is_named():
    state = {"weight": torch.zeros(2, 4), "other": torch.zeros(1)}
    expected = r"^here: .*'bias' is missing, 'other' fits nowhere, 'weight' has shape \(2, 4\) instead of \(2, 3\)\. "
    with pytest.raises(VBGError, match=expected):
        assign(nn.Linear(3, 2), state, "here")
    with pytest.raises(VBGError, match="and 1 more"):
        assign(nn.Linear(3, 2), {"a": torch.zeros(1), "b": torch.zeros(1)}, "here")


def test_a_file_beside_weights_may_be_absent_but_not_broken(tmp_path):
    assert read_json(tmp_path / "config.json") == {}
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(VBGError, match=r"config.json: not readable as JSON .* Download or copy it again"):
        read_json(tmp_path / "config.json")
