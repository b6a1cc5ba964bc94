import pytest
import torch
import transformers
from peft import LoraConfig, inject_adapter_in_model
from safetensors.torch import load_file, save_file

from vbg_framework.base.errors import VBGError
from vbg_framework.toolkit.pretrained import load_weights, new_model, read_config, read_tokenizer, stacked_layers
from vbg_framework.toolkit.tokens import learn_pieces

SIZES = {
    "vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
    "max_position_embeddings": 16,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    transformers.BertModel(transformers.BertConfig(**SIZES)).save_pretrained(tmp_path)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    tokenizer = learn_pieces(["a bowl with a glaze", "a bowl"], 60, 16)
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(tmp_path)
    return tmp_path


def test_weights_go_into_a_model_of_the_same_architecture(folder):
    torch.default_generator.manual_seed(1)
    net = new_model(folder)
    load_weights(net, folder)
    kept = load_file(folder / "model.safetensors")
    assert all(torch.equal(tensor, kept[name]) for name, tensor in net.state_dict().items())


def test_adapters_stay_as_they_are(folder):
    net = inject_adapter_in_model(LoraConfig(r=2, target_modules=["query"]), new_model(folder))
    adapter = net.encoder.layer[0].attention.self.query.lora_A["default"].weight.clone()
    load_weights(net, folder)
    query = net.encoder.layer[0].attention.self.query
    kept = load_file(folder / "model.safetensors")["encoder.layer.0.attention.self.query.weight"]
    assert torch.equal(query.base_layer.weight, kept)
    assert torch.equal(query.lora_A["default"].weight, adapter)


@pytest.mark.parametrize("kind", ["bert", "modernbert", "distilbert"])
def test_layers_are_counted_from_the_input_and_the_last_has_what_follows_it(kind):
    sizes = {**SIZES, "num_hidden_layers": 2, "n_layers": 2, "pad_token_id": 0}
    net = transformers.AutoModel.from_config(transformers.AutoConfig.for_model(kind, **sizes))
    names = {id(parameter): name for name, parameter in net.named_parameters()}
    below, first, last = [[names[id(parameter)] for parameter in layer] for layer in stacked_layers(net)]
    assert all("embeddings" in name for name in below)
    assert all(".0." in name for name in first)
    assert all(".1." in name or "norm" in name or "pooler" in name for name in last)
    assert len(below) + len(first) + len(last) == len(names)


def test_incomplete_weights_are_refused(folder):
    state = load_file(folder / "model.safetensors")
    state.pop("encoder.layer.0.output.dense.weight")
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(VBGError, match=r"lack 1 parameters, first 'encoder.layer.0.output.dense.weight'"):
        load_weights(new_model(folder), folder)


def test_a_model_that_reads_no_text_is_refused(folder):
    transformers.ViTConfig().save_pretrained(folder)
    with pytest.raises(VBGError, match="no text encoder, got a model of type 'vit'"):
        read_config(folder)


def test_the_tokeniser_of_another_model_is_refused(folder):
    size = read_tokenizer(folder, 60, 16).get_vocab_size()
    with pytest.raises(VBGError, match=f"its tokeniser knows {size} tokens, the model {size - 1}"):
        read_tokenizer(folder, size - 1, 16)
