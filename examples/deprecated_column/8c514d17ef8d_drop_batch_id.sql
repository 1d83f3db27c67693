-- The migration, as it runs in the template: the copy of the business identifier goes, with its
-- index. batch_jobs.batch_id stays.
BEGIN;
DROP INDEX template_tenant.ix_marketplace_jobs_batch_id;
ALTER TABLE template_tenant.marketplace_jobs DROP COLUMN batch_id;
UPDATE template_tenant.alembic_version SET version_num = '8c514d17ef8d';
COMMIT;
