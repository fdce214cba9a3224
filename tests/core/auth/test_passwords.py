import pytest

from core.auth.passwords import LONGEST, SHORTEST, Cost, hash_password, verify
from core.errors import Invalid

PASSWORD = "a long enough password"


def test_a_password_is_hashed_at_the_cost_that_owasp_recommends() -> None:
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify(kept, PASSWORD)
    assert not verify(kept, PASSWORD + "!")


def test_a_hash_is_checked_at_the_cost_that_it_was_made_with() -> None:
    kept = hash_password(PASSWORD, Cost(passes=3, memory_kib=16))
    assert kept.startswith("$argon2id$v=19$m=16,t=3,p=1$")
    assert verify(kept, PASSWORD)


def test_nobody_has_no_password() -> None:
    assert not verify(None, PASSWORD)


@pytest.mark.parametrize("length", [SHORTEST - 1, LONGEST + 1])
def test_a_password_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(Invalid, match=f"{SHORTEST} to {LONGEST} characters"):
        hash_password("x" * length)
