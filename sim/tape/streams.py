"""Streams of uniforms, keyed by their purpose, never by position, and never shared."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.tape.inversion import Floats

if TYPE_CHECKING:
    from numpy.random import Philox

Raw = NDArray[np.uint64]

_SPARE_BITS = np.uint64(12)  # 52 of 64 bits are kept: the middles of 2^52 parts are exact floats

FIRST = 64
"""An unlimited source is drawn in multiples of this; its first draws represent all in the hash."""


class Streams:
    """All streams of one replication under one seed.

    Philox is a function of key and counter. The key is a hash of the seed and of the stream's purpose; the
    replication and the block are in the counter. So a stream is the same whether its replication is drawn alone
    or in a batch, and in any order of streams; a longer stream begins with the shorter.
    """

    __slots__ = ("_generator", "replication", "seed")

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self._generator: Philox | None = None

    def raw(self, count: int, *key: str | int, block: int = 0) -> Raw:
        """The first `count` whole numbers of 64 bits of a stream."""
        if self._generator is None:
            from numpy.random import Philox

            self._generator = Philox(key=0)
        # setting the key costs a tenth of a new generator; NumPy reads plain lists like arrays
        state: Any = {
            "bit_generator": "Philox",
            "state": {"counter": [0, block, self.replication, 0], "key": _hashed(self.seed, key)},
            "buffer": [0, 0, 0, 0],
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }
        self._generator.state = state
        drawn: Raw = self._generator.random_raw(count)
        return drawn

    def uniforms(self, count: int, *key: str | int, block: int = 0) -> Floats:
        """The first `count` uniforms of a stream, strictly inside (0, 1)."""
        return unit(self.raw(count, *key, block=block))

    def endless(self, count: int, *key: str | int) -> Floats:
        """At least `count` uniforms, in multiples of `FIRST`, for sources with a random number of events."""
        return self.uniforms(FIRST * max(1, -(-count // FIRST)), *key)


@lru_cache(maxsize=2**14)
def _hashed(seed: int, key: tuple[str | int, ...]) -> tuple[int, int]:
    """128 bits for a seed and a stream's key; the same on every machine and in every process."""
    # ascii() of a tuple is unique to the key, whatever characters names contain
    digest = blake2b(ascii((seed, key)).encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def unit(raw: Raw) -> Floats:
    """Whole numbers of 64 bits as uniforms strictly inside (0, 1): the middles of 2^52 equal parts."""
    uniforms: Floats = np.multiply(raw >> _SPARE_BITS, 2.0**-52, dtype=np.float64)
    uniforms += 2.0**-53
    return uniforms
