"""What every test shares: no network, a clean file store, the Chinese interface, an actor who may do everything."""

import gc
import itertools
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management.color import Style
from django.test import SimpleTestCase
from django.test import client as django_client
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from smartunion.core.actor import Actor, system

# Speed is shown by bench/, never by a timed test. The whole check asks the same of a commit each time, and of plain rules
# half as many examples as whoever works on them, for whom they are drawn anew.
_WHOLE = bool(os.environ.get("SMARTUNION_TEST_REQUIRE"))
hypothesis_settings.register_profile(
    "untimed", deadline=None, derandomize=_WHOLE, max_examples=50 if _WHOLE else 100
)
hypothesis_settings.load_profile("untimed")
_DATABASE = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
SHARED = Path(__file__).resolve().parent.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out what asks no database: another leg has shown it",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--only-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
        items[:] = [item for item in items if _asks_a_database(item)]
    elif os.environ.get("SMARTUNION_TEST_FOLLOWS") == "postgres":
        strict = [item for item in items if item.get_closest_marker("strict")]
        config.hook.pytest_deselected(items=strict)
        items[:] = [item for item in items if item not in set(strict)]
    items.sort(key=_is_short)  # a test of a minute begun last would leave the other cores idle


def pytest_collection_finish() -> None:
    """What stands now stands to the end: it need not be looked through for garbage time and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


def pytest_unconfigure() -> None:
    """At the end all is garbage again; else DuckDB speaks of leaks behind pytest's own last line."""
    gc.unfreeze()


def _is_short(item: pytest.Item) -> bool:
    return not any(item.get_closest_marker(name) for name in ("story", "heavy", "long", "browser"))


def _asks_a_database(item: pytest.Item) -> bool:
    """pytest-django lets no other test reach one; those with a server of their own are marked by it.

    Marked `once`: says the same on every database.
    """
    if item.get_closest_marker("once"):
        return False
    marked = any(item.get_closest_marker(name) for name in ("django_db", "browser", "heavy"))
    of_class = (
        isinstance(item, pytest.Function) and item.cls is not None and issubclass(item.cls, SimpleTestCase)
    )
    return marked or of_class or not _DATABASE.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real public data beside the project; tests that need it are left out where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the public data folder ../shared/data is not here")
    return SHARED


@pytest.fixture(scope="session")
def _stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new place for stored files each time; pytest's own is sought among those of all tests before, and made, used or not."""
    folder = tmp_path_factory.mktemp("stores")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _clean(settings, _stores: Iterator[Path]) -> Iterator[None]:
    """Stored files of one test die with it, so do cached values, and each begins in the default language.

    One fixture and not three: pytest's own work for each costs more than what it does.
    """
    settings.MEDIA_ROOT = store = next(_stores)
    cache.clear()
    with translation.override("zh-hans"):
        yield
    if store.exists():
        shutil.rmtree(store)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Only this machine may be called."""
    real = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in {"127.0.0.1", "::1", "localhost", "local"}:
            raise RuntimeError(f"a test called {host}")
        real(self, address)  # type: ignore[arg-type]

    socket.socket.connect = local_only  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_found_once() -> Iterator[None]:
    """Each test client has middleware of its own, and each of those would look for every static file."""
    real = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            real(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = once
    yield
    WhiteNoiseMiddleware.add_files_from_finders = real


@pytest.fixture(autouse=True, scope="session")
def _contexts_are_kept_once() -> Iterator[None]:
    """For `response.context` Django's test client copies a context for every part of a page drawn with it."""
    real = django_client.store_rendered_templates

    def once(
        store: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **named: Any
    ) -> None:
        seen = store.setdefault("seen", {})
        if id(context) not in seen:
            seen[id(context)] = context
            real(store, signal, sender, template, context, **named)

    django_client.store_rendered_templates = once
    yield
    django_client.store_rendered_templates = real


@pytest.fixture(autouse=True, scope="session")
def _empty_tables_are_left_alone() -> Iterator[None]:
    """After a test that commits, Django truncates every table; on PostgreSQL each is a new file, brought to the disk."""
    from django.db.backends.postgresql.operations import DatabaseOperations  # needs psycopg

    real = DatabaseOperations.sql_flush

    def filled_only(self: DatabaseOperations, style: Style, tables: list[str], **asked: bool) -> list[str]:
        if asked.get("reset_sequences"):
            return real(self, style, tables, **asked)
        parts = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {self.quote_name(name)})" for name in tables)
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            filled = [name for (name,) in cursor]
        return [f"DELETE FROM {self.quote_name(name)}" for name in filled]

    DatabaseOperations.sql_flush = filled_only
    yield
    DatabaseOperations.sql_flush = real


@pytest.fixture
def root() -> Actor:
    """The installation itself."""
    return system()


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """make_user(name, role, union=…, person=…): an account, for rooms below accounts too."""
    from smartunion.ground.accounts.tests import factories

    return factories.make_user


@pytest.fixture
def signed_in() -> Callable[..., Any]:
    """signed_in(user): a browser in which the account is signed in."""
    from smartunion.ground.accounts.tests import factories

    return factories.signed_in
