import { DEATH } from "./cases/death";
import { proveAll } from "./support/prove";

proveAll(DEATH);
