ALTER TABLE dialogue_step_placeholders DROP CONSTRAINT dialogue_step_placeholders_dialogue_step_id_fkey;
DROP TABLE IF EXISTS dialogue_steps;
INSERT INTO migration_log (name, description) VALUES ('0034_no_more_dialogue_steps', 'Prompts are built beforehand');
