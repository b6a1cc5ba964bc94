from vbg_framework.config.package_entries import _own


def test_only_the_packages_own_names_are_written_out():
    own = {"encoders": {"words"}, "fusions": {"join"}, "experiments": {"base"}, "augmenters": set()}
    options = {
        "extends": "base",
        "encoders": {"text": "words", "image": "vit-mini"},
        "fusion": "join",
        "augmenter": "duplicate",
        "description": "words",
    }
    arms = {"arms": {"one": {"fusion": "join"}}}
    assert _own({**options, **arms}, own, "ink") == {
        "extends": "ink.base",
        "encoders": {"text": "ink.words", "image": "vit-mini"},
        "fusion": "ink.join",
        "augmenter": "duplicate",
        "description": "words",
        "arms": {"one": {"fusion": "ink.join"}},
    }
