"""Names without accents and capitals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.enrollment.rules.names import begins_with, folded, spellings


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("  Núñez-O’Hara ", "nunez ohara"),
        ("ÁLVAREZ", "alvarez"),
        ("D'Angelo Jr.", "dangelo jr"),
        ("Straße", "strasse"),
        ("李", "李"),
        ("...", ""),
    ],
)
def test_a_name_is_folded(name: str, plain: str) -> None:
    assert folded(name) == plain


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize(
    ("name", "letters", "fits"),
    [
        ("Núñez", "nun", True),
        ("de la Cruz", "cru", True),
        ("de la Cruz", "de la", True),
        ("O'Brien", "obr", True),
        ("Cruz", "cruzado", False),
        ("Smith", "mit", False),
    ],
)
def test_a_name_begins_with_letters(name: str, letters: str, fits: bool) -> None:
    assert begins_with(name, letters) is fits


def test_the_spellings_of_three_letters_hold_the_accented_ones() -> None:
    found = spellings("Núñez")
    assert {"nun", "núñ", "nÚÑ", "Ñun"} <= found
    assert all(len(one) == 3 for one in found)
    assert spellings("SMI") == {"smi", "smí", "smì", "smî", "smï", "smÍ", "smÌ", "smÎ", "smÏ"}
