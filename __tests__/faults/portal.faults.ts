import { PORTAL } from "./cases/portal";
import { proveAll } from "./support/prove";

proveAll(PORTAL);
