"""A data set under examination."""

import good

from vbg_framework.testing.datasets.dataset_subject import DatasetSubject, told_of

CARDS = next(each for each in good.COMPONENTS if each.name == "cards")


def test_it_is_read_once_and_told_in_plain_values():
    subject = DatasetSubject(CARDS)
    assert subject.items is subject.items
    assert subject.records
    assert all(told_of(item) for item in subject.items)
