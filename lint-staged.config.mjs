/**
 * What is asked of staged files before a commit: the same rules as `npm run lint`, on these files alone where that is
 * possible.
 *
 * @type {import("lint-staged").Configuration}
 */
export default {
  "*": ["secretlint --no-glob", "prettier --write --ignore-unknown --log-level warn"],
  "*.{ts,mts,mjs,js}": "eslint --max-warnings 0 --no-warn-ignored",
  "*.{ts,mts}": () => "tsc",
  "kestra/flows/*.yml": () => "tsx kestra/lint-flows.ts",
  "dbt_crime/{models,tests}/**/*.sql": "tsx scripts/lint-sql.ts",
  ".github/**/*.yml": () => "tsx scripts/lint-workflows.ts",
};
