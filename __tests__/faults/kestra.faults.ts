import { KESTRA } from "./cases/kestra";
import { proveAll } from "./support/prove";

proveAll(KESTRA);
