-- Run every night. Findings are read through open_qa_findings.
INSERT INTO qa_findings (check_id, posting_id, details)
SELECT c.id, p.id, 'no title' FROM quality_checks AS c, postings AS p WHERE c.name = 'has a title' AND p.title = '';
