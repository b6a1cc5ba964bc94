import torch
from torch import nn

from vbg_framework.toolkit.adapters import add_adapters, own_name


def test_adapters_begin_as_nothing_and_alone_are_trained():
    net = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3))
    x, before = torch.randn(5, 6), dict(net.state_dict())
    said = net(x)
    add_adapters(net, 2)
    assert torch.equal(net(x), said)
    trained = {name: tuple(p.shape) for name, p in net.named_parameters() if p.requires_grad}
    assert sorted(trained.values()) == [(2, 4), (2, 6), (3, 2), (4, 2)]
    assert {own_name(name) for name in net.state_dict()} - {None} == set(before)
    assert all(own_name(name) is None for name in trained)


def test_a_net_of_convolutions_gets_them_there():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3, groups=4))
    add_adapters(net, 2)
    assert {name.split(".")[0] for name, p in net.named_parameters() if p.requires_grad} == {"0"}
