from vbg_framework.runs.export.complete_items import COUNT, complete_items, made_up


def test_the_first_complete_records_of_the_test_split_are_taken(finished):
    items, real = complete_items(finished)
    assert real
    assert 1 < len(items) <= COUNT
    assert all(item["inputs"].keys() == {"image", "text"} for item in items)


def test_without_the_data_items_are_made_up(finished, monkeypatch):
    monkeypatch.setitem(finished.__dict__, "prepared", None)
    items, real = complete_items(finished)
    assert (len(items), real) == (COUNT, False)
    assert [len(item["inputs"]["text"].split()) for item in items] == list(range(COUNT))


def test_made_up_items_can_be_processed(finished):
    for modality, encoder in finished.model.model.encoders.items():
        made = encoder.processor(False)([made_up(finished, number)["inputs"][modality] for number in range(3)])
        assert all(len(tensor) == 3 for tensor in made.values())
