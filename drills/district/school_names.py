"""Names of places that do not exist: compounds no map of Los Angeles has."""

import numpy as np

_FIRST = (
    "Amber Bramble Cinder Dapple Ember Fallow Gorse Hazel Indigo Jasper Kestrel Lantern Marl "
    "Nettle Otter Pebble Quill Russet Sorrel Thistle Umber Verdant Willet Yarrow Zephyr Copper "
    "Drift Echo Fern Garnet Harrow Larch Mallow Osprey Plover Saffron Teasel Wren Barley Clover "
    "Damson Flint Heron Lark Medlar"
).split()
_LAST = (
    "mere wick combe holt garth thorpe fell beck stead hurst moor croft shaw tarn ness stow wold "
    "march gate mead vale ridge brook hollow"
).split()
_WAYS = ("Street", "Avenue", "Way", "Lane", "Place")


def places(count: int, rng: np.random.Generator) -> list[str]:
    """``count`` different invented place names; at most 1,080 exist."""
    every = [first + last for first in _FIRST for last in _LAST]
    return [every[pick] for pick in rng.permutation(len(every))[:count]]


def address(rng: np.random.Generator) -> str:
    """A street address in a town that does not exist."""
    street = _FIRST[rng.integers(len(_FIRST))] + _LAST[rng.integers(len(_LAST))]
    way = _WAYS[rng.integers(len(_WAYS))]
    return f"{rng.integers(100, 9900)} {street} {way}, Bellwether, CA 90000"
