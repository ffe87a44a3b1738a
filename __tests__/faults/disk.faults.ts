import { DISK } from "./cases/disk";
import { proveAll } from "./support/prove";

proveAll(DISK);
