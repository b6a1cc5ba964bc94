"""No text names what the table does not permit: found by a reader that knows nothing of the mask."""

import pytest
import torch
from gan_texts import FORMS, ROWS, VALUES, Reader, view
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from vbg_gan.table import AttributeTable
from vbg_gan.text_config import TextConfig
from vbg_gan.text_mask import TokenMask
from vbg_gan.text_networks import TextWriter
from vbg_gan.text_vocabulary import END, SPECIAL, UNKNOWN, Conditions, Vocabulary
from vbg_gan.text_writing import soft_write, write

CONFIG = TextConfig(hidden=16, embedding=8, latent=0, dropout=0)
EXTRA = [  # texts whose words can be put together to names
    (
        "bowl",
        "Ding",
        "white",
        "A blue and a plum, white or new; the old ru, no ware",
        "vase-bow l bowls' ewers青 花 White_blue",
    ),
    (
        "ewer",
        None,
        "blue-and-white",
        "Kingdom kiln and Ding-white; JINGDEZHEN",
        "figures, figurine plum - vases (blue)",
    ),
]
WORDS = [
    "blue",
    "and",
    "white",
    "plum",
    "vase",
    "Ru",
    "ware",
    "new",
    "Kingdom",
    "kiln",
    "Bowl",
    "bowls",
    "ewer",
    "青",
    "花",
    "figure",
]
PIECES = st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "-", ", ", "'", ""]))
STRINGS = st.lists(PIECES, max_size=7).map(lambda pairs: "".join(word + sign for word, sign in pairs))
LABELS = {"form": FORMS, **VALUES}
RECORDS = st.tuples(
    st.sampled_from(FORMS), *(st.none() | st.sampled_from(values) for values in VALUES.values()), STRINGS, STRINGS
)
WISHES = st.tuples(
    st.sampled_from(FORMS),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}),
)


def masked(train, attributes=("kiln", "glaze")):
    table = AttributeTable.learn(train, attributes)
    texts = [record.inputs["text"] for record in train if "text" in record.inputs]
    return table, TokenMask(table, Vocabulary.learn(texts, table.lexicon, 1000))


def written(table, mask, facts, seed, length=24):
    """Texts of a network that has learnt nothing."""
    conditions = Conditions(table)
    torch.default_generator.manual_seed(seed)
    writer = TextWriter(CONFIG, tokens=len(mask.vocabulary), facts=sum(conditions.sizes))
    generator = torch.Generator().manual_seed(seed)
    options = {"length": length, "temperature": 1.0, "generator": generator}
    return [
        mask.vocabulary.decode(ids)
        for start in range(0, len(facts), 500)
        for chunk in [facts[start : start + 500]]
        for ids in write(writer, mask, chunk, conditions.vectors(chunk), **options)
    ]


def wrong(train, facts, texts):
    reader = Reader(train)
    return [
        (about, text, bad)
        for about, text in zip(facts, texts, strict=True)
        if (bad := reader.wrong(*about, text.values()))
    ]


def wishes(count):
    """Every class with attributes of any kind, seen together or not."""
    generator = torch.Generator().manual_seed(0)
    draw = lambda values: values[int(torch.randint(len(values), (), generator=generator))]  # noqa: E731
    return [
        (draw(FORMS), {name: value for name, values in VALUES.items() if (value := draw((None, *values)))})
        for _ in range(count)
    ]


def test_ten_thousand_texts_of_an_untrained_network_name_nothing_forbidden():
    train = view([*ROWS, *EXTRA])
    table, mask = masked(train)
    facts = wishes(10_000)
    texts = written(table, mask, facts, seed=1)
    assert sum(len(field) for text in texts for field in text.values()) > 500_000
    assert wrong(train, facts, texts) == []


def test_without_the_mask_the_same_network_names_forbidden_things_all_the_time(monkeypatch):
    train = view([*ROWS, *EXTRA])
    monkeypatch.setattr(AttributeTable, "permits", lambda *_: True)
    table, mask = masked(train)
    facts = wishes(200)
    assert len(wrong(train, facts, written(table, mask, facts, seed=1))) > 150


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RECORDS, min_size=1, max_size=8), st.lists(WISHES, min_size=1, max_size=5), st.integers(0, 9))
def test_whatever_the_table_and_the_request_nothing_forbidden_is_named(records, facts, seed):
    train = view(records)
    if not any(text.strip() for *_, title, note in records for text in (title, note)):
        return
    table, mask = masked(train)
    facts = facts * 8
    assert wrong(train, facts, written(table, mask, facts, seed)) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(RECORDS, min_size=2, max_size=6), st.integers(0, 9))
@example([("bowl", None, None, "青 青 花", "花"), ("bowl", None, None, "Ru-ware", "Ru rare ware")], 0)
def test_what_is_written_is_cut_into_the_tokens_that_were_written(records, seed):
    train = view(records)
    if not any(text.strip() for *_, title, note in records for text in (title, note)):
        return
    table, mask = masked(train)
    for text in written(table, mask, [("bowl", {})] * 20, seed):
        assert all(field == field.strip() != "" for field in text.values())
        assert mask.vocabulary.decode(mask.vocabulary.encode(text)) == text
        assert UNKNOWN not in mask.vocabulary.encode(text)


def allowed_after(mask, facts, *pieces):
    """The texts of the tokens that may follow."""
    ids = {token: i for i, token in enumerate(mask.vocabulary.tokens, mask.vocabulary.first)}
    ids |= {f"<{field}>": i for i, field in enumerate(mask.vocabulary.fields, SPECIAL)} | {"<end>": END}
    guard = mask.begin([facts])
    for piece in pieces:
        assert guard.allowed()[0, ids[piece]], piece
        guard.advance(torch.tensor([ids[piece]]))
    allowed = guard.allowed()[0]
    return {piece for piece, i in ids.items() if allowed[i]}


def test_a_name_is_permitted_where_it_is_part_of_a_longer_one_that_is_right():
    _, mask = masked(view())
    facts = ("ewer", {"glaze": "blue-and-white", "kiln": "Jingdezhen"})
    after = allowed_after(mask, facts, "<title>", "Ewer", ",")
    assert " blue and white" in after
    plain = ("bowl", {"glaze": "white", "kiln": "Ding"})
    assert " blue and white" not in allowed_after(mask, plain, "<title>", "Bowl")
    assert " white" in allowed_after(mask, plain, "<title>", "Bowl")


def test_a_name_of_several_words_cannot_be_put_together():
    train = view([*ROWS, *EXTRA])
    _, mask = masked(train)
    facts = ("plum vase", {"glaze": "blue", "kiln": "Jingdezhen"})
    assert " ware" not in allowed_after(mask, facts, "<title>", "Vase")
    _, mask = masked(
        view([("bowl", "Ru ware", "white", "the ware ru", "ru"), ("ewer", "Ding", "white", "the ware ru ware", "")])
    )
    facts = ("ewer", {"kiln": "Ding", "glaze": "white"})
    assert " ware" in allowed_after(mask, facts, "<title>", "the")
    assert " ware" in allowed_after(mask, facts, "<title>", "the", " ware")


def test_fields_come_in_order_and_are_not_empty():
    _, mask = masked(view())
    facts = ("bowl", {"glaze": "white", "kiln": "Ding"})
    assert allowed_after(mask, facts) == {"<title>", "<note>"}
    opened = allowed_after(mask, facts, "<title>")
    assert not opened & {"<title>", "<note>", "<end>"}
    assert not any(piece.startswith(" ") for piece in opened)
    assert {"<note>", "<end>"} <= allowed_after(mask, facts, "<title>", "Bowl")
    assert "<title>" not in allowed_after(mask, facts, "<note>", "From")
    assert allowed_after(mask, facts, "<note>", "From", "<end>") == {"<end>"}


def test_words_do_not_run_together():
    _, mask = masked(view([*ROWS, *EXTRA]))
    facts = ("bowl", {"glaze": "white", "kiln": "Ding"})
    glued = allowed_after(mask, facts, "<note>", "From")
    assert {"s", "White"}.isdisjoint(glued)
    assert {" rare", ",", "青"} & glued
    assert "s" in allowed_after(mask, facts, "<note>", "From", "'")


def test_a_field_that_can_say_nothing_is_left_out():
    train = view([("bowl", None, None, "ewer", None), ("ewer", None, None, "Ewer", None)])
    table, mask = masked(train)
    facts = [("figure", {})] * 5
    assert written(table, mask, facts, seed=0) == [{}] * 5


def test_soft_writing_obeys_the_mask_too():
    train = view([*ROWS, *EXTRA])
    table, mask = masked(train)
    conditions, facts = Conditions(table), wishes(300)
    writer = TextWriter(CONFIG, tokens=len(mask.vocabulary), facts=sum(conditions.sizes))
    tokens, real = soft_write(writer, mask, facts, conditions.vectors(facts), length=20, temperature=0.5)
    texts = [mask.vocabulary.decode(ids) for ids in tokens.argmax(dim=2).tolist()]
    assert wrong(train, facts, texts) == []
    lengths = [ids.index(END) + 1 if END in ids else 20 for ids in tokens.argmax(dim=2).tolist()]
    assert real.sum(dim=1).tolist() == lengths


@pytest.mark.parametrize("attributes", [(), ("glaze",)])
def test_fewer_attributes_are_possible(attributes):
    train = view()
    table, mask = masked(train, attributes)
    assert all(written(table, mask, [("bowl", {})] * 3, seed=0))
