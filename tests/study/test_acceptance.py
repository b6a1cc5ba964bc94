"""A small study of real runs finds what must be found, and nothing else: copies add nothing, shuffled labels hurt."""

import pytest

from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.cli import main
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.comparisons import AUGMENTERS
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.folder import list_studies

pytestmark = pytest.mark.slow

TEXT = {"type": "bert", "vocab_size": 300, "max_length": 32, "dim": 32, "layers": 1, "heads": 2}
EVERY_RECORD_AGAIN = {"shoulder": 110, "waist": 110, "foot": 110}
RANDOM = 0.667
"""Share of wrong labels, evenly among the two other classes, at which labels say nothing."""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    root = tmp_path_factory.mktemp("acceptance")
    loop = {"copies": False, "verify": None, "quality": False, "quota": EVERY_RECORD_AGAIN}
    registry = {
        "version": 1,
        "experiments": {
            "small": {
                "data": {"type": "mini_museum", "objects": 400, "views": 1, "size": 32, "tail": 4},
                "tasks": ["zone"],
                "encoders": {"text": TEXT},
                "classifier": {"type": "softmax", "dropout": 0.1},
                "train": {"steps": 100, "batch_size": 16, "learning_rate": 5e-3, "encoder_learning_rate": 5e-3,
                          "evaluate_every": 50},
            }
        },
        "studies": {
            "small": {
                "experiment": "small",
                "arms": {
                    "copies": {"augmenter": "duplicate", "loop": loop},
                    "shuffled": {"augmenter": {"type": "label_noise", "share": RANDOM}},
                },
                "controls": ["none"],
                "replicates": 5,
            }
        },
    }  # fmt: skip
    (root / "registry.yaml").write_text(dump_yaml(registry))
    assert main(["compare", "small", "--registry", str(root / "registry.yaml"), "--studies", str(root)]) == 0
    return analyse(gather(list_studies(root)[0]))


def test_copies_of_every_record_cover_zero_at_equal_steps(found):
    difference = found.answer(AUGMENTERS, "copies", "zone").difference
    assert difference.pairs == 5
    assert difference.interval.low <= 0 <= difference.interval.high
    assert difference.verdict != "better"


def test_shuffled_labels_hurt(found):
    difference = found.answer(AUGMENTERS, "shuffled", "zone").difference
    assert difference.interval.high < -0.3
    assert difference.verdict == "worse"
