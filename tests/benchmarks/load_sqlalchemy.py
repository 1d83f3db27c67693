"""Fills the tables of load.sql as a seed script does: rows made in Python, bulk inserts in batches.

    load_sqlalchemy.py BATCHES        PGHOST and the like name the server
"""
import random
import sys
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

ROWS_AT_ONCE = 10_000
now = datetime(2026, 1, 19, 12, tzinfo=timezone.utc)
draw = random.Random(1)


def moment(days):
    return now - timedelta(seconds=draw.randrange(days * 86_400))


def batches(count):
    for n in range(1, count + 1):
        yield {"id": n, "code": f"batch_{n}", "created_at": moment(30)}


def jobs(count):
    for n in range(1, count * 100 + 1):
        yield {"id": n, "batch_id": 1 + (n - 1) // 100, "status": draw.choice(("pending", "running", "completed")),
               "title": f"Title {n}", "price": draw.randrange(100, 50_000) / 100, "created_at": moment(30)}


def tasks(count):
    for n in range(1, count * 300 + 1):
        yield {"id": n, "job_id": 1 + (n - 1) // 3, "status": draw.choice(("pending", "running", "failed")),
               "attempts": draw.randrange(6), "created_at": moment(30), "updated_at": now,
               "label": f"task_{n}", "enabled": draw.random() < 0.5}


def main():
    count = int(sys.argv[1])
    engine = sa.create_engine("postgresql+psycopg2://", executemany_mode="values_plus_batch")
    metadata = sa.MetaData()
    metadata.reflect(engine, schema="bench")
    with engine.begin() as connection:
        for name, rows in (("batches", batches(count)), ("jobs", jobs(count)), ("tasks", tasks(count))):
            insert, held = metadata.tables["bench." + name].insert(), []
            for row in rows:
                held.append(row)
                if len(held) == ROWS_AT_ONCE:
                    connection.execute(insert, held)
                    held = []
            if held:
                connection.execute(insert, held)


main()
