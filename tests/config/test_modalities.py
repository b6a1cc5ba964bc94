"""Encoders under modalities they do not read, or that the data set does not have, are refused before any work."""

from dataclasses import replace

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.modalities import check_modalities
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry


@pytest.fixture(scope="module")
def plugins():
    return load_plugins()


@pytest.fixture(scope="module")
def registry():
    return Registry.read()


@pytest.mark.parametrize(
    ("sets", "error"),
    [
        (["encoders.text=vit-mini"], "experiments.quickstart.encoders.text: 'vit' reads image, got text"),
        (["encoders.image={type: bert}"], "encoders.image: 'bert' reads text, got image. Put it under text"),
        (["encoders.depth=vit-mini"], "encoders.depth: 'vit' reads image, got depth"),
        (["encoders.audio={type: bert}"], "encoders.audio: 'bert' reads text, got audio"),
        (
            ["data={type: table, path: a.csv, id: id, text: [title]}"],
            "encoders.image: no record of data 'table' has i",
        ),
        (["data={type: table, path: a.csv, id: id, image: file}"], "encoders.text: no record of data 'table' has text"),
    ],
)
def test_an_encoder_where_it_reads_nothing_is_refused(plugins, registry, sets, error):
    with pytest.raises(VBGError, match=error):
        registry.experiment("quickstart", plugins, sets)


def test_an_encoder_that_declares_nothing_is_asked(plugins, registry):
    parts = dict(registry.experiment("quickstart", plugins).parts)
    silent = replace(parts["encoders.image"].component, modalities=())
    parts["encoders.text"] = replace(parts["encoders.image"], component=silent)
    check_modalities(parts, "here")  # not asked yet
    with pytest.raises(VBGError, match=r"here.encoders.text: 'vit' reads image, got text"):
        check_modalities(parts, "here", load=True)


def test_every_shipped_encoder_declares_what_its_class_reads(plugins):
    for component, status in plugins.components("encoder"):
        if status.distribution == "vbg-framework":
            assert component.modalities == (component.load().modality,), component.name
    assert all(c.modalities for c, s in plugins.components("dataset") if s.distribution == "vbg-framework")
