"""Records in columns."""

import numpy as np
import pyarrow as pa

from vbg_framework.ui.catalogue import Catalogue


def test_a_record_is_found_by_all_words_in_any_case():
    catalogue = Catalogue(["a", "b"], np.zeros(2, int), {}, {}, pa.array(["a Red JUG", "b red plate"]))
    assert len(catalogue) == 2
    assert catalogue.with_words("jug RED").tolist() == [True, False]
    assert catalogue.with_words("red").tolist() == [True, True]
    assert catalogue.with_words("").tolist() == [True, True]
