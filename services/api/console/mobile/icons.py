"""The app's icon as a picture (PNG, ISO/IEC 15948), drawn as static/icon.svg is, in sizes of home screens. Pure."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

SIZES = (192, 512)
_BACK, _INK = (0x1D, 0x5F, 0xBF), (0xFF, 0xFF, 0xFF)
_FINER = 4
"""Points looked at in each direction of a pixel, so that slanting edges are smooth."""

Grid = npt.NDArray[np.float64]


def png(size: int) -> bytes:
    """A square of so many pixels."""
    covered = _covered(size)[..., None]
    pixels = np.asarray(_BACK) * (1 - covered) + np.asarray(_INK) * covered
    rows = np.rint(pixels).astype(np.uint8).reshape(size, 3 * size)
    lines = np.hstack([np.zeros((size, 1), np.uint8), rows]).tobytes()  # each begins with its filter: none
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)  # 8 bits of red, green and blue
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _covered(size: int) -> Grid:
    """How much of each pixel the bubble covers, 0 to 1; the picture has 32 units."""
    place = (np.arange(size * _FINER) + 0.5) * 32 / (size * _FINER)
    across, down = place[None, :], place[:, None]
    bubble = (across > 9) & (across < 23) & (down > 9) & (down < 19)
    tip = (across > 11) & (down >= 19) & (across + down < 34)
    return (bubble | tip).reshape(size, _FINER, size, _FINER).mean(axis=(1, 3))


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
