import pickle
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from vbg_framework.toolkit.tokens import SPECIAL, TextProcessor, bounded, learn_pieces, learn_words

TEXTS = [
    "Shallow bowl with a blue glaze, found at the northern kiln",
    "Tall vase with a green glaze, found at the southern kiln",
    "Small bowl with a green glaze, from the eastern kiln",
    "Tall jar with a blue glaze, from the western kiln",
] * 5
TOKENS = TextProcessor(learn_pieces(TEXTS, 200, 12))
WORDS = TextProcessor(learn_words(TEXTS, 20, 6))


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_any_text_becomes_tokens_within_the_length(text):
    found = TOKENS([text])
    assert found["ids"].shape == found["mask"].shape
    assert 2 <= found["ids"].shape[1] <= 12
    assert found["ids"].max() < TOKENS.tokenizer.get_vocab_size()


def test_the_mask_of_a_text_policy_is_one_token():
    ids = TOKENS(["a [MASK] with"])["ids"][0].tolist()
    assert ids.count(SPECIAL.index("[MASK]")) == 1


def test_every_token_has_its_place_in_the_text_also_behind_a_prefix():
    text = "a [MASK] kiln"
    for prefix in ("", "glaze: "):
        processor = TextProcessor(TOKENS.tokenizer, prefix)
        places = processor.places(text)
        assert len(places) == processor([text])["ids"].shape[1]
        assert "".join(text[begin:end] for begin, end in filter(None, places)) == text.replace(" ", "")
    before = len(places) - len(TOKENS.places(text))
    assert places[: 1 + before] == [None] * (1 + before)


def test_the_vocabulary_is_uncased_and_knows_the_words():
    known = TOKENS.tokenizer.get_vocab()
    assert {"glaze", "kiln", "##a"} <= set(known)
    assert [known[token] for token in SPECIAL] == [0, 1, 2, 3, 4]
    assert torch.equal(TOKENS(["GLÁZE"])["ids"], TOKENS(["glaze"])["ids"])


@pytest.mark.parametrize("size", [32, 60, 100])
def test_the_vocabulary_stays_within_its_size(size):
    texts = [*TEXTS, "青花瓷 盘 景德镇 康熙", "κύλιξ ἀττική"]
    assert learn_pieces(texts, size, 16).get_vocab_size() <= size


def test_the_vocabulary_is_the_same_in_every_process():
    code = (
        "import random, hashlib\n"
        "from vbg_framework.toolkit.tokens import learn_pieces\n"
        "draw = random.Random(0)\n"
        "words = [''.join(draw.choices('abcdefghijklmnop', k=4)) for _ in range(300)]\n"
        "words += [chr(0x4E00 + i) for i in range(300)]\n"  # more letters than fit, equally frequent
        "texts = [' '.join(draw.choices(words, k=8)) for _ in range(300)] + words\n"
        "print(hashlib.md5(learn_pieces(texts, 500, 16).to_str().encode()).hexdigest())\n"
    )
    run = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (process.communicate()[0] for process in run)
    assert len(first) > 30
    assert first == second


def test_a_batch_is_padded_to_its_longest_text_only():
    assert TOKENS(["blue", "blue green"])["mask"].sum(dim=1).max() == TOKENS(["blue", "blue green"])["ids"].shape[1]


def test_the_processor_travels_to_worker_processes():
    again = pickle.loads(pickle.dumps(TOKENS))
    assert torch.equal(again(TEXTS[:2])["ids"], TOKENS(TEXTS[:2])["ids"])


def test_a_tokeniser_with_another_mask_token_gets_its_own():
    vocabulary = {token: number for number, token in enumerate(["<pad>", "<mask>", "a", "[MASK]x"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="a"))
    tokenizer.add_special_tokens(["<mask>"])
    assert TextProcessor(bounded(tokenizer, 4, "<pad>"))(["[MASK]"])["ids"].tolist() == [[1]]


def test_words_are_whole_uncased_and_the_most_frequent_ones():
    known = WORDS.tokenizer.get_vocab()
    assert [known[token] for token in SPECIAL] == [0, 1, 2, 3, 4]
    assert len(known) == 20
    assert {"a", "glaze", "kiln", ",", "with", "from"} <= set(known)
    assert WORDS(["Glaze [MASK] unheard"])["ids"].tolist() == [[2, known["glaze"], SPECIAL.index("[MASK]"), 1]]
    assert "mask" not in learn_words(["[MASK] bowl"], 20, 6).get_vocab()


def test_a_text_without_words_is_one_token():
    assert WORDS(["", " \n", "\u0301"])["ids"].tolist() == [[2], [2], [2]]


def test_long_texts_are_cut_and_short_ones_filled_up():
    found = WORDS(["a", "a glaze " * 9])
    assert found["mask"].tolist() == [[True] * 2 + [False] * 4, [True] * 6]
    assert found["ids"][0, 2:].tolist() == [0] * 4


def test_equally_frequent_words_are_kept_in_the_order_of_the_alphabet():
    known = learn_words(["d c b a"], 7, 6).get_vocab()
    assert set(known) - set(SPECIAL) == {"a", "b"}


def test_places_of_tokens_are_those_of_the_text_as_it_was_given():
    text = "a [MASK] with a blue glaze"
    places = WORDS.places(text)
    assert places[0] is None
    assert [text[place[0] : place[1]] for place in places[1:]] == ["a", "[MASK]", "with", "a", "blue"]
    assert len(places) == WORDS([text])["ids"].shape[1]
