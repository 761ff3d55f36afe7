"""Promise 5: reading changes nothing. Every address is opened by the strongest people, then all rows are compared."""

from tests.promises.towns import two_towns
from tests.promises.walk import BOOKS, LAST_SEEN, asks, changed, open_ask, path_of, rows_of_all_tables

READERS = ("operator", "tenant_admin", "case_worker", "moderator", "participant", "guest", "visitor")


def test_opening_every_page_changes_no_row(app, world, figure, sized):
    town, _other = two_towns(world)
    readers = sized(test=READERS[:1], quick=READERS, full=READERS)
    clients = [town.client(role) for role in readers]
    reading = [ask for ask in asks(app) if ask.method == "GET"]
    before, opened = rows_of_all_tables(), 0
    for client in clients:
        for ask in reading:
            opened += open_ask(client, ask, path_of(ask, town)).status_code == 200
    touched = changed(before, rows_of_all_tables())
    figure(f"{len(reading)} addresses x {len(readers)} readers, {opened} opened; changed outside the books: {touched}")
    assert touched == []
    assert opened > 100


def test_the_hash_sees_every_single_change(app, world):
    """Else the test above would prove nothing."""
    before = rows_of_all_tables()
    world.tenant()
    assert "tenant" in changed(before, rows_of_all_tables())
    assert {"limit_bucket"} <= BOOKS
    assert set(LAST_SEEN) == {"login_session", "person"}
