import csv
import pickle

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import norm
from sklearn.preprocessing import QuantileTransformer
from vbg_tabular import FieldsConfig, TabularConfig, vbg_components
from vbg_tabular.encoder import TabularEncoder
from vbg_tabular.fields import chosen, learn, number
from vbg_tabular.one_hot import OneHotEncoder
from vbg_tabular.processor import OTHER, MetadataProcessor

from vbg_framework.base.errors import VBGError

COMPONENT, PLAIN = vbg_components()
TINY = COMPONENT.tiny
ITEMS = [
    {"museum": "London", "height": 10.0 + n, "dynasty": ("XVIII", "XIX", "XX")[n % 3], "inventory": f"EA {n}",
     "begin": str(-1550 + 10 * n), "end": str(-1450 + 20 * n)}
    for n in range(30)
]  # fmt: skip
ITEMS += [{"museum": "Cairo"}, {"museum": "Paris", "height": "ca. 12"}]
PAIR = [("begin", "end")]


def process(items, train=ITEMS, **options):
    config = TabularConfig(**{**TINY, **options})
    fields = learn(train, config)
    return fields, MetadataProcessor(fields, config)(items)


@pytest.fixture
def encoder(tmp_path):
    def make(items=ITEMS, **options):
        config = TabularConfig(**{**TINY, **options})
        TabularEncoder.prepare(config, iter(items), tmp_path, seed=0)
        torch.default_generator.manual_seed(0)
        return TabularEncoder(config, assets=tmp_path)

    return make


def test_fields_are_told_apart_by_what_they_hold():
    fields, _ = process([])
    assert [each.name for each in fields.numbers] == ["begin", "end", "height"]
    assert {each.name: each.values for each in fields.words} == {
        "dynasty": ["XIX", "XVIII", "XX"], "museum": ["London"],  # an inventory number never comes twice
    }  # fmt: skip


def test_the_rarest_words_count_as_other():
    fields, found = process([{"dynasty": "XIX"}, {"dynasty": " XX "}, {"dynasty": "IV"}, {}], at_most=2)
    assert fields.words[0].values == ["XIX", "XVIII"]
    assert found["words"][:, 0].tolist() == [1, 0, 0, 0]
    assert found["mask"][:, 3].tolist() == [True, True, True, False]


def test_numbers_are_spread_like_a_normal_distribution():
    draw = np.random.default_rng(0)
    values = np.exp(draw.normal(0, 2, 500))
    _, found = process([{"x": v} for v in values], [{"x": v} for v in values], fields=["x"])
    reference = QuantileTransformer(n_quantiles=101, output_distribution="normal").fit_transform(values[:, None])
    np.testing.assert_allclose(found["numbers"].numpy(), np.clip(reference, norm.ppf(1e-3), -norm.ppf(1e-3)), atol=1e-4)


def test_a_number_that_fills_half_of_the_records_lies_in_the_middle_of_its_share():
    _, found = process([{"x": 0}, {"x": 5}], [{"x": n} for n in [0] * 50 + list(range(1, 51))])
    assert found["numbers"][0, 0] == pytest.approx(norm.ppf(0.25), abs=0.02)
    assert found["numbers"][1, 0] == pytest.approx(norm.ppf(0.55), abs=0.02)


def test_a_pair_of_years_is_its_centre_and_its_width():
    config = TabularConfig(years=PAIR)
    both, one = chosen({"begin": "-100", "end": "50", "x": 1}, config), chosen({"begin": "-100", "end": "?"}, config)
    assert both == {"x": 1, "begin to end: centre": -25, "begin to end: width": 150}
    assert one == {"begin to end: centre": -100}
    assert chosen({"begin": "50", "end": "-100"}, config)["begin to end: width"] == 150
    fields, _ = process([], years=PAIR)
    assert [each.name for each in fields.numbers] == ["begin to end: centre", "begin to end: width", "height"]


def test_a_pair_of_years_may_be_written_in_words():
    config = TabularConfig(years=PAIR)
    found = chosen({"begin": "ca. 500 B.C.", "end": "5th century B.C."}, config)
    assert found == {"begin to end: centre": -450.5, "begin to end: width": 99}


def test_a_value_means_the_same_as_a_number_and_as_a_word():
    rooms = [{"room": str(n % 3), "year": str(1900 + n)} for n in range(20)] + [
        {"room": "attic"},
        {"room": "attic"},
    ] * 5
    config = TabularConfig(**TINY)
    process_one = MetadataProcessor(learn(rooms, config), config)
    as_words, as_numbers = process_one([{"room": "2", "year": "1905"}]), process_one([{"room": 2.0, "year": 1905.0}])
    assert all(torch.equal(as_words[name], as_numbers[name]) for name in as_words)
    assert as_words["words"].tolist() != [[OTHER]]


def test_the_order_of_years_is_kept_across_the_beginning_of_the_era():
    _, found = process([{"begin": y, "end": y} for y in (-9999, -1400, -1300, 9999)], years=PAIR)
    centres = found["numbers"][:, 0]
    assert (centres.diff() > 0).all()
    assert centres.abs().max() == pytest.approx(-norm.ppf(1e-3), abs=1e-4)


def test_what_is_missing_is_masked_and_does_not_matter(encoder):
    made = encoder().eval()
    inputs = made.processor(False)([{"museum": "London"}, ITEMS[0]])
    assert made.fields.words[1].name == "museum"
    assert inputs["mask"].tolist() == [[False] * 4 + [True], [True] * 5]
    before = made(inputs)
    inputs["numbers"][0], inputs["words"][0, 0] = 99.0, 2
    after = made(inputs)
    torch.testing.assert_close(after.pooled, before.pooled)
    torch.testing.assert_close(after.tokens[before.mask], before.tokens[before.mask])


def test_pooled_is_the_first_token_and_reads_every_field(encoder):
    made = encoder().eval()
    process = made.processor(False)
    plain = made(process(ITEMS[:1]))
    assert torch.equal(plain.pooled, plain.tokens[:, 0])
    for change in ({"height": 39.0}, {"dynasty": "XX"}, {"museum": "Cairo"}, {"begin": -1300}):
        assert not torch.allclose(made(process([{**ITEMS[0], **change}])).pooled, plain.pooled)
    assert torch.equal(made(process([{**ITEMS[0], "inventory": "EA 9"}])).pooled, plain.pooled)


def test_layers_do_not_begin_as_copies_of_each_other(encoder):
    first, second = encoder(layers=2).layers
    assert not torch.equal(first.linear1.weight, second.linear1.weight)


ODD = st.one_of(st.text(max_size=8), st.floats(), st.sampled_from(["inf", "-1e308", "nan", "1_0", "²", 1e308, -0.0]))
FIELDS = st.sampled_from(["height", "begin", "end", "museum", "dynasty", "new"])


@given(st.dictionaries(FIELDS, ODD, max_size=6))
@settings(max_examples=60, deadline=None)
def test_odd_values_never_become_nan(item):
    _, found = process([item, ITEMS[0]], years=PAIR)
    assert found["numbers"].isfinite().all()
    assert found["numbers"].abs().max() < 3.1


@given(st.lists(st.dictionaries(st.sampled_from("abc"), ODD, max_size=3), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_odd_training_values_are_learnt_from_or_refused(items):
    try:
        fields, found = process(items, items)
    except VBGError as error:
        assume("holds numbers or recurring words" not in str(error))
        raise
    assert all(np.isfinite(each.knots).all() for each in fields.numbers)
    assert found["numbers"].isfinite().all()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("-1350", -1350), ("12.0", 12), ("ca. 12", None), ("inf", None), ("nan", None), ("1e99", None)),
        *(("\u22121350", -1350), ("12,5", 12.5), ("1,234", 1234), ("007", None), ("1_000", None), (1e-7, 1e-7)),
    ],
)
def test_only_proper_numbers_are_numbers(value, expected):
    assert number(value) == expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"fields": ["hight"]}, "no training record has a metadata field 'hight'. Did you mean 'height'?"),
        ({"drop": ["museums"]}, "no training record has a metadata field 'museums'. Did you mean 'museum'?"),
        ({"years": [["begin", "till"]]}, "no training record has a metadata field 'till'"),
        ({"fields": ["inventory"]}, "no field of 32 training records holds numbers or recurring words. Give"),
    ],
)
def test_a_mistake_in_the_options_is_named(encoder, options, says):
    with pytest.raises(VBGError, match=says.replace("?", r"\?")):
        encoder(**options)


def test_only_the_chosen_fields_are_read(encoder):
    made = encoder(fields=["museum", "height"], drop=["height"])
    assert [each.name for each in [*made.fields.numbers, *made.fields.words]] == ["museum"]
    assert made(made.processor(False)([{}, ITEMS[0]])).mask.tolist() == [[True, False], [True, True]]


def test_fields_of_one_kind_alone_are_enough(encoder):
    for field in ("height", "museum"):
        made = encoder(fields=[field])
        made(made.processor(True)(ITEMS)).pooled.square().sum().backward()
        assert all(parameter.grad is not None for parameter in made.parameters())


def test_the_processor_travels_to_worker_processes(encoder):
    processor = encoder().processor(True)
    again = pickle.loads(pickle.dumps(processor))
    assert all(torch.equal(value, again(ITEMS)[name]) for name, value in processor(ITEMS).items())


def test_heads_must_divide_dim():
    with pytest.raises(ValidationError, match="`dim` must be a multiple of `heads`, got 10 and 4"):
        TabularConfig(dim=10)


def test_it_learns_a_rule_over_two_fields(encoder):
    draw = np.random.default_rng(0)
    items = [{"x": float(draw.normal()), "k": "ab"[n % 2]} for n in range(64)]
    target = torch.tensor([int((item["x"] > 0) == (item["k"] == "a")) for item in items])
    made = encoder(items, dropout=0.0).train()
    head = torch.nn.Linear(made.dim, 2)
    optimiser = torch.optim.Adam([*made.parameters(), *head.parameters()], 0.01)
    inputs = made.processor(True)(items)
    for _ in range(150):
        loss = torch.nn.functional.cross_entropy(head(made(inputs).pooled), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert (head(made(inputs).pooled).argmax(1) == target).float().mean() > 0.95


def test_the_fields_of_a_real_collection_are_told_apart(shared):
    names = ("dynasty", "reign", "year_begin", "year_end")
    with (shared / "data" / "egyptian-open-access" / "metadata.csv").open(encoding="utf-8") as file:
        rows = [{name: row[name] for name in names if row[name]} for row in csv.DictReader(file)]
    fields = learn(rows, TabularConfig(years=[("year_begin", "year_end")]))
    assert [each.name for each in fields.numbers] == ["year_begin to year_end: centre", "year_begin to year_end: width"]
    assert [each.name for each in fields.words] == ["dynasty", "reign"]
    assert fields.words[0].values[0] == "Dynasty 18"
    assert fields.numbers[0].knots[0] < -2000


def test_one_hot_features_are_scores_of_numbers_and_a_feature_per_word(tmp_path):
    config = FieldsConfig(fields=["height", "dynasty"])
    OneHotEncoder.prepare(config, iter(ITEMS), tmp_path, seed=0)
    encoder = OneHotEncoder(config, assets=tmp_path)
    items = [{"height": 1e9, "dynasty": "XX"}, {"dynasty": "IV"}, {}]
    said = encoder(encoder.processor(False)(items)).pooled
    assert said.shape == (3, encoder.dim) == (3, 2 + 4)
    assert said[0].tolist() == pytest.approx([norm.ppf(1 - 1e-3), 1, 0, 0, 0, 1], abs=1e-4)
    assert said[1].tolist() == [0, 0, 1, 0, 0, 0]
    assert not said[2].any()
    assert not list(encoder.parameters())
