"""What decides in a study."""

from dataclasses import dataclass

from vbg_framework.study.deciding import Deciding


@dataclass(frozen=True)
class Two(Deciding):
    tasks: tuple[str, ...]
    metrics: tuple[str, ...]


def test_every_task_decides_with_every_metric_and_the_first_metric_leads():
    found = Two(("form", "glaze"), ("macro_f1", "recall_scarce"))
    assert found.metric == "macro_f1"
    assert found.cells == [
        ("form", "macro_f1"),
        ("form", "recall_scarce"),
        ("glaze", "macro_f1"),
        ("glaze", "recall_scarce"),
    ]
