import { BIGQUERY } from "./cases/bigquery";
import { stopEmulators } from "./support/emulated";
import { proveAll } from "./support/prove";

afterAll(stopEmulators);

proveAll(BIGQUERY);
