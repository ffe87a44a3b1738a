import { GOOGLE } from "./cases/google";
import { proveAll } from "./support/prove";

proveAll(GOOGLE);
