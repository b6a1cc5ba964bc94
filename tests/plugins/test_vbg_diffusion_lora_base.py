import json
import shutil

import pytest
import torch
from diffusion_pipes import config, flux, large, stable
from loopback_hub import COMMIT, serving
from vbg_diffusion_lora.base import base_folder, open_base
from vbg_diffusion_lora.flux import Flux
from vbg_diffusion_lora.stable import Stable

from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.data.preparation.content_key import content_key

LAYERS = {"layers": ["to_qkv_mlp_proj"]}


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bases") / "stable"
    stable().save_pretrained(folder)
    return folder


def test_a_relative_folder_is_looked_up_among_the_weights(saved, monkeypatch):
    monkeypatch.setenv("VBG_WEIGHTS", str(saved.parent))
    assert base_folder("stable") == saved


@pytest.mark.parametrize(
    ("make", "family", "options"),
    [(stable, Stable, {}), (large, Stable, {}), (flux, Flux, {"adapter": LAYERS, "sampling": {"from_pictures": 0}})],
    ids=["sd", "sdxl", "flux"],
)
def test_every_architecture_is_opened_as_what_it_is(tmp_path, make, family, options):
    make().save_pretrained(tmp_path)
    found = open_base(tmp_path, config(**options), torch.bfloat16)
    assert type(found) is family
    assert found.denoiser.dtype == torch.bfloat16


def test_a_base_is_fetched_from_the_hub_without_pickles(saved, tmp_path, monkeypatch):
    files = {path.relative_to(saved).as_posix(): path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    with serving(files | {"unet/pickled.bin": b"a pickle"}, tmp_path, monkeypatch):
        folder = base_folder("owner/model")
    assert not list(folder.rglob("*.bin"))
    assert torch.equal(
        open_base(folder, config(), torch.float32).denoiser.conv_in.weight,
        open_base(saved, config(), torch.float32).denoiser.conv_in.weight,
    )


def test_a_base_that_nobody_has_is_named(tmp_path, monkeypatch):
    with serving({}, tmp_path, monkeypatch), pytest.raises(VBGError) as caught:
        base_folder("owner/none")
    assert str(caught.value).startswith("base owner/none: cannot fetch it from the hub (")
    assert "give its folder, or take base=tiny" in str(caught.value)


def test_a_base_behind_a_licence_says_how_to_accept_it(saved, tmp_path, monkeypatch):
    files = {"model_index.json": (saved / "model_index.json").read_bytes()}
    with serving(files, tmp_path, monkeypatch, gated=True), pytest.raises(VBGError) as caught:
        base_folder("owner/model")
    assert str(caught.value) == (
        "base owner/model: its licence has to be accepted first, got 'owner/model'. Accept it on the model's page and "
        "log in with `hf auth login`, or take another base."
    )


def test_a_folder_that_is_not_there_is_named(monkeypatch):
    monkeypatch.delenv("VBG_WEIGHTS", raising=False)
    with pytest.raises(VBGError, match=r"./no/such: no such file or folder, tried .*VBG_WEIGHTS is not set"):
        base_folder("./no/such")


def test_a_folder_of_something_else_is_named(tmp_path):
    with pytest.raises(VBGError, match="must be one of StableDiffusionPipeline, .*got a folder without model_index"):
        open_base(tmp_path, config(), torch.float32)


def test_another_kind_of_pipeline_is_named(tmp_path):
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "AudioLDMPipeline"}))
    with pytest.raises(VBGError, match="got AudioLDMPipeline"):
        open_base(tmp_path, config(), torch.float32)


def test_damaged_weights_are_one_clear_line(saved, tmp_path):
    stable().save_pretrained(tmp_path)
    (tmp_path / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"damaged")
    with pytest.raises(VBGError, match=r"^base [^\n]+: cannot be loaded \([^\n]+\)\. Download it again; [^\n]+$"):
        open_base(tmp_path, config(), torch.float32)


def test_a_denoiser_of_another_architecture_is_one_clear_line(saved, tmp_path):
    stable().save_pretrained(tmp_path)
    about = tmp_path / "unet" / "config.json"
    about.write_text(about.read_text().replace('"cross_attention_dim": 16', '"cross_attention_dim": 24'))
    with pytest.raises(VBGError, match=r"^base [^\n]+: cannot be loaded \([^\n]+\)\. [^\n]+$"):
        open_base(tmp_path, config(), torch.float32)


def test_opening_prints_nothing(saved, capfd):
    open_base(saved, config(), torch.float32)
    assert capfd.readouterr() == ("", "")


def test_another_base_under_the_same_name_makes_another_augmenter(saved, tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_WEIGHTS", str(tmp_path))
    shutil.copytree(saved, tmp_path / "base")
    part = make_part("augmenter", {"type": "diffusion_lora", "base": "base"}, "", load_plugins())
    first = content_key(part)
    assert list(first["contents"]) == ["base"]
    weights = next((tmp_path / "base" / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"1")
    assert content_key(part)["contents"] != first["contents"]


def test_so_does_another_revision_of_a_base_from_the_hub(saved, tmp_path, monkeypatch):
    part = make_part("augmenter", {"type": "diffusion_lora", "base": "owner/model"}, "", load_plugins())
    files = {path.relative_to(saved).as_posix(): path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    with serving(files, tmp_path, monkeypatch):
        assert content_key(part)["contents"] == {}
        base_folder("owner/model")
        assert content_key(part)["contents"] == {"base": f"revision {COMMIT}"}
