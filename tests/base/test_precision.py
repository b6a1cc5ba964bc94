import pytest
import torch

from vbg_framework.base.precision import choose_precision


@pytest.mark.parametrize("wanted", ["bf16", "fp32"])
def test_what_is_asked_for_is_given(wanted):
    assert choose_precision(wanted, 10) == wanted


@pytest.mark.parametrize(
    ("tiles", "parameters", "chosen"), [(True, 10**7, "bf16"), (False, 10**7, "fp32"), (True, 10**5, "fp32")]
)
def test_a_processor_gets_bf16_only_if_it_multiplies_in_it_and_the_model_is_large(
    monkeypatch, tiles, parameters, chosen
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": tiles})
    assert choose_precision("auto", parameters) == chosen
