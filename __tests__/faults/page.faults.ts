import { PAGE } from "./cases/page";
import { proveAll } from "./support/prove";

proveAll(PAGE);
