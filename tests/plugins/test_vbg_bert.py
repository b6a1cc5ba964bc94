import json
import shutil
import socket
import warnings

import huggingface_hub.constants
import pytest
import torch
import transformers
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from vbg_bert import BertConfig, vbg_components
from vbg_bert.encoder import BertEncoder, from_scratch
from vbg_bert.masked_words import hide_words, learn_words, masked_loss

from vbg_framework.base.errors import VBGError
from vbg_framework.toolkit.tokens import SPECIAL, TextProcessor, learn_pieces

(COMPONENT,) = vbg_components()
TINY = {key: value for key, value in COMPONENT.tiny.items() if key != "mlm_steps"}
TEXTS = [
    "Shallow bowl with a blue glaze, found at the northern kiln",
    "Tall vase with a green glaze, found at the southern kiln",
    "Small bowl with a green glaze, from the eastern kiln",
    "Tall jar with a blue glaze, from the western kiln",
] * 5


@pytest.fixture
def encoder(tmp_path):
    """Bring an encoder to life as a new run does."""

    def make(texts=TEXTS, **options):
        config = BertConfig(**options)
        assets = tmp_path / "assets"
        assets.mkdir(exist_ok=True)
        BertEncoder.prepare(config, texts, assets, seed=0)
        torch.manual_seed(0)
        made = BertEncoder(config, assets=assets)
        made.pretrain(texts, seed=0)
        return made

    return make


@pytest.fixture(scope="module")
def reference():
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=200, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=40,
    )  # fmt: skip
    return transformers.BertModel(config).eval()


@pytest.fixture
def folder(reference, tmp_path):
    reference.save_pretrained(tmp_path / "weights")
    tokenizer = learn_pieces(TEXTS, 200, 40)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, mask_token="[MASK]", model_max_length=40, **names
    )
    wrapped.save_pretrained(tmp_path / "weights")
    return tmp_path / "weights"


def test_it_is_declared_with_the_length_of_the_paper():
    assert (COMPONENT.kind, COMPONENT.name) == ("encoder", "bert")
    assert COMPONENT.load() is BertEncoder
    assert BertConfig().max_length == 128


def test_from_scratch_it_has_the_sizes_of_bert_base():
    config = from_scratch(BertConfig(), vocab_size=1000)
    base = transformers.BertConfig(vocab_size=1000, max_position_embeddings=128)
    assert config.to_dict() == base.to_dict()


def test_it_equals_transformers_with_the_weights_of_a_folder(encoder, reference, folder):
    made = encoder(weights=str(folder), max_length=40).eval()
    inputs = made.processor(False)(TEXTS[:3])
    expected = reference(inputs["ids"], attention_mask=inputs["mask"]).last_hidden_state
    features = made(inputs)
    torch.testing.assert_close(features.tokens, expected, atol=1e-5, rtol=0)
    for row, mask, pooled in zip(expected, inputs["mask"], features.pooled, strict=True):
        torch.testing.assert_close(pooled, row[mask].mean(dim=0), atol=1e-5, rtol=0)


def test_it_tokenises_as_transformers_does(encoder, folder):
    wrapped = transformers.AutoTokenizer.from_pretrained(folder)
    expected = wrapped([*TEXTS[:3], ""], padding=True, truncation=True, max_length=9, return_tensors="pt")
    found = encoder(weights=str(folder), max_length=9).processor(False)([*TEXTS[:3], ""])
    assert torch.equal(found["ids"], expected["input_ids"])
    assert torch.equal(found["mask"], expected["attention_mask"].bool())


@pytest.mark.parametrize("kind", ["DistilBert", "Roberta", "Electra"])
def test_other_encoders_of_the_family_work_too(encoder, folder, kind):
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=200, hidden_size=32, dim=32, num_hidden_layers=1, n_layers=1, num_attention_heads=2, n_heads=2,
        intermediate_size=48, hidden_dim=48, max_position_embeddings=50, pad_token_id=0,
    )  # fmt: skip
    model = getattr(transformers, f"{kind}Model")(config).eval()
    model.save_pretrained(folder)
    made = encoder(weights=str(folder), max_length=20).eval()
    inputs = made.processor(False)(TEXTS[:3])
    expected = model(inputs["ids"], attention_mask=inputs["mask"]).last_hidden_state
    torch.testing.assert_close(made(inputs).tokens, expected, atol=1e-5, rtol=0)


def test_padding_does_not_change_the_features(encoder):
    made = encoder(**TINY).eval()
    process = made.processor(False)
    together = made(process(["blue bowl", *TEXTS[:2], ""]))
    for row, text in enumerate(["blue bowl", *TEXTS[:2], ""]):
        alone = made(process([text]))
        torch.testing.assert_close(together.pooled[row], alone.pooled[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(together.tokens[row][together.mask[row]], alone.tokens[0], atol=1e-5, rtol=0)


def test_an_empty_text_is_two_tokens_and_finite(encoder):
    made = encoder(**TINY)
    inputs = made.processor(False)(["", "   "])
    assert inputs["ids"].tolist() == [[2, 3], [2, 3]]
    assert made(inputs).pooled.isfinite().all()


TOKENS = TextProcessor(learn_pieces(TEXTS, 200, 12))


@pytest.mark.parametrize("texts", [[], ["", " "]])
def test_without_any_text_there_is_still_a_vocabulary(encoder, texts):
    made = encoder(texts, **TINY)
    assert made(made.processor(False)(["unseen"])).pooled.isfinite().all()


def test_masking_follows_the_80_10_10_rule_and_spares_special_tokens():
    texts = ["[MASK] bowl with a blue glaze"] * 4000
    batch = TOKENS(texts)
    torch.manual_seed(0)
    hidden, labels = hide_words(batch["ids"], batch["mask"], TOKENS.tokenizer)
    asked = labels != -100
    assert torch.equal(labels[asked], batch["ids"][asked])
    assert torch.equal(hidden[~asked], batch["ids"][~asked])
    assert not asked[batch["ids"] < len(SPECIAL)].any()
    words = (batch["ids"] >= len(SPECIAL)).sum()
    assert asked.sum() / words == pytest.approx(0.15, abs=0.01)
    masked = (hidden == SPECIAL.index("[MASK]"))[asked].float().mean()
    same = (hidden == batch["ids"])[asked].float().mean()
    assert masked == pytest.approx(0.8, abs=0.03)
    assert same == pytest.approx(0.1, abs=0.03)


def test_guessing_masked_words_gets_better():
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=TOKENS.tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64,
    )  # fmt: skip
    model = transformers.BertForMaskedLM(config)

    def loss():
        torch.manual_seed(7)
        batch = TOKENS(TEXTS)
        hidden, labels = hide_words(batch["ids"], batch["mask"], TOKENS.tokenizer)
        with torch.no_grad():
            return masked_loss(model.eval()(hidden, attention_mask=batch["mask"]).logits, labels).item()

    before = loss()
    learn_words(model, TOKENS, TEXTS, steps=150, batch_size=16, rate=3e-3)
    assert loss() < 0.6 * before


def test_the_masked_word_stage_follows_its_seed_and_leaves_the_global_generator_alone(encoder):
    plain = encoder(**TINY).state_dict()
    drawn = torch.get_rng_state()
    first = encoder(**TINY, mlm_steps=3, mlm_batch_size=4).state_dict()
    assert torch.equal(torch.get_rng_state(), drawn)
    again = encoder(**TINY, mlm_steps=3, mlm_batch_size=4).state_dict()
    assert all(torch.equal(tensor, again[name]) for name, tensor in first.items())
    assert not torch.equal(
        first["net.encoder.layer.0.output.dense.weight"], plain["net.encoder.layer.0.output.dense.weight"]
    )


def test_the_masked_word_stage_starts_from_the_weights_and_ends_frozen(encoder, folder, reference):
    made = encoder(weights=str(folder), max_length=40, mlm_steps=2, mlm_learning_rate=1e-6, frozen=True)
    words, start = made.net.embeddings.word_embeddings.weight, reference.embeddings.word_embeddings.weight
    assert not torch.equal(words, start)
    torch.testing.assert_close(words, start, atol=1e-5, rtol=0)
    assert not any(parameter.requires_grad for parameter in made.parameters())
    assert not made.net.training


def test_the_masked_word_stage_needs_a_text(encoder):
    with pytest.raises(VBGError, match=r"mlm_steps: no training text to learn from, got only empty ones. Set it to 0"):
        encoder(["", " "], **TINY, mlm_steps=2)


def test_a_frozen_encoder_does_not_learn_and_stays_without_dropout(encoder):
    made = encoder(**TINY, frozen=True, dropout=0.5)
    inputs = made.processor(True)(TEXTS[:2])
    before = made(inputs).pooled
    made.train()
    assert torch.equal(made(inputs).pooled, before)
    assert not before.requires_grad


def test_random_weights_follow_torchs_seed(encoder):
    first, again = encoder(**TINY).state_dict(), encoder(**TINY).state_dict()
    assert all(torch.equal(tensor, again[name]) for name, tensor in first.items())


def test_a_saved_model_loads_without_the_original_weights(encoder, folder, tmp_path):
    made = encoder(weights=str(folder), max_length=16).eval()
    expected, state = made(made.processor(False)(TEXTS)), made.state_dict()
    shutil.rmtree(folder)
    loaded = BertEncoder(made.config, assets=tmp_path / "assets").eval()
    loaded.load_state_dict(state)
    assert torch.equal(loaded(loaded.processor(False)(TEXTS)).tokens, expected.tokens)
    assert str(tmp_path) not in (tmp_path / "assets" / "config.json").read_text()


def test_a_hub_id_is_read_from_the_hubs_cache(encoder, folder, tmp_path, monkeypatch):
    kept = tmp_path / "hub" / "models--owner--bert"
    shutil.copytree(folder, kept / "snapshots" / "0123")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0123")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    words = [
        encoder(**source, max_length=40).state_dict() for source in ({"model": "owner/bert"}, {"weights": str(folder)})
    ]
    assert all(torch.equal(tensor, words[1][name]) for name, tensor in words[0].items())


def test_nothing_touches_the_network_without_a_hub_id(encoder, folder, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("touched the network"))
    encoder(**TINY)
    encoder(weights=str(folder), max_length=40, mlm_steps=1)


def test_loading_is_quiet(encoder, folder, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = encoder(weights=str(folder), max_length=16)
        made(made.processor(False)([" ".join(TEXTS)]))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "a/b", "weights": "c"}, "`model` and `weights` are both set"),
        ({"weights": "c", "layers": 2}, "the pre-trained weights decide `layers`"),
        ({"weights": "c", "dropout": 0.2}, "the pre-trained weights decide `dropout`"),
        ({"dim": 100}, "`dim` must be a multiple of `heads`, got 100 and 12"),
        ({"max_length": 2}, "greater than or equal to 3"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        BertConfig(**options)


def test_a_longer_text_than_the_model_reads_is_refused(encoder, folder):
    with pytest.raises(VBGError, match="max_length: the model reads at most 40 tokens, got 128"):
        encoder(weights=str(folder))


def test_missing_or_broken_weights_are_named(encoder, folder, tmp_path):
    with pytest.raises(VBGError, match="nowhere: no such file or folder"):
        encoder(weights="nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(VBGError, match=r"empty: cannot read its config.json \([^\n]+\)\. Give a folder"):
        encoder(weights=str(tmp_path / "empty"))
    (folder / "model.safetensors").write_bytes(b"\x80\x04")
    with pytest.raises(VBGError, match=r"weights: cannot read its model.safetensors \([^\n]+\)\. Give a folder"):
        encoder(weights=str(folder), max_length=40)


def test_a_folder_with_pickled_weights_only_is_refused(encoder, folder):
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(VBGError, match=r"cannot read its model.safetensors"):
        encoder(weights=str(folder), max_length=40)


def test_incomplete_weights_are_refused(encoder, folder):
    state = load_file(folder / "model.safetensors")
    state.pop("encoder.layer.1.output.dense.weight")
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(VBGError, match=r"lack 1 parameters, first 'encoder.layer.1.output.dense.weight'"):
        encoder(weights=str(folder), max_length=40)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"intermediate_size": 64}, r"has shape \(.*48.*\) instead of \(.*64.*\) of its config.json"),
        ({"hidden_size": 33}, r"cannot read its config.json \(The hidden size \(33\) is not a multiple"),
        ({"vocab_size": 20}, "its tokeniser knows [0-9]+ tokens, the model 20"),
        ({"model_type": "nonsense"}, "cannot read its config.json"),
    ],
)
def test_an_architecture_that_does_not_fit_is_refused(encoder, folder, edit, message):
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | edit))
    with pytest.raises(VBGError, match=message):
        encoder(weights=str(folder), max_length=40)


def test_a_model_that_reads_no_text_is_refused(encoder, folder):
    (folder / "config.json").write_text(json.dumps({"model_type": "vit"}))
    with pytest.raises(VBGError, match="no text encoder, got a model of type 'vit'"):
        encoder(weights=str(folder))


def test_a_folder_without_a_tokeniser_is_refused(encoder, folder):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(VBGError, match="tokeniser"):
        encoder(weights=str(folder), max_length=40)


def test_every_parameter_learns(encoder):
    made = encoder(**TINY)
    features = made(made.processor(True)(TEXTS))
    (features.tokens.square().mean() + features.pooled.sum()).backward()
    assert all(parameter.grad is not None for parameter in made.parameters())
