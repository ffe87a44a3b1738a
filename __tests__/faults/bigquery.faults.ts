import { BIGQUERY } from "./cases/bigquery";
import { proveAll } from "./support/prove";

proveAll(BIGQUERY);
