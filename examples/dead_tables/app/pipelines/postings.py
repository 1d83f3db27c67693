"""Fetches postings, and keeps their versions."""


def store(cursor, source, found):
    # The company's name stays in postings: organizations would only repeat it.
    cursor.execute("INSERT INTO fetch_jobs (source_id, started_at, state) VALUES (%s, now(), 'running') RETURNING id", (source,))
    job = cursor.fetchone()[0]
    for posting in found:
        cursor.execute("INSERT INTO postings (source_id, title, company_name, posted_on) VALUES (%s, %s, %s, %s) RETURNING id",
                       (source, posting.title, posting.company, posting.day))
        number = cursor.fetchone()[0]
        cursor.execute("INSERT INTO posting_texts VALUES (%s, %s)", (number, posting.text))
        cursor.execute("INSERT INTO posting_versions (posting_id, version, hash) VALUES (%s, 1, %s)", (number, posting.hash))
        for requirement in posting.requirements:
            cursor.execute("INSERT INTO posting_requirements (posting_id, requirement) VALUES (%s, %s)", (number, requirement))
        cursor.execute("INSERT INTO posting_locations SELECT %s, id FROM locations WHERE city = %s", (number, posting.city))
        cursor.execute("INSERT INTO posting_tags SELECT %s, id FROM tags WHERE label = ANY (%s)", (number, posting.tags))
    cursor.execute("INSERT INTO fetch_job_logs (fetch_job_id, line) VALUES (%s, 'done')", (job,))


def titles(cursor):
    cursor.execute("SELECT title FROM job_titles JOIN industries ON true")
    return [row[0] for row in cursor]
