"""From texts to token ids, with a pre-trained or fitted tokeniser. B texts, T tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor

from vbg_framework.contracts.interfaces import Encoder, Place, Processor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]  # ids 0-4
HIDDEN = "[MASK]"  # how a text policy marks a hidden label


class TextProcessor:
    """Turns texts into {"ids": (B, T), "mask": (B, T) bool}, T the longest text of the batch. Picklable.

    A text without content becomes the special tokens that the tokeniser puts around every text. The mark `[MASK]` of
    a hidden label becomes the tokeniser's own mask token.

    Args:
        tokenizer: cuts and pads, see `bounded`.
        prefix: put before every text, such as `query: ` for encoders of the e5 family (Wang et al., Text Embeddings by
            Weakly-Supervised Contrastive Pre-training, 2022).
    """

    def __init__(self, tokenizer: Tokenizer, prefix: str = "") -> None:
        self.tokenizer, self.prefix = tokenizer, prefix
        known = (mark for mark in (HIDDEN, "<mask>") if tokenizer.token_to_id(mark) is not None)
        self.hidden = next(known, HIDDEN)

    def __call__(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Process one batch."""
        encodings = self.tokenizer.encode_batch([self.prefix + text.replace(HIDDEN, self.hidden) for text in texts])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], dtype=torch.bool)
        return {"ids": torch.tensor([encoding.ids for encoding in encodings]), "mask": mask}

    def places(self, text: str) -> list[tuple[int, int] | None]:
        """Begin and end in characters of what each token stands for; None for those put around or before every text.

        Both marks of a hidden label have six characters, so that places hold for the text as it was given.
        """
        before = len(self.prefix)
        offsets = self.tokenizer.encode(self.prefix + text.replace(HIDDEN, self.hidden)).offsets
        own = ((max(begin - before, 0), end - before) for begin, end in offsets)
        return [(begin, end) if end > begin else None for begin, end in own]


class TokenEncoder(Encoder):
    """A text encoder that reads {"ids": (B, T), "mask": (B, T)}: the tokens of its tokeniser.

    Attributes:
        tokenizer: set by `__init__`.
        prefix: put before every text, see `TextProcessor`.
    """

    modality = "text"
    tokenizer: Tokenizer
    prefix = ""

    def processor(self, train: bool) -> Processor:
        """Texts -> {"ids": (B, T), "mask": (B, T)}."""
        return TextProcessor(self.tokenizer, self.prefix)

    def places(self, item: Any) -> Sequence[Place | None]:
        """Of each token of the tokeniser; nowhere for those put around or before every text."""
        return TextProcessor(self.tokenizer, self.prefix).places(item)


def bounded(tokenizer: Tokenizer, max_length: int, pad: str) -> Tokenizer:
    """Make a tokeniser cut at `max_length` tokens and pad a batch to its longest text with the token `pad`."""
    tokenizer.enable_truncation(max_length)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    return tokenizer


def learn_pieces(texts: Iterable[str], size: int, max_length: int) -> Tokenizer:
    """Learn an uncased BERT tokeniser; the same texts give the same vocabulary, whatever the machine.

    Args:
        size: most tokens it may have, special ones included.
        max_length: longest text in tokens.
    """
    texts = list(texts)
    learner = _tokenizer(models.WordPiece(unk_token="[UNK]"))
    # The library numbers characters in hash order, which changes from run to run and with it the merges. Naming
    # them up front, in order, pins both.
    letters = _letters(learner, texts, (size - len(SPECIAL)) // 4)
    named = SPECIAL + letters + [f"##{letter}" for letter in letters]
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=named,
        show_progress=False,
        initial_alphabet=letters,
        limit_alphabet=len(letters),
    )
    learner.train_from_iterator(texts, trainer)
    tokenizer = _tokenizer(models.WordPiece(learner.get_vocab(), unk_token="[UNK]"))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return bounded(tokenizer, max_length, "[PAD]")


def learn_words(texts: Iterable[str], size: int, max_length: int) -> Tokenizer:
    """Learn a tokeniser of whole words, uncased; `[CLS]` stands before every text. Rare words become `[UNK]`.

    Args:
        size: most tokens it may have, special ones included.
        max_length: longest text in tokens.
    """
    reader = _tokenizer(models.WordLevel({}, unk_token="[UNK]"))
    counts = Counter(word for text in texts for word in _words(reader, text))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))[: size - len(SPECIAL)]
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *ranked])}
    tokenizer = _tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A", special_tokens=[("[CLS]", 2)])
    return bounded(tokenizer, max_length, "[PAD]")


def _tokenizer(model: models.Model) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def _words(tokenizer: Tokenizer, text: str) -> list[str]:
    shown = tokenizer.normalizer.normalize_str(text.replace(HIDDEN, " "))
    return [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(shown)]


def _letters(tokenizer: Tokenizer, texts: Sequence[str], most: int) -> list[str]:
    counts = Counter(letter for text in texts for letter in tokenizer.normalizer.normalize_str(text))
    ranked = sorted((letter for letter in counts if not letter.isspace()), key=lambda letter: (-counts[letter], letter))
    return sorted(ranked[:most])
