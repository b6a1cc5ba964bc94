"""Words and regions on a page without scripts."""

import numpy as np

from vbg_framework.learning.explanation.links import Links
from vbg_framework.report.linked import linked


def test_pieces_give_the_text_back_and_cells_name_their_words():
    weights, regions = np.zeros((2, 8, 8)), np.zeros((8, 8, 2))
    weights[0, 2, 5], weights[1, 7, 0] = 1, 1
    regions[2, 5, 0], regions[7, 0, 1] = 1, 1
    found = linked(Links("a <jug>, old", [(2, 7), (9, 12)], weights, regions))
    assert "".join(piece["text"] for piece in found["pieces"]) == "a <jug>, old"
    words = [piece for piece in found["pieces"] if "word" in piece]
    assert [(word["row"], word["column"]) for word in words] == [(3, 6), (8, 1)]
    assert all(word["map"].startswith("data:image/png;base64,") for word in words)
    named = {(cell["row"], cell["column"]): cell["words"] for cell in found["cells"] if cell["words"]}
    assert named == {(2, 3): [0], (4, 1): [1]}
