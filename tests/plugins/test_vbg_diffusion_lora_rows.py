import pytest
import torch
from vbg_diffusion_lora.rows import Rows, write_rows

from vbg_framework.screen import Screen


def encode(part):
    return {
        "square": torch.tensor([[number**2] for number in part]),
        "half": torch.tensor([number / 2 for number in part]),
    }


def test_rows_come_back_in_the_order_asked_for(tmp_path):
    rows = write_rows(tmp_path / "rows", iter(range(10)), 10, encode, 4, Screen(), "Encoding")
    assert len(rows) == 10
    found = rows[[9, 0, 9, 5]]
    assert found["square"].tolist() == [[81], [0], [81], [25]]
    assert found["half"].tolist() == [4.5, 0, 4.5, 2.5]


def test_what_was_encoded_before_a_kill_is_not_encoded_again(tmp_path):
    seen = []

    def killed(part):
        if 4 in part and 4 not in seen:
            seen.append(4)
            raise KeyboardInterrupt
        seen.extend(part)
        return encode(part)

    with pytest.raises(KeyboardInterrupt):
        write_rows(tmp_path / "rows", iter(range(6)), 6, killed, 2, Screen(), "Encoding")
    rows = write_rows(tmp_path / "rows", iter(range(6)), 6, killed, 2, Screen(), "Encoding")
    assert seen == [0, 1, 2, 3, 4, 4, 5]
    assert rows[range(6)]["square"].flatten().tolist() == [0, 1, 4, 9, 16, 25]
    assert len(Rows(tmp_path / "rows")) == 6
