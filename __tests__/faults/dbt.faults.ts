import { DBT_FAULTS } from "./cases/dbt";
import { proveAll } from "./support/prove";

proveAll(DBT_FAULTS);
