import builtins
import shutil
import socket

import pytest
import torch
import transformers
from pydantic import ValidationError
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from vbg_transformers import TransformersConfig, vbg_components
from vbg_transformers.encoder import TransformersEncoder

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.features.frozen import says_the_same
from vbg_framework.toolkit.tokens import learn_pieces

(COMPONENT,) = vbg_components()
TINY = COMPONENT.tiny
TEXTS = [
    "Shallow bowl with a blue glaze, found at the northern kiln",
    "Tall vase with a green glaze",
    "",
    "Small [MASK] with a green glaze, from the eastern kiln",
]
SIZES = {
    "vocab_size": 120, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24,
    "max_position_embeddings": 40, "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3, "cls_token_id": 2,
    "sep_token_id": 3,
}  # fmt: skip
NAMES = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}


def roberta_tokenizer():
    """Pieces with scores, as those of XLM-R, made by hand."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    letters = sorted({letter for text in TEXTS for letter in text} | {"\u2581"})
    pieces = [*((token, 0.0) for token in special), *((letter, -5.0) for letter in letters), ("glaze", -2.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    names = {
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "mask_token": "<mask>",
    }
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=30, **names)


def bert_tokenizer():
    tokenizer = learn_pieces(TEXTS * 3, 120, 30)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=30, **NAMES)


@pytest.fixture
def save(tmp_path):
    """Write a tiny random model of a type to a folder and return both."""

    def make(kind="modernbert"):
        torch.default_generator.manual_seed(1)
        roberta = kind == "xlm-roberta"
        ids = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2} if roberta else {}
        config = transformers.AutoConfig.for_model(kind, **{**SIZES, **ids})
        model = transformers.AutoModel.from_config(config).eval()
        model.save_pretrained(tmp_path / kind)
        (roberta_tokenizer() if roberta else bert_tokenizer()).save_pretrained(tmp_path / kind)
        return model, tmp_path / kind

    return make


@pytest.fixture
def encoder(tmp_path):
    """Bring an encoder to life as a new run does."""

    def make(texts=TEXTS * 3, **options):
        config = TransformersConfig(**{"max_length": 30, **options})
        assets = tmp_path / "assets"
        assets.mkdir(exist_ok=True)
        TransformersEncoder.prepare(config, iter(texts), assets, seed=0)
        torch.default_generator.manual_seed(0)
        made = TransformersEncoder(config, assets=assets)
        made.pretrain(iter(texts), seed=0)
        return made

    return make


def say(made, texts=TEXTS):
    with torch.no_grad():
        return made.eval()(made.processor(False)(texts))


def test_an_encoder_of_many_languages_with_a_prefix_says_what_transformers_says(save, encoder):
    reference, folder = save("xlm-roberta")
    made = encoder(weights=str(folder), prefix="glaze ", frozen=True)
    said = made(made.processor(False)(TEXTS[:3])).pooled
    batch = roberta_tokenizer()(
        ["glaze " + text for text in TEXTS[:3]], padding=True, truncation=True, return_tensors="pt"
    )
    with torch.no_grad():
        tokens = reference(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None]
    assert torch.allclose(said, (tokens * mask).sum(1) / mask.sum(1), atol=1e-5)


@pytest.mark.parametrize("kind", ["bert", "modernbert", "xlm-roberta", "deberta-v2"])
def test_it_equals_transformers_itself(encoder, save, kind):
    model, folder = save(kind)
    wrapped = transformers.AutoTokenizer.from_pretrained(folder)
    texts = [text.replace("[MASK]", wrapped.mask_token) for text in TEXTS]
    inputs = wrapped(texts, padding=True, truncation=True, max_length=30, return_tensors="pt")
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        expected = model(**inputs).last_hidden_state
    real = inputs["attention_mask"].bool()
    found = say(encoder(weights=str(folder)))
    assert torch.equal(found.mask, real)
    torch.testing.assert_close(found.tokens[real], expected[real], atol=1e-5, rtol=0)
    for row, mask, pooled in zip(expected, real, found.pooled, strict=True):
        torch.testing.assert_close(pooled, row[mask].mean(0), atol=1e-5, rtol=0)
    first = say(encoder(weights=str(folder), pooling="cls"))
    torch.testing.assert_close(first.pooled, expected[:, 0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "xlm-roberta", "electra", "deberta-v2"])
def test_other_architectures_work_from_scratch(encoder, architecture):
    made = encoder(**{**TINY, "architecture": architecture})
    assert made.dim == 16
    together, alone = say(made), say(made, TEXTS[1:2])
    torch.testing.assert_close(together.tokens[1][together.mask[1]], alone.tokens[0], atol=1e-5, rtol=0)


def test_a_text_as_long_as_allowed_has_positions_enough(encoder):
    for architecture in ("bert", "xlm-roberta"):
        assert say(encoder(**{**TINY, "architecture": architecture}), ["bowl " * 99]).tokens.shape == (1, 32, 16)


def test_a_frozen_encoder_says_the_same_in_every_pass(encoder):
    made = encoder(**TINY, frozen=True, dropout=0.5)
    assert says_the_same(made)
    assert not says_the_same(encoder(**TINY))


@pytest.mark.parametrize("kind", ["bert", "modernbert"])
def test_only_the_last_layers_are_trained(encoder, save, kind):
    _, folder = save(kind)
    made = encoder(weights=str(folder), train_last=1)
    trained = {name for name, parameter in made.net.named_parameters() if parameter.requires_grad}
    allowed = ("encoder.layer.1.", "layers.1.", "final_norm.")
    assert trained
    assert all(name.startswith(allowed) for name in trained)
    with pytest.raises(VBGError, match="train_last: the model has 2 layers, got 3. Set a smaller number"):
        encoder(weights=str(folder), train_last=3)


@pytest.mark.parametrize("kind", ["bert", "modernbert"])
def test_adapters_change_nothing_at_first_and_are_all_that_learns(encoder, save, kind):
    _, folder = save(kind)
    plain, made = encoder(weights=str(folder)), encoder(weights=str(folder), lora=2, dropout=0.0)
    torch.testing.assert_close(say(made).tokens, say(plain).tokens)
    trained = {name for name, parameter in made.named_parameters() if parameter.requires_grad}
    assert trained == {name for name, _ in made.named_parameters() if ".lora_" in name}
    before = {name: tensor.clone() for name, tensor in made.state_dict().items()}
    optimiser = torch.optim.SGD([p for p in made.parameters() if p.requires_grad], 1.0)
    made.train()(made.processor(True)(TEXTS)).pooled[:, 0].sum().backward()
    optimiser.step()
    changed = {name for name, tensor in made.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed
    assert changed <= trained


def test_without_peft_adapters_say_how_to_get_it(encoder, monkeypatch):
    real = builtins.__import__

    def gone(name, *arguments, **named):
        if name == "peft":
            raise ImportError("No module named 'peft'")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", gone)
    with pytest.raises(VBGError, match=r'lora: peft is not installed.*pip install "vbg-framework\[lora\]"'):
        encoder(**TINY, lora=2)


@pytest.mark.parametrize("options", [{}, {"lora": 2}])
def test_a_saved_model_loads_from_its_assets_alone(encoder, save, tmp_path, monkeypatch, options):
    _, folder = save()
    made = encoder(weights=str(folder), dropout=0.25, **options)
    expected, state = say(made), made.state_dict()
    shutil.rmtree(folder)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("touched the network"))
    loaded = TransformersEncoder(made.config, assets=tmp_path / "assets")
    loaded.load_state_dict(state)
    assert torch.equal(say(loaded).tokens, expected.tokens)
    assert loaded.net.config.embedding_dropout == 0.25
    assert sorted(path.name for path in (tmp_path / "assets").iterdir()) == ["config.json", "tokenizer.json"]
    assert str(tmp_path) not in (tmp_path / "assets" / "config.json").read_text()


def test_pickled_weights_are_not_read(encoder, save):
    _, folder = save()
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(VBGError, match=r"cannot read its model.safetensors .* Give a folder in transformers format"):
        encoder(weights=str(folder))


def test_remote_code_is_not_run(encoder, save, tmp_path):
    _, folder = save()
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    config = (folder / "config.json").read_text()
    remote = '"auto_map": {"AutoConfig": "evil.C", "AutoModel": "evil.M"}, "model_type": "evil",'
    (folder / "config.json").write_text(config.replace('"model_type": "modernbert",', remote))
    with pytest.raises(VBGError, match=r"cannot read its config.json"):
        encoder(weights=str(folder))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("architecture", "says"),
    [
        ("modernbrt", "no text encoder of this type. Did you mean 'modernbert'?"),
        ("vit", "no text encoder of this type. Such are bert"),
        ("t5", "no text encoder of this type"),
    ],
)
def test_what_is_no_text_encoder_is_refused(encoder, architecture, says):
    with pytest.raises(VBGError, match=says):
        encoder(**{**TINY, "architecture": architecture})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "a/b", "weights": "c"}, "`model` and `weights` are both set"),
        ({"weights": "c", "architecture": "bert"}, "the pre-trained weights decide `architecture`"),
        ({"frozen": True, "lora": 4}, "`frozen` and `lora` are both set"),
        ({"train_last": 1, "lora": 4}, "`train_last` and `lora` are both set"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        TransformersConfig(**options)
