-- Workflows have taken the place of recipes: workflow_runs is what production_runs was.
ALTER TABLE production_runs DROP CONSTRAINT production_runs_recipe_run_id_fkey;
DROP TABLE variations, recipe_runs, recipes;
INSERT INTO migration_log (name, description) VALUES ('0031_no_more_recipes', 'Workflows have taken the place of recipes');
