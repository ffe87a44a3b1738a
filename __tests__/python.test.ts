import { existsSync } from "node:fs";
import path from "node:path";
import { plainProgress } from "../pipeline/progress";
import { ensurePython } from "../pipeline/python";
import { temporaryFolder, writeFile } from "./support/crime";

const silent = plainProgress(() => undefined);
const { PATH } = process.env;
afterEach(() => (process.env["PATH"] = PATH));

it("says in one line that there is no Python", async () => {
  const folder = temporaryFolder();
  const pins = writeFile(folder, "requirements.txt", "");
  process.env["PATH"] = folder;
  await expect(ensurePython(path.join(folder, "venv"), pins, silent)).rejects.toThrow(
    /^no Python 3\.10 to 3\.13 \(.*python3.*\): install Python 3\.11; dbt needs it$/,
  );
});

it("says in one line which package does not match its hash, and tries again the next time", async () => {
  const folder = temporaryFolder();
  const venv = path.join(folder, "venv");
  const pins = writeFile(
    folder,
    "requirements.txt",
    `no-such-package-as-this==1.0 --hash=sha256:${"0".repeat(64)}\n`,
  );
  await expect(ensurePython(venv, pins, silent)).rejects.toThrow(
    /^python packages could not be installed: .*no-such-package/,
  );
  expect(existsSync(path.join(venv, "requirements.sha256"))).toBe(false);
  await ensurePython(venv, writeFile(folder, "requirements.txt", ""), silent);
  expect(existsSync(path.join(venv, "requirements.sha256"))).toBe(true);
}, 60_000);
