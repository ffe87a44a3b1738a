import { WAREHOUSE } from "./cases/warehouse";
import { proveAll } from "./support/prove";

proveAll(WAREHOUSE);
