"""The databases that tests get are empty, and theirs alone."""

import pytest
from sqlalchemy import create_engine, inspect, text

from tests import services


@pytest.mark.parametrize("attempt", [1, 2])
def test_database_is_empty_each_time(database_url: str, attempt: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE client (id integer)"))
        assert inspect(connection).has_table("client")
    engine.dispose()


def test_schemas_of_one_database_do_not_see_each_other(postgresql_database: str) -> None:
    with services.own_schema(postgresql_database) as one, services.own_schema(postgresql_database) as other:
        first, second = create_engine(one), create_engine(other)
        with first.begin() as connection:
            connection.execute(text("CREATE TABLE client (id integer)"))
        assert inspect(first).has_table("client")
        assert not inspect(second).has_table("client")
        first.dispose()
        second.dispose()


def test_schema_goes_even_while_a_transaction_is_open_in_it(postgresql_database: str) -> None:
    with services.own_schema(postgresql_database) as url:
        engine = create_engine(url)
        connection = engine.connect()
        connection.execute(text("CREATE TABLE client (id integer)"))
        connection.commit()
        connection.execute(text("SELECT * FROM client"))
    admin = create_engine(postgresql_database)
    left = [name for name in inspect(admin).get_schema_names() if name.startswith("t_") and name in url]
    admin.dispose()
    connection.invalidate()
    connection.close()
    engine.dispose()
    assert left == []


def test_named_server_that_is_down_is_not_replaced_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"postgresql://postgres@127.0.0.1:{services.find_free_port()}/postgres"
    monkeypatch.setenv(services.POSTGRES_VARIABLE, nowhere)
    assert services.open_postgres() is None
