"""Which postings suit which profile."""


def match(cursor, profile):
    cursor.execute("""
        INSERT INTO profile_job_matches (profile_id, posting_id, score)
        SELECT %s, s.posting_id, avg(s.weight)
        FROM posting_skills AS s JOIN profile_skills AS p USING (skill_id)
        WHERE p.profile_id = %s
        GROUP BY s.posting_id
    """, (profile, profile))
    cursor.execute("INSERT INTO match_reports (profile_id, made_at) VALUES (%s, now()) RETURNING id", (profile,))
    report = cursor.fetchone()[0]
    cursor.execute("INSERT INTO match_scores SELECT %s, posting_id, score FROM profile_job_matches WHERE profile_id = %s", (report, profile))
    cursor.execute("INSERT INTO notifications (channel, body, sent_at) VALUES ('mail', 'New matches', now())")
