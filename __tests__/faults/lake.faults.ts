import { LAKE } from "./cases/lake";
import { proveAll } from "./support/prove";

proveAll(LAKE);
