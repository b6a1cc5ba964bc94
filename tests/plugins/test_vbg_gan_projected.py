import pytest
import torch
from gan_pictures import fit, view
from pydantic import ValidationError
from vbg_gan import GanConfig, ProjectedConfig
from vbg_gan.augmenter import Gan
from vbg_gan.projected import ProjectedDiscriminator

FEW = {"generator": "skip_layer", "projected": {"size": 32, "channels": 8}, "patience": None}


def network(**options):
    torch.manual_seed(0)
    return ProjectedDiscriminator(ProjectedConfig(size=32, channels=8, **options), classes=3, attributes=(2, 4))


def pictures(count=4, side=32):
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(0)) * 2 - 1


def pixels(records):
    return [record.inputs["image"].tobytes() for record in records]


def test_it_judges_places_at_four_scales_and_reads_class_and_attributes():
    on_one, on_other = network()(pictures(4), pictures(3))
    assert on_one.real.shape == (4, 16 + 16 + 16 + 4)  # maps of 16 and 8 are halved to 4, those of 4 and 2 stay
    assert on_other.real.shape[0] == 3
    assert on_one.classes.shape == (4, 3)
    assert [each.shape for each in on_one.attributes] == [(4, 2), (4, 4)]


def test_a_judgement_is_of_its_picture_alone():
    net, batch = network().eval(), pictures()
    (together,) = net(batch)
    for place, one in enumerate(batch):
        (alone,) = net(one[None])
        torch.testing.assert_close(together.real[place], alone.real[0], atol=1e-5, rtol=1e-4)


def test_pictures_of_any_size_are_brought_to_its_own():
    net = network().eval()
    large = pictures(side=64)
    small = torch.nn.functional.interpolate(large, size=32, mode="bilinear", antialias=True)
    torch.testing.assert_close(net(large)[0].real, net(small)[0].real)


def test_frozen_network_and_random_mixing_stay_as_they_are_and_gradients_reach_pictures_and_judges():
    net, batch = network(), pictures().requires_grad_()
    frozen = {name: weight.clone() for name, weight in net.frozen[0].state_dict().items()}
    mixing = {name: buffer.clone() for name, buffer in net.named_buffers() if name.endswith(".weight")}
    optimiser = torch.optim.SGD(net.requires_grad_(True).parameters(), lr=1.0)
    (judgement,) = net(batch)
    (judgement.real.mean() + judgement.classes.mean() + judgement.attributes[0].mean()).backward()
    optimiser.step()
    assert batch.grad.abs().amax(dim=(1, 2, 3)).min() > 0
    assert all(weight.grad is not None for weight in net.parameters())
    assert len(mixing) == 7
    assert all(torch.equal(dict(net.named_buffers())[name], before) for name, before in mixing.items())
    assert all(torch.equal(net.frozen[0].state_dict()[name], before) for name, before in frozen.items())


def test_what_is_saved_holds_the_mixing_but_not_the_frozen_network():
    names = network().state_dict().keys()
    assert not any("frozen" in name for name in names)
    assert sum(name.startswith("across_") for name in names) == 7


def test_with_the_generator_for_few_pictures_a_fit_follows_from_its_seed_and_survives_saving(tmp_path):
    one, again = (fit(tmp_path / name, **FEW) for name in ("one", "again"))
    requests, train = [{"form": name} for name in ("bowl", "vase", "tile")], view()
    made = pixels(one.generate(requests, train, seed=3))
    assert made == pixels(again.generate(requests, train, seed=3))
    (tmp_path / "saved").mkdir()
    one.save(tmp_path / "saved")
    loaded = Gan(one.config)
    loaded.load(tmp_path / "saved")
    assert made == pixels(loaded.generate(requests, train, seed=3))


def test_spectral_normalisation_of_the_papers_discriminator_does_not_go_with_it():
    with pytest.raises(ValidationError, match="`spectral_norm` is of the paper's discriminator"):
        GanConfig(spectral_norm=True, projected={})
