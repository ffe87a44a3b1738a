import { FILES } from "./cases/files";
import { proveAll } from "./support/prove";

proveAll(FILES);
