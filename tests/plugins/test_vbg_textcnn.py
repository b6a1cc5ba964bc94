import pytest
import torch
from vbg_textcnn import TextcnnConfig, vbg_components
from vbg_textcnn.encoder import TextcnnEncoder

(COMPONENT,) = vbg_components()
TEXTS = ["Shallow bowl with a blue glaze", "Tall vase", "", "A bowl with a green glaze and a vase with a blue glaze"]


@pytest.fixture
def encoder(tmp_path):
    def make(**options):
        config = TextcnnConfig(**{**COMPONENT.tiny, **options})
        TextcnnEncoder.prepare(config, iter(TEXTS), tmp_path, seed=0)
        torch.default_generator.manual_seed(0)
        return TextcnnEncoder(config, assets=tmp_path).eval()

    return make


def slowly(encoder, text):
    """Filter by filter and word by word: (T, D)."""
    ids = encoder.processor(False)([text])["ids"][0]
    rows = []
    for place in range(len(ids)):
        found = []
        for (_, layer), width in zip(encoder.filters, encoder.config.widths, strict=True):
            for weight, bias in zip(layer.weight, layer.bias, strict=True):  # (E, width)
                total = bias.clone()
                for step in range(width):
                    seen = place + step - (width - 1) // 2
                    if 0 <= seen < len(ids):
                        total += encoder.words.weight[ids[seen]] @ weight[:, step]
                found.append(total.clamp(min=0))
        rows.append(torch.stack(found))
    return torch.stack(rows)


@torch.no_grad()
def test_it_equals_a_slow_reference(encoder):
    made = encoder()
    features = made(made.processor(False)(TEXTS))
    for row, text in enumerate(TEXTS):
        expected = slowly(made, text)
        torch.testing.assert_close(features.tokens[row][features.mask[row]], expected, atol=1e-5, rtol=0)
        torch.testing.assert_close(features.pooled[row], expected.amax(0), atol=1e-5, rtol=0)


@torch.no_grad()
def test_a_masked_word_never_wins(encoder):
    made = encoder()
    for _, layer in made.filters:
        layer.bias.fill_(5.0)  # what lies beyond a text says more than any word
        layer.weight.abs_().neg_()
    made.words.weight[1:].abs_()
    together, alone = (made(made.processor(False)(texts)).pooled[0] for texts in ([TEXTS[1], TEXTS[3]], [TEXTS[1]]))
    torch.testing.assert_close(together, alone)


def test_its_size_is_that_of_the_paper():
    config = TextcnnConfig()
    assert config.filters * len(config.widths) == 300
    assert (config.embedding, config.widths) == (300, (3, 4, 5))


def test_widths_may_be_even_and_wider_than_the_text(encoder):
    made = encoder(widths=[1, 2, 30])
    features = made(made.processor(False)(["vase"]))
    assert features.tokens.shape == (1, 2, 12)


def test_it_learns_to_tell_words_apart(encoder):
    made = encoder(dropout=0.1).train()
    head = torch.nn.Linear(made.dim, 2)
    optimiser = torch.optim.Adam([*made.parameters(), *head.parameters()], 0.02)
    inputs = made.processor(True)(["blue bowl", "green bowl", "blue vase", "green vase"])
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(head(made(inputs).pooled), torch.tensor([0, 1, 0, 1]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss < 0.1
