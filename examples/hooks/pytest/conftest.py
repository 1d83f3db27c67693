"""The hook: pytest, in parallel with pytest-xdist where it is asked for (pytest -n 4), and psycopg2.

Copy it beside your tests and change DATASET and SCHEMAS. PGHOST, PGDATABASE etc. say where the
database is.

RESOW_KEEP=1: what a failed test did stays, the command to look at it is in its report, and the
worker goes on with another schema.
"""

import os
import subprocess

import psycopg2
import pytest

DATASET = os.path.join(os.path.dirname(__file__), "..", "shop", "shop.json")
SCHEMAS = "shop_*"
KEEP = os.environ.get("RESOW_KEEP")


def is_worker(session):
    """Of pytest-xdist's; what is done once is done by the process that started them."""
    return hasattr(session.config, "workerinput")


def pytest_sessionstart(session):
    if not is_worker(session):
        subprocess.run(["resow", "apply", DATASET, "--baseline", "--execute", "--quiet"], check=True)


def pytest_sessionfinish(session, exitstatus):
    kept = KEEP and exitstatus != pytest.ExitCode.OK
    if is_worker(session) or kept:
        return
    if subprocess.run(["resow", "verify", DATASET, "--quiet"]).returncode != 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Shop:
    """A schema of this worker's own, until its connection ends, however it ends."""

    def __init__(self):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "pytest")
        self.holder = psycopg2.connect("", application_name=worker)
        self.holder.autocommit = True
        self.altered = None
        self.lease()

    def ask(self, sql, *values):
        with self.holder.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()

    def lease(self):
        self.kept = False
        self.schema = self.ask("SELECT resow.lease(%s)", SCHEMAS)[0]

    def keep(self):
        self.kept = True
        self.ask("SELECT resow.keep()")

    def rewind(self):
        self.ask("SELECT count(*) FROM resow.rewind()")

    def connect(self, test):
        connection = psycopg2.connect("", application_name="shop")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('search_path', %s, false), set_config('resow.test', %s, false)",
                [self.schema, test],
            )
        return connection

    def how_to_look(self):
        info = self.holder.info
        return (
            f"psql 'host={info.host} port={info.port} user={info.user} dbname={info.dbname}"
            f" options=-csearch_path={self.schema}'"
        )


@pytest.fixture(scope="session")
def shop():
    shop = Shop()
    yield shop
    shop.holder.close()


@pytest.fixture
def db(shop, request):
    """A connection to the worker's schema, which is as the dataset says."""
    if shop.altered:
        pytest.skip(shop.altered)
    connection = shop.connect(request.node.name)
    yield connection
    connection.close()
    if shop.kept:
        shop.lease()
        return
    try:
        shop.rewind()
    except psycopg2.errors.ObjectNotInPrerequisiteState as error:
        # No test after it would find what the dataset says.
        shop.altered = f"after {request.node.name}: {error.diag.message_primary}"
        pytest.fail(f"{error.diag.message_primary}\n{error.diag.message_hint}", pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    shop = item.funcargs.get("shop")
    if KEEP and report.when == "call" and report.failed and shop:
        shop.keep()
        report.sections.append(("kept until it is rewound by name", shop.how_to_look()))
