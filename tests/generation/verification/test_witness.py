"""What looks at one modality."""

import pytest

from vbg_framework.generation.verification.witness import Witness


def test_a_witness_says_how_it_looks_and_learns():
    with pytest.raises(TypeError, match="abstract"):
        Witness()
