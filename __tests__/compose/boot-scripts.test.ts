import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A machine of stand-ins: every command that would touch the world writes its call into a log instead. */
class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "crime-boot-"));
  private readonly settings: Record<string, string> = {
    PROJECT_ID: "my-crime-project",
    DATA_DEVICE: this.at("device"),
    DATA_LABEL: "crime-data",
    DATA_DIR: this.at("data"),
    APP_DIR: this.folder,
    SECRETS_DIR: this.at("secrets"),
    DBT_IMAGE: "crime-dbt:1",
    POSTGRES_VERSION: "17.7",
    POSTGRES_MIGRATE_FROM: "",
    SECRET_ADMIN_PASSWORD: "admin",
    SECRET_DATABASE_PASSWORD: "database",
    SECRET_ENCRYPTION_KEY: "encryption",
    FLOW_SECRETS: "SLACK_WEBHOOK=flow-slack",
    DOCKER_PACKAGES: "docker-ce=5:28.3.3-1 docker-compose-plugin=2.39.1-1",
    DOCKER_KEY: "ABC",
    KEYRINGS: this.at("keyrings"),
    APT_SOURCES: this.folder,
  };

  constructor() {
    mkdirSync(this.at("bin"));
    writeFileSync(this.at("log"), "");
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  set(values: Record<string, string>): void {
    Object.assign(this.settings, values);
  }

  /** Makes a command of a shell text; `$HERE` is the machine's folder. */
  command(name: string, body: string): void {
    const head = `#!/bin/bash\nHERE='${this.folder}'\necho "${name} $*" >>"$HERE/log"\n`;
    writeFileSync(this.at(`bin/${name}`), head + body, { mode: 0o755 });
  }

  run(script: string): { status: number | null; output: string } {
    const lines = Object.entries(this.settings).map(([name, value]) => `${name}='${value}'\n`);
    writeFileSync(this.at("boot.env"), lines.join(""));
    const { status, stdout, stderr } = spawnSync("bash", [resolve("compose/boot", script)], {
      env: { PATH: `${this.at("bin")}:/usr/bin:/bin`, CRIME_BOOT_ENV: this.at("boot.env") },
      encoding: "utf8",
    });
    return { status, output: stdout + stderr };
  }

  read(name: string): string {
    return readFileSync(this.at(name), "utf8");
  }

  /** Calls since the last look. */
  calls(): string[] {
    const lines = this.read("log").trim().split("\n").filter(Boolean);
    writeFileSync(this.at("log"), "");
    return lines;
  }
}

let machine: Machine;
beforeEach(() => (machine = new Machine()));
afterEach(() => rmSync(machine.folder, { recursive: true }));

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("mount-disk.sh", () => {
  beforeEach(() => {
    machine.command("mountpoint", 'test -e "$HERE/mounted"');
    machine.command("mount", 'touch "$HERE/mounted"');
    machine.command("resize2fs", "");
    machine.command("mkfs.ext4", 'echo "LABEL=crime-data TYPE=ext4" >"$HERE/device"');
    machine.command(
      "blkid",
      `content=$(cat "$HERE/device")
       [ -n "$content" ] || exit 2
       case "$*" in *"-s LABEL"*) sed -n 's/.*LABEL=\\([^ ]*\\).*/\\1/p' "$HERE/device" ;; *) echo "$content" ;; esac`,
    );
  });
  const names = () => machine.calls().map((call) => call.split(" ")[0]);

  test("first boot: an empty disk is formatted and mounted", () => {
    writeFileSync(machine.at("device"), "");
    expect(machine.run("mount-disk.sh")).toEqual({ status: 0, output: "" });
    expect(names()).toEqual(["mountpoint", "blkid", "blkid", "mkfs.ext4", "mount", "resize2fs"]);
    expect(existsSync(machine.at("data/postgres"))).toBe(true);
  });

  test("second boot, perhaps of another machine: it is mounted as it is", () => {
    writeFileSync(machine.at("device"), "LABEL=crime-data TYPE=ext4");
    expect(machine.run("mount-disk.sh").status).toBe(0);
    expect(names()).toEqual(["mountpoint", "blkid", "mount", "resize2fs"]);
    expect(machine.run("mount-disk.sh").status).toBe(0);
    expect(names()).toEqual(["mountpoint"]);
  });

  test.each(["LABEL=photos TYPE=ext4", "PTTYPE=gpt"])(
    "a disk that holds something else is left alone: %s",
    (content) => {
      writeFileSync(machine.at("device"), content);
      const { status, output } = machine.run("mount-disk.sh");
      expect(status).toBe(1);
      expect(output).toMatch(/is not empty and does not carry the label crime-data: it is left alone/);
      expect(names()).not.toContain("mkfs.ext4");
    },
  );

  test("a missing disk is named", () => {
    const { status, output } = machine.run("mount-disk.sh");
    expect(status).toBe(1);
    expect(output).toContain("is not attached");
  });
});

onLinux("secrets.sh", () => {
  const secret = (name: string) => machine.at(`store/${name}`);
  const stored = (name: string) => Buffer.from(readFileSync(secret(name), "utf8"), "base64").toString();
  const put = (name: string, value: string) =>
    writeFileSync(secret(name), Buffer.from(value).toString("base64"));

  beforeEach(() => {
    mkdirSync(machine.at("store"));
    mkdirSync(machine.at("data/kestra"), { recursive: true });
    machine.command("jq", `exec '${process.execPath}' '${machine.at("jq.js")}' "$@"`);
    writeFileSync(
      machine.at("jq.js"),
      `const [, path, file] = process.argv.slice(2);
       const value = path.slice(1).split(".").reduce((at, key) => at[key], JSON.parse(require("fs").readFileSync(file ?? 0, "utf8")));
       process.stdout.write(String(value));`,
    );
    machine.command("curl", `exec '${process.execPath}' '${machine.at("curl.js")}' "$@"`);
    writeFileSync(
      machine.at("curl.js"),
      `const fs = require("fs"), path = require("path"), args = process.argv.slice(2), store = ${JSON.stringify(machine.at("store"))};
       if (args.at(-1).includes("metadata.google.internal")) { process.stdout.write('{"access_token":"token"}'); process.exit(); }
       const config = fs.readFileSync(0, "utf8");
       if (!config.includes('header = "Authorization: Bearer token"')) throw new Error("no token");
       const [, name, action] = /url = ".*\\/secrets\\/([^:/"]+)[:/]([^"]+)"/.exec(config);
       const file = path.join(store, name), forced = file + ".status";
       const answer = (code, body) => {
         fs.writeFileSync(args[args.indexOf("--output") + 1], JSON.stringify(body));
         process.stdout.write(String(code));
       };
       if (fs.existsSync(forced)) answer(fs.readFileSync(forced, "utf8"), {});
       else if (action === "addVersion") {
         if (fs.existsSync(file)) throw new Error("a version was replaced");
         const data = JSON.parse(JSON.parse('"' + /data = "(.*)"/.exec(config)[1] + '"'));
         fs.writeFileSync(file, data.payload.data);
         answer(200, {});
       } else if (fs.existsSync(file)) answer(200, { payload: { data: fs.readFileSync(file, "utf8") } });
       else answer(404, {});`,
    );
  });

  test("first boot: each missing value is generated and added; the files hold them", () => {
    const { status, output } = machine.run("secrets.sh");
    expect([status, output.match(/had no version; one was generated/g)?.length]).toEqual([0, 3]);
    expect(stored("admin")).toMatch(/^Aa1[A-Za-z0-9]{32}$/);
    expect(stored("database")).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(Buffer.from(stored("encryption"), "base64")).toHaveLength(32);
    expect(machine.read("secrets/kestra.env")).toBe(
      `KESTRA_SERVER_BASIC_AUTH_PASSWORD='${stored("admin")}'\n` +
        `KESTRA_ENCRYPTION_SECRET_KEY='${stored("encryption")}'\n` +
        `DATASOURCES_POSTGRES_PASSWORD='${stored("database")}'\n`,
    );
    expect(machine.read("secrets/postgres_password")).toBe(stored("database"));
    for (const name of ["secrets", "secrets/kestra.env", "secrets/postgres_password"]) {
      expect(statSync(machine.at(name)).mode & 0o077).toBe(0);
    }
    expect(output).toContain("secret('SLACK_WEBHOOK') will not be found");
  });

  test("no value is printed or passed as an argument", () => {
    put("flow-slack", "https://hooks.example.com/T0P");
    const { output } = machine.run("secrets.sh");
    const seen = output + machine.calls().join("\n");
    for (const name of ["admin", "database", "encryption", "flow-slack"]) {
      expect(seen).not.toContain(stored(name));
      expect(seen).not.toContain(readFileSync(secret(name), "utf8"));
    }
    expect(seen).not.toContain("Bearer");
  });

  test("second boot: existing versions are read and never replaced", () => {
    machine.run("secrets.sh");
    const first = machine.read("secrets/kestra.env");
    rmSync(machine.at("secrets"), { recursive: true });
    writeFileSync(machine.at("data/kestra/file"), "");
    expect(machine.run("secrets.sh").status).toBe(0);
    expect(machine.read("secrets/kestra.env")).toBe(first);
  });

  test("a version that an operator wrote is used as it is, whatever is in it", () => {
    put("admin", `it's "$HOME" \\ fine`);
    machine.run("secrets.sh");
    const { stdout } = spawnSync("sh", [
      "-c",
      `. ${machine.at("secrets/kestra.env")}; printf %s "$KESTRA_SERVER_BASIC_AUTH_PASSWORD"`,
    ]);
    expect(stdout.toString()).toBe(`it's "$HOME" \\ fine`);
  });

  test("flow secrets become SECRET_ lines in base64", () => {
    put("flow-slack", "https://hooks.example.com/x");
    machine.run("secrets.sh");
    expect(machine.read("secrets/kestra.env")).toContain(
      `SECRET_SLACK_WEBHOOK='${Buffer.from("https://hooks.example.com/x").toString("base64")}'\n`,
    );
  });

  test("a lost version: a password is made anew, the others stay", () => {
    machine.run("secrets.sh");
    const [admin, database] = [stored("admin"), stored("database")];
    rmSync(secret("database"));
    expect(machine.run("secrets.sh").status).toBe(0);
    expect(stored("admin")).toBe(admin);
    expect(stored("database")).not.toBe(database);
    expect(machine.read("secrets/postgres_password")).toBe(stored("database"));
  });

  test("a lost encryption key is not made anew while the disk holds what it encrypted", () => {
    machine.run("secrets.sh");
    writeFileSync(machine.at("data/kestra/file"), "");
    rmSync(secret("encryption"));
    const { status, output } = machine.run("secrets.sh");
    expect(status).toBe(1);
    expect(output).toContain("encryption has no version, but the disk holds values encrypted with it");
    expect(existsSync(secret("encryption"))).toBe(false);
  });

  test.each(["403", "400", "500"])("a secret that cannot be read (%s) is never generated over", (code) => {
    writeFileSync(secret("database.status"), code);
    const { status, output } = machine.run("secrets.sh");
    expect(status).toBe(1);
    expect(output).toContain(`database cannot be read (HTTP ${code})`);
    expect(existsSync(machine.at("secrets/kestra.env"))).toBe(false);
  });

  test("a flow secret that cannot be read stops the boot, too", () => {
    writeFileSync(secret("flow-slack.status"), "403");
    expect(machine.run("secrets.sh").status).toBe(1);
  });
});

onLinux("install-docker.sh", () => {
  const installed = (version: string) => machine.command("dpkg-query", `echo -n '${version}'`);
  beforeEach(() => {
    machine.command("curl", 'echo key >"${@: -1}"');
    machine.command("gpg", "printf 'pub:x\\nfpr:::::::::ABC:\\nfpr:::::::::SUB:\\n'");
    machine.command("apt-get", "");
    machine.command("apt-mark", "");
  });

  test("does nothing when the exact versions are there", () => {
    machine.command(
      "dpkg-query",
      'case "$*" in *compose*) echo -n 2.39.1-1 ;; *) echo -n 5:28.3.3-1 ;; esac',
    );
    expect(machine.run("install-docker.sh").status).toBe(0);
    expect(machine.calls().filter((call) => !call.startsWith("dpkg-query"))).toEqual([]);
  });

  test("installs the exact versions from the signed repository and holds them", () => {
    installed("");
    expect(machine.run("install-docker.sh").status).toBe(0);
    const calls = machine.calls();
    expect(calls.at(-2)).toMatch(
      /^apt-get install .* docker-ce=5:28\.3\.3-1 docker-compose-plugin=2\.39\.1-1$/,
    );
    expect(calls.at(-1)).toBe("apt-mark hold docker-ce docker-compose-plugin");
    expect(machine.read("docker.list")).toMatch(/signed-by=.*docker\.asc\] https:\/\/download\.docker\.com/);
  });

  test("a repository that is signed by someone else is not used", () => {
    installed("");
    machine.command("gpg", "printf 'fpr:::::::::EVIL:\\n'");
    const { status, output } = machine.run("install-docker.sh");
    expect(status).toBe(1);
    expect(output).toContain("the repository's key is EVIL, not ABC: nothing was installed");
    expect(machine.calls().join()).not.toContain("apt-get");
  });
});

onLinux("migrate-postgres.sh", () => {
  beforeEach(() => {
    mkdirSync(machine.at("data/postgres"), { recursive: true });
    machine.command("sleep", "");
    machine.command(
      "docker",
      'case "$*" in *pg_dump*) echo "select 1;" ;; *psql*) cat >"$HERE/restored" ;; esac',
    );
  });
  const major = (version: number) => mkdirSync(machine.at(`data/postgres/${version}`));

  test("first boot: makes the folder", () => {
    expect(machine.run("migrate-postgres.sh").status).toBe(0);
    expect(existsSync(machine.at("data/postgres/17"))).toBe(true);
    expect(machine.calls()).toEqual([]);
  });

  test("second boot: nothing to do", () => {
    major(17);
    expect(machine.run("migrate-postgres.sh").status).toBe(0);
    expect(machine.calls()).toEqual([]);
  });

  test("data of another version are refused unless the migration names it", () => {
    major(17);
    machine.set({ POSTGRES_VERSION: "18.1" });
    const { status, output } = machine.run("migrate-postgres.sh");
    expect(status).toBe(1);
    expect(output).toContain("the disk holds data of version 17, version 18 cannot read them");
    expect(existsSync(machine.at("data/postgres/18"))).toBe(false);
  });

  test.each([["17", "18"], ["18"]])(
    "an older version is not started beside newer data: %s %s",
    (...found) => {
      found.forEach((version) => major(Number(version)));
      const { status, output } = machine.run("migrate-postgres.sh");
      expect(status).toBe(1);
      expect(output).toContain("the disk holds data of version 18, version 17 would not see them");
      expect(machine.calls()).toEqual([]);
    },
  );

  test("what a migration left unfinished is no data: the old version starts on its own", () => {
    major(17);
    major(18);
    writeFileSync(machine.at("data/postgres/18.unfinished"), "");
    expect(machine.run("migrate-postgres.sh")).toEqual({ status: 0, output: "" });
    expect(machine.calls()).toEqual([]);
  });

  test("a migration dumps from the old and restores into the new, and keeps the old", () => {
    major(17);
    machine.set({ POSTGRES_VERSION: "18.1", POSTGRES_MIGRATE_FROM: "17.7" });
    const { status, output } = machine.run("migrate-postgres.sh");
    expect([status, output]).toEqual([0, "postgres: data of version 17 were copied to version 18\n"]);
    expect(machine.read("restored")).toBe("select 1;\n");
    const runs = machine.calls().filter((call) => call.startsWith("docker run"));
    expect(runs[0]).toMatch(/postgres\/17:\/var\/lib\/postgresql\/data .* postgres:17\.7-bookworm$/);
    expect(runs[1]).toMatch(/postgres\/18:\/var\/lib\/postgresql .* postgres:18\.1-bookworm$/);
    expect(existsSync(machine.at("data/postgres/17"))).toBe(true);
    expect(machine.run("migrate-postgres.sh").status).toBe(0);
    expect(machine.calls()).toEqual([]);
  });

  test("a migration that broke off starts again from nothing", () => {
    major(17);
    machine.set({ POSTGRES_VERSION: "18.1", POSTGRES_MIGRATE_FROM: "17.7" });
    machine.command("docker", 'case "$*" in *pg_dump*) exit 1 ;; *psql*) cat >/dev/null ;; esac');
    expect(machine.run("migrate-postgres.sh").status).not.toBe(0);
    writeFileSync(machine.at("data/postgres/18/half"), "");
    machine.command("docker", 'case "$*" in *pg_dump*) echo ok ;; *psql*) cat >"$HERE/restored" ;; esac');
    expect(machine.run("migrate-postgres.sh").status).toBe(0);
    expect(existsSync(machine.at("data/postgres/18/half"))).toBe(false);
    expect(machine.read("restored")).toBe("ok\n");
  });

  test("a server that does not start ends the migration", () => {
    major(17);
    machine.set({ POSTGRES_VERSION: "18.1", POSTGRES_MIGRATE_FROM: "17.7" });
    machine.command("docker", 'case "$*" in *pg_isready*) exit 1 ;; esac');
    const { status, output } = machine.run("migrate-postgres.sh");
    expect(status).toBe(1);
    expect(output).toContain("version 17.7 did not start");
  });
});

onLinux("start.sh", () => {
  const docker = (missing: string) =>
    machine.command("docker", `case "$*" in ${missing}) exit 1 ;; *psql*) cat >"$HERE/sql" ;; esac`);

  test("builds the missing image, then starts in order and sets the database's password", () => {
    docker('"image inspect"*');
    expect(machine.run("start.sh").status).toBe(0);
    expect(machine.calls().map((call) => call.split(" ").slice(1, 5).join(" "))).toEqual([
      "image inspect crime-dbt:1",
      "compose build --quiet dbt",
      "compose up -d --wait",
      "compose exec -T postgres",
      "compose up -d --wait",
    ]);
    expect(machine.read("sql")).toBe(
      "\\set password `cat /run/secrets/crime/postgres_password`\nalter role kestra password :'password';\n",
    );
  });

  test("an image that is there is not built again", () => {
    docker("nothing");
    machine.run("start.sh");
    expect(machine.calls().join()).not.toContain("build");
  });

  test("a failed build starts Kestra all the same, and says so in the end", () => {
    docker('"image inspect"*|*build*');
    const { status, output } = machine.run("start.sh");
    expect(status).toBe(1);
    expect(output).toContain("Kestra runs, its dbt tasks will fail");
    expect(machine.calls().at(-1)).toBe("docker compose up -d --wait --remove-orphans");
  });
});

onLinux("disk-usage.sh", () => {
  test("prints the fuller disk through Docker's own way to the logs", () => {
    machine.command("df", "printf 'Use%%\\n 41%%\\n  7%%\\n'");
    machine.command("docker", "");
    expect(machine.run("disk-usage.sh").status).toBe(0);
    expect(machine.calls().at(-1)).toBe(
      'docker run --rm --network none --log-driver gcplogs --entrypoint echo postgres:17.7-bookworm crime_disk {"used_percent":41}',
    );
  });
});

onLinux("bring-cloud-init.sh", () => {
  test("does nothing where cloud-init is there", () => {
    machine.command("cloud-init", "");
    machine.command("apt-get", "");
    expect(machine.run("bring-cloud-init.sh").status).toBe(0);
    expect(machine.calls()).toEqual([]);
  });
});
