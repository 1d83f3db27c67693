"""Takes skills out of postings and profiles.

What is found goes to staging tables first (job_skills_staging and its like), and from there to where matching reads it.
"""

LOAD = {
    "posting": "INSERT INTO job_skills_staging (posting_id, raw_skill, confidence) VALUES (%s, %s, %s)",
    "profile": "INSERT INTO profile_skills_staging (profile_id, raw_skill, confidence) VALUES (%s, %s, %s)",
    "alias": "INSERT INTO skill_aliases_staging (raw_skill, alias) VALUES (%s, %s)",
}

SETTLE = """
    INSERT INTO posting_skills (posting_id, skill_id, weight)
    SELECT j.posting_id, a.skill_id, max(j.confidence)
    FROM job_skills_staging AS j JOIN skill_aliases AS a ON a.alias = j.raw_skill
    GROUP BY 1, 2
"""

SETTLE_PROFILES = """
    INSERT INTO profile_skills (profile_id, skill_id, years)
    SELECT p.profile_id, a.skill_id, 1
    FROM profile_skills_staging AS p JOIN skill_aliases AS a ON a.alias = p.raw_skill
"""


def settle(connection):
    """Empties the staging tables: they hold rows only while this runs."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLE)
        cursor.execute(SETTLE_PROFILES)
        cursor.execute("TRUNCATE job_skills_staging, profile_skills_staging, skill_aliases_staging")


def taxonomy(cursor):
    cursor.execute("SELECT s.name, c.name FROM skills AS s JOIN skill_categories AS c ON c.id = s.category_id")
    known = dict(cursor.fetchall())
    cursor.execute("SELECT narrower_id, broader_id FROM skill_relations")
    broader = dict(cursor.fetchall())
    cursor.execute("SELECT o.title, a.alias FROM occupations AS o JOIN occupation_aliases AS a ON a.occupation_id = o.id")
    return known, broader, dict(cursor.fetchall())
