from sqlalchemy import select

from core.auth.accounts.models import UserAccount
from core.clock import SystemClock
from core.db import Database
from core.id_list import rows_of


def test_more_ids_than_a_statement_takes_parameters_find_their_rows(database: Database) -> None:
    now = SystemClock().now()
    names = ("ada", "bea", "cleo")
    with database.write() as session:
        session.add_all(
            UserAccount(
                username=name, display_name=name, password_hash="-", role="reader", created_at=now
            )
            for name in names
        )
        session.flush()
        rows = session.execute(select(UserAccount.username, UserAccount.id))
        ids = {name: identity for name, identity in rows}
        wanted = [*range(1_000_000, 1_040_000), ids["ada"], ids["cleo"], ids["cleo"]]
        query = select(UserAccount.username).order_by(UserAccount.username)
        found = session.scalars(query.where(UserAccount.id.in_(rows_of(session, wanted)))).all()
        none = session.scalars(query.where(UserAccount.id.in_(rows_of(session, [])))).all()
    assert (found, none) == (["ada", "cleo"], [])
