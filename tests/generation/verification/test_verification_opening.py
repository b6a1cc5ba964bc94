"""The judge of an experiment."""

from dataclasses import replace

import pytest
from tiny import TINY

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.supply import open_supply
from vbg_framework.generation.verification import rules
from vbg_framework.generation.verification.opening import verified
from vbg_framework.screen import Screen


@pytest.fixture
def opened():
    def make(*sets):
        resolved = Registry.read(TINY).experiment("tiny-copies", load_plugins(), sets)
        prepared = prepare_data(resolved.parts["data"], Screen())
        _, items = open_items(resolved.experiment, prepared)
        return open_supply(resolved, prepared, items["train"], Screen())

    return make


def test_there_is_a_witness_per_modality_the_model_reads(opened):
    both, text = verified(opened()), verified(opened("encoders.image=null", "fusion=null"))
    assert [each.witness.modality for each in both.verifier.testimonies] == ["image", "text"]
    assert [each.witness.modality for each in text.verifier.testimonies] == ["text"]
    assert both.verifier.key != text.verifier.key
    assert verified(opened()).verifier.about() == both.verifier.about()


def test_no_witness_looks_at_what_the_augmenter_does_not_make(opened, monkeypatch):
    monkeypatch.setattr(rules, "RECOGNISES", 0.3)  # of so few records half are recognised at best
    supply = opened("tasks=[zone]")
    both = verified(supply).verifier
    monkeypatch.setattr(type(supply.fitted.augmenter), "modalities", ("image",))
    seen = verified(supply).verifier
    assert [each.witness.modality for each in seen.testimonies] == ["image"]
    assert len(seen.cannot_judge) > len(both.cannot_judge)  # texts alone tell a zone
    assert seen.key != both.key
    monkeypatch.setattr(type(supply.fitted.augmenter), "modalities", ("metadata",))
    blind = verified(supply).verifier
    assert blind.cannot_judge == list(supply.real)
    assert [verdict.reason for verdict in blind(supply.inner.view[:2])] == ["unjudged"] * 2


def test_nobody_is_asked_who_is_not_wanted(opened):
    supply = opened("loop.verify=null")
    assert verified(supply) is supply
    changes = opened("augmenter={type: classical}")
    assert verified(changes) is changes


def test_it_has_seen_the_inner_training_part_only(opened):
    supply = opened()
    supply.inner.view.held_out = None
    alone = replace(supply.inner, measure=None)  # whoever looked at it would fail
    assert verified(replace(supply, inner=alone)).verifier.testimonies
