"""Comparison of the arms of a study: differences, intervals, tests, power. Light: numpy, and scipy when it is used."""

from vbg_framework.statistics.comparison import Difference, compare, compare_tables
from vbg_framework.statistics.design import Design
from vbg_framework.statistics.hierarchy import hierarchical
from vbg_framework.statistics.interval import Interval
from vbg_framework.statistics.meta_analysis import Pooled, pool
from vbg_framework.statistics.note import Note
from vbg_framework.statistics.outcomes import Outcomes
from vbg_framework.statistics.pairs import Table
from vbg_framework.statistics.power import power, smallest_effect
from vbg_framework.statistics.ranks import CriticalDifference, critical_difference
from vbg_framework.statistics.recall import ClassDifference, ClassRecall, class_differences, class_recalls
from vbg_framework.statistics.shots import shot_recalls, shots

__all__ = [
    "ClassDifference",
    "ClassRecall",
    "CriticalDifference",
    "Design",
    "Difference",
    "Interval",
    "Note",
    "Outcomes",
    "Pooled",
    "Table",
    "class_differences",
    "class_recalls",
    "compare",
    "compare_tables",
    "critical_difference",
    "hierarchical",
    "pool",
    "power",
    "shot_recalls",
    "shots",
    "smallest_effect",
]
