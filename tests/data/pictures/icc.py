"""ICC profiles as bytes, and what they mean, computed by hand (ICC.1:2001-04; IEC 61966-2-1)."""

import struct

import numpy as np

# red, green, blue primaries as XYZ columns, adapted to D50 (Lindbloom)
SRGB = [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
ADOBE = [[0.6097559, 0.2052401, 0.1492240], [0.3111242, 0.6256560, 0.0632197], [0.0194811, 0.0608902, 0.7448387]]
PROPHOTO = [[0.7976749, 0.1351917, 0.0313534], [0.2880402, 0.7118741, 0.0000857], [0.0, 0.0, 0.8252100]]
D50 = (0.9642, 1.0, 0.8249)


def rgb_profile(matrix, gamma):
    columns = np.array(matrix).T
    xyz = {f"{name}XYZ": _xyz(column) for name, column in zip("rgb", columns, strict=True)}
    return _profile("RGB ", "mntr", xyz | {f"{name}TRC": _gamma(gamma) for name in "rgb"})


def grey_profile(gamma):
    return _profile("GRAY", "mntr", {"kTRC": _gamma(gamma)})


def cmyk_profile(corners):
    """Inks -> Lab; `corners` gives the Lab of every combination of full inks, K changing fastest: (16, 3)."""
    lab = np.asarray(corners, float)
    coded = np.rint(np.stack([lab[:, 0] * 2.55, lab[:, 1] + 128, lab[:, 2] + 128], -1)).astype(np.uint8)
    identity = [int(i == j) << 16 for i in range(3) for j in range(3)]
    ramp = bytes(range(256))
    table = b"mft1" + bytes(4) + struct.pack(">BBBx9i", 4, 3, 2, *identity) + ramp * 4 + coded.tobytes() + ramp * 3
    return _profile("CMYK", "prtr", {"A2B0": table, "A2B1": table}, connection="Lab ")


def to_srgb(colours, matrix, gamma):
    """0..255 in a matrix profile's space -> 0..255 in sRGB: decode, change primaries, clip, encode."""
    linear = (np.asarray(colours, float) / 255) ** gamma
    linear = linear @ (np.linalg.inv(SRGB) @ matrix).T
    return srgb_encoded(linear)


def srgb_encoded(linear):
    linear = np.clip(linear, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def srgb_linear(colours):
    colours = np.asarray(colours, float) / 255
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def from_srgb(colours, matrix, gamma):
    """The inverse of `to_srgb` for colours that both have."""
    linear = srgb_linear(colours) @ (np.linalg.inv(matrix) @ SRGB).T
    return np.rint(255 * np.clip(linear, 0, 1) ** (1 / gamma)).astype(np.uint8)


def _xyz(values):
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256)) + bytes(2)


def _profile(space, device, tags, connection="XYZ "):
    tags = {"wtpt": _xyz(D50)} | tags
    place, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name.encode() + struct.pack(">II", place + len(body), len(content))
        body += content
    header = struct.pack(">I4sI", place + len(body), b"test", 0x02400000)
    header += f"{device}{space}{connection}".encode() + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    header += bytes(68 - len(header)) + struct.pack(">3i", *(round(value * 65536) for value in D50))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
