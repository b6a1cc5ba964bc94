"""A WordPiece vocabulary of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]  # ids 0-4


def learn_vocabulary(texts: Iterable[str], size: int, max_length: int) -> Tokenizer:
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


def bounded(tokenizer: Tokenizer, max_length: int, pad: str) -> Tokenizer:
    """Make a tokeniser cut at `max_length` tokens and pad a batch to its longest text with the token `pad`."""
    tokenizer.enable_truncation(max_length)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    return tokenizer


def _tokenizer(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def _letters(tokenizer: Tokenizer, texts: Sequence[str], most: int) -> list[str]:
    counts = Counter(letter for text in texts for letter in tokenizer.normalizer.normalize_str(text))
    ranked = sorted((letter for letter in counts if not letter.isspace()), key=lambda letter: (-counts[letter], letter))
    return sorted(ranked[:most])
