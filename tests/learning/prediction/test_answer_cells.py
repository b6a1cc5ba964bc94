import vbg_framework
from vbg_framework.learning.prediction.answer_cells import answer_cells, answer_columns


def test_an_answer_has_a_cell_for_every_column(tiny_run):
    model = vbg_framework.load(tiny_run)
    (said,) = model.predict([{"text": "a bowl"}], tell=lambda line: None)
    cells = answer_cells(model, said)
    assert [*cells] == [*answer_columns(model, probabilities=True)]
    assert cells["form"] == said.classes["form"]
