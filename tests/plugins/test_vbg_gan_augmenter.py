import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import vbg_gan
from gan_pictures import COMPONENT, fit, records, view, without
from PIL import Image
from pydantic import ValidationError
from safetensors.numpy import load_file
from vbg_gan import GanConfig
from vbg_gan.augmenter import Gan
from vbg_gan.table import AttributeTable

from vbg_framework.base.errors import VBGError
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import shipped_registry
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.preparation.content_key import content_key
from vbg_framework.screen import Screen
from vbg_framework.testing import conformance

TEXT = {"text": COMPONENT.tiny["text"]}
REQUESTS = [{"form": name} for name in ("bowl", "tile", "vase", "bowl", "idol")]

test_conformance = conformance(vbg_gan)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit")
    return fit(folder, **TEXT, steps=60, patience=None), folder


@pytest.fixture(scope="module")
def pictures_only(tmp_path_factory):
    return fit(tmp_path_factory.mktemp("pictures"), steps=60, patience=None)


def plain(record):
    return (
        None
        if record is None
        else (np.asarray(record.inputs.get("image")).tolist(), record.inputs.get("text"), record.targets)
    )


def test_its_defaults_are_the_papers():
    options = GanConfig()
    assert 16 * options.seed_grid == 224
    assert (options.latent, options.embedding, options.width, options.batch_size) == (100, 64, 512, 64)
    assert (options.generator_rate, options.discriminator_rate) == (1e-4, 1e-4)
    assert (options.style.share, options.style.references, options.style.crops) == (0.1, 32, 1000)
    assert (options.loss, options.average, options.diff_augment, options.spectral_norm) == (
        "non_saturating",
        None,
        [],
        False,
    )
    assert options.patience == 5


REGISTERED = {
    name: GanConfig(**{key: value for key, value in options.items() if key != "type"})
    for name, options in read_yaml(shipped_registry())["augmenters"].items()
    if options["type"] == "gan"
}


@pytest.mark.parametrize("name", REGISTERED)
def test_the_registered_ones_have_a_loss_against_collapse_unless_they_are_literal(name):
    assert (REGISTERED[name].diversity_weight > 0) == ("literal" not in name)


@pytest.mark.parametrize("name", [name for name in REGISTERED if "literal" not in name])
def test_the_registered_ones_train_texts_against_a_judge_and_a_pair_critic(name):
    text = REGISTERED[name].text
    assert text.adversarial_steps > 0
    assert (text.latent, text.pair_weight) == (32, 1)


@pytest.mark.parametrize("options", [{"width": 20}, {"batch_size": 1}, {"average": 1.0}, {"diff_augment": ["flip"]}])
def test_impossible_options_are_refused(options):
    with pytest.raises(ValidationError):
        GanConfig(**options)


def test_a_pair_has_picture_and_text_of_one_draw_of_class_and_attributes(fitted):
    gan, _ = fitted
    seen = {(record.targets["form"], record.targets.get("colour")) for record in view()}
    made = list(gan.generate(REQUESTS * 4, view(), seed=3))
    for record, request in zip(made, REQUESTS * 4, strict=True):
        assert record.inputs["image"].mode == "RGB"
        assert record.inputs["image"].size == (32, 32)
        assert record.inputs["text"]
        assert record.targets["form"] == request["form"]
        assert (record.targets["form"], record.targets.get("colour")) in seen
    assert len({record.targets.get("colour") for record in made}) > 1


def test_both_halves_get_the_same_facts(fitted, monkeypatch):
    gan, _ = fitted
    told = {}
    make, write = gan.pictures.make, gan.texts.write
    monkeypatch.setattr(gan.pictures, "make", lambda facts, seed: told.update(pictures=facts) or make(facts, seed=seed))
    monkeypatch.setattr(gan.texts, "write", lambda facts, seed: told.update(texts=facts) or write(facts, seed=seed))
    made = list(gan.generate(REQUESTS, view(), seed=3))
    assert told["pictures"] == told["texts"]
    drawn = [(record.targets["form"], {k: v for k, v in record.targets.items() if k != "form"}) for record in made]
    assert drawn == told["pictures"]


def test_the_answer_follows_from_the_seed(pictures_only):
    one, again, other = (list(map(plain, pictures_only.generate(REQUESTS, view(), seed=s))) for s in (1, 1, 2))
    assert one == again
    assert one != other


def test_pictures_of_one_class_differ(pictures_only):
    made = list(pictures_only.generate([{"form": "bowl"}] * 4, view(), seed=0))
    assert len({record.inputs["image"].tobytes() for record in made}) == 4


def test_records_come_in_chunks_so_that_thousands_do_not_fill_the_memory(pictures_only, monkeypatch):
    sizes = []
    make = pictures_only.pictures.make
    monkeypatch.setattr(
        pictures_only.pictures, "make", lambda facts, seed: sizes.append(len(facts)) or make(facts, seed=seed)
    )
    stream = pictures_only.generate([{"form": "bowl"}] * 150, view(), seed=0)
    next(stream)
    assert sizes == [64]
    assert len(list(stream)) == 149
    assert sizes == [64, 64, 22]


def test_a_class_without_training_records_gets_none_and_others_still_theirs(pictures_only):
    made = list(pictures_only.generate([{"form": "mask"}, {"form": "bowl"}, {"form": "cup"}], view(), seed=0))
    assert [record is None for record in made] == [True, False, True]
    assert list(pictures_only.generate([], view(), seed=0)) == []


def test_a_class_with_one_picture_works(pictures_only):
    [made] = pictures_only.generate([{"form": "idol"}], view(), seed=0)
    assert made.inputs["image"].size == (32, 32)


def test_a_request_may_fix_attributes_but_only_to_what_was_seen(pictures_only):
    wanted = next(r.targets["colour"] for r in records() if r.targets["form"] == "bowl" and "colour" in r.targets)
    [made] = pictures_only.generate([{"form": "bowl", "colour": wanted}], view(), seed=0)
    assert made.targets == {"form": "bowl", "colour": wanted}
    assert list(pictures_only.generate([{"form": "bowl", "colour": "pink"}], view(), seed=0)) == [None]


def test_metadata_fields_can_be_attributes(tmp_path):
    gan = fit(tmp_path, attributes=["colour", "place", "height"])
    made = list(gan.generate([{"form": "bowl"}] * 12, view(), seed=0))
    given = [r.inputs.get("metadata", {}) for r in records() if r.targets["form"] == "bowl"]
    for record in made:
        metadata = record.inputs.get("metadata", {})
        assert set(metadata) <= {"place", "height"}
        assert set(record.targets) <= {"form", "colour"}
        assert any(metadata.items() <= known.items() for known in given)
    assert any("metadata" in record.inputs for record in made)
    assert set(gan.modalities) == {"image", "metadata"}


def test_an_unknown_attribute_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="colr"):
        fit(tmp_path, attributes=["colr"])


def test_without_training_pictures_there_are_texts_alone(tmp_path):
    gan = fit(tmp_path, view(without("image")), **TEXT)
    made = list(gan.generate(REQUESTS, view(), seed=0))
    assert all(set(record.inputs) == {"text"} for record in made)
    saved = _saved(gan, tmp_path / "saved")
    assert gan.modalities == saved.modalities == ("text",)
    assert list(map(plain, saved.generate(REQUESTS, view(), seed=0))) == list(map(plain, made))


def test_without_training_texts_there_are_pictures_alone(tmp_path):
    gan = fit(tmp_path, view(without("text")), **TEXT)
    assert all(set(record.inputs) == {"image"} for record in gan.generate(REQUESTS, view(), seed=0))
    assert gan.modalities == ("image",)


def test_a_class_that_only_has_texts_gets_texts(tmp_path):
    some = [
        r if r.targets["form"] != "vase" else Record(r.id, {"text": {"title": "A vase"}}, r.targets) for r in records()
    ]
    gan = fit(tmp_path, view(some), **TEXT)
    vase, bowl = gan.generate([{"form": "vase"}, {"form": "bowl"}], view(), seed=0)
    assert set(vase.inputs) == {"text"}
    assert set(bowl.inputs) == set(gan.modalities) == {"image", "text"}


def test_without_pictures_and_texts_there_is_nothing_to_learn(tmp_path):
    bare = [Record(r.id, {}, r.targets) for r in records()]
    with pytest.raises(VBGError, match="has a picture or a usable text"):
        fit(tmp_path, view(bare), **TEXT)


def test_a_saved_augmenter_makes_the_same_records(fitted, tmp_path):
    gan, _ = fitted
    again = _saved(gan, tmp_path)
    one, two = (list(map(plain, each.generate(REQUESTS, view(), seed=5))) for each in (gan, again))
    assert one == two


def test_after_a_fit_in_half_precision_records_are_those_of_the_saved_augmenter(tmp_path):
    gan = fit(tmp_path / "fit", precision="bf16", patience=None, steps=30)
    again = _saved(gan, tmp_path / "saved")
    one, two = (list(map(plain, each.generate(REQUESTS, view(), seed=5))) for each in (gan, again))
    assert one == two
    assert gan.pictures.generator.convolutions[0].weight.dtype == torch.float32


def test_what_is_saved_can_be_looked_at_and_holds_no_pickle(fitted, tmp_path):
    gan, _ = fitted
    gan.save(tmp_path)
    kinds = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert kinds == {".safetensors", ".json", ".jsonl", ".yaml", ".png"}
    assert AttributeTable.load(tmp_path / "table.yaml").classes == gan.table.classes
    textures = [json.loads(line) for line in (tmp_path / "pictures" / "textures" / "crops.jsonl").open()]
    assert {each["record"] for each in textures} <= {record.id for record in records()}
    assert Image.open(tmp_path / "pictures" / "textures" / "contact.png").width > 100
    trunk = load_file(tmp_path / "pictures" / "discriminator.safetensors")
    assert any(name.startswith("trunk.0") for name in trunk)  # ready to serve as an encoder


def test_the_moving_average_is_what_generates(tmp_path):
    gan = fit(tmp_path, average=0.9)
    assert not any(parameter.requires_grad for parameter in gan.pictures.generator.parameters())
    _saved(gan, tmp_path / "saved")


def test_odd_shapes_and_grey_backdrops_are_no_obstacle(tmp_path):
    draws = np.random.default_rng(0)
    shapes = [(300, 20), (20, 300), (1, 1), (33, 17), (64, 64), (5, 90), (32, 32), (40, 41)]
    images = [Image.fromarray(draws.integers(0, 256, (*shape, 3), np.uint8)) for shape in shapes]
    odd = [Record(f"r{n}", {"image": image}, {"form": ("bowl", "vase")[n % 2]}) for n, image in enumerate(images)]
    train = TrainView(odd, tasks=[Task("form", classes=("bowl", "vase"))], task="form")
    gan = fit(tmp_path, train)
    assert all(record is not None for record in gan.generate([{"form": "bowl"}, {"form": "vase"}], train, seed=0))


def test_few_textures_are_told(tmp_path):
    said = []
    screen = Screen()
    screen.say = said.append
    fit(tmp_path, screen=screen, style={"crops": 1000})
    [line] = [line for line in said if line.startswith("Textures")]
    assert re.search(r"only \d+ of 1000", line)


def test_textures_come_from_a_users_folder(tmp_path):
    (tmp_path / "textures" / "bowl").mkdir(parents=True)
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "textures" / "bowl" / "glaze.png")
    gan = fit(tmp_path / "fit", style={"textures": str(tmp_path / "textures")})
    assert {texture.record for texture in gan.pictures.textures.textures} == {"bowl/glaze.png"}


def test_style_can_be_switched_off(tmp_path):
    gan = fit(tmp_path, style={"share": 0})
    assert gan.pictures.textures is None
    assert all(json.loads(line)["style"] == 0 for line in (tmp_path / "losses.jsonl").open())
    _saved(gan, tmp_path / "saved")


def test_an_edited_table_decides_what_is_made(tmp_path):
    AttributeTable.learn(view(), ["colour"]).save(tmp_path / "table.yaml")
    gan = fit(tmp_path / "fit", text={"mode": "none", "table": str(tmp_path / "table.yaml")})
    assert [record.targets["form"] for record in gan.generate(REQUESTS, view(), seed=0)] == [
        r["form"] for r in REQUESTS
    ]


def _saved(gan: Gan, folder: Path) -> Gan:
    folder.mkdir(exist_ok=True)
    gan.save(folder)
    again = Gan(gan.config)
    again.load(folder)
    return again


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ({"style": {"network": "timm", "model": "vgg11", "weights": "vgg.safetensors"}}, "weights/vgg.safetensors"),
        ({"style": {"network": "transformers", "weights": "resnet"}}, "weights/resnet/model.safetensors"),
        ({"projected": {"network": "transformers", "weights": "net"}}, "weights/net/model.safetensors"),
        ({"style": {"textures": "textures"}}, "data/textures/bowl/deep.png"),
        ({"text": {"table": "table.json"}}, "data/table.json"),
    ],
)
def test_other_weights_textures_or_tables_under_the_same_name_make_another_gan(tmp_path, monkeypatch, options, file):
    monkeypatch.setenv("VBG_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("VBG_DATA", str(tmp_path / "data"))
    (tmp_path / file).parent.mkdir(parents=True)
    part = make_part("augmenter", {"type": "gan", **options}, "", load_plugins())
    keys = []
    for text in ("one", "two"):
        (tmp_path / file).write_text(text)
        keys.append(content_key(part))
    assert keys[0] != keys[1]
    assert len(keys[0]["contents"]) == 1


def test_local_fusion_names_the_records_a_picture_is_made_of_and_survives_saving(tmp_path):
    gan, train = fit(tmp_path / "fit", local_fusion={}, patience=None), view()
    made = list(gan.generate(REQUESTS, train, seed=3))
    classes = {record.id: record.targets["form"] for record in train}
    for request, record in zip(REQUESTS, made, strict=True):
        if record is not None:
            assert {classes[name] for name in record.origin.sources} == {request["form"]}
    again = list(_saved(gan, tmp_path / "saved").generate(REQUESTS, train, seed=3))
    assert [plain(record) for record in made] == [plain(record) for record in again]
    assert [record and record.origin.sources for record in made] == [
        record and record.origin.sources for record in again
    ]
