import { UserError } from "../errors";
import { garbled, type KestraClient } from "./client";
import {
  MANIFEST,
  OWNER,
  type Actual,
  type ActualFlow,
  type Desired,
  type Kind,
  type Manifest,
  type Owned,
} from "./deployment";
import { encode, type StoredValue } from "./values";

/** A server that this project does not work with, however long one waits. */
export class KestraTooOld extends UserError {}

/** How many calls are under way at once. */
export const AT_ONCE = 8;

interface Labelled {
  readonly id: string;
  readonly source?: string;
  /** A list in 2.0, a map before. */
  readonly labels?: readonly { key: string; value: string }[] | Readonly<Record<string, string>> | null;
}

/** One namespace on a Kestra server: reads what is there, writes and deletes single objects. */
export class KestraNamespace {
  constructor(
    private readonly client: KestraClient,
    readonly namespace: string,
  ) {}

  /**
   * The server's version.
   *
   * @throws KestraTooOld when it is older than 2.0
   */
  async version(): Promise<string> {
    const { version } = (await this.client.call<{ version?: string }>("configs")) ?? {};
    const major = Number(/^v?(\d+)\./.exec(version ?? "")?.[1]);
    if (major >= 2) return version!;
    throw new KestraTooOld(
      `Kestra ${version ?? "of an unknown version"} is too old: 2.0 or later is needed`,
      this.client.connection.url,
      "upgrade the server",
    );
  }

  /** What a deployment may meet: every flow, but entries and files only if they are wanted or owned. */
  async read(wanted: Pick<Desired, "kv" | "files">): Promise<Actual> {
    const filter = { query: { "filters[namespace][EQUALS]": this.namespace } };
    const [flows, entries, listed, manifest] = await Promise.all([
      this.client.all<Labelled>("searchFlows", filter),
      this.client.all<{ key: string }>("listKv", filter),
      this.client.call<string[] | undefined>("searchFiles", { ...this.here(), query: { q: "" } }),
      this.manifest(),
    ]);
    const concerning = (
      kind: Owned["kind"],
      there: readonly string[],
      sought: ReadonlyMap<string, unknown>,
    ) => {
      const owned = new Set(manifest.owned.filter((entry) => entry.kind === kind).map(({ key }) => key));
      return there.filter((key) => sought.has(key) || owned.has(key));
    };
    const paths = concerning(
      "file",
      arrayOf(listed, "GET namespace files").map((path) => path.replace(/^\/+/, "")),
      wanted.files,
    );
    const keys = concerning(
      "kv",
      entries.map(({ key }) => key),
      wanted.kv,
    );
    return {
      manifest,
      files: new Map(await inParallel(paths, (path) => this.readFile(path))),
      flows: new Map(
        (await inParallel(flows, ({ id }) => this.readFlow(id))).filter((flow) => flow !== undefined),
      ),
      kv: new Map((await inParallel(keys, (key) => this.readKv(key))).filter((entry) => entry !== undefined)),
    };
  }

  /** The ownership list alone. */
  async manifest(): Promise<Manifest> {
    return parseManifest(await this.client.find<Buffer>("readFile", this.file(MANIFEST)));
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.writeFile(MANIFEST, Buffer.from(JSON.stringify(manifest, null, 2) + "\n"));
  }

  /** Creates or replaces one object. */
  async write(kind: Kind, key: string, desired: Desired, exists: boolean): Promise<void> {
    if (kind === "file") return this.writeFile(key, desired.files.get(key)!);
    if (kind === "kv") {
      const { value, description } = desired.kv.get(key)!;
      await this.client.call("writeKv", {
        ...this.here({ key }),
        headers: { description },
        body: encode(value),
      });
      return;
    }
    const body = desired.flows.get(key)!;
    if (exists) await this.client.call("updateFlow", { ...this.here({ id: key }), body });
    else await this.client.call("createFlow", { body });
  }

  async delete(kind: Kind, key: string): Promise<void> {
    if (kind === "kv") await this.client.find("deleteKv", this.here({ key }));
    else if (kind === "flow") await this.client.find("deleteFlow", this.here({ id: key }));
    else await this.client.find("deleteFile", this.file(key));
  }

  /** One object as the server has it now. */
  async readOne(kind: Kind, key: string): Promise<StoredValue | Buffer | string | undefined> {
    if (kind === "kv") return (await this.readKv(key))?.[1];
    if (kind === "flow") return (await this.readFlow(key))?.[1].source;
    return this.client.find<Buffer>("readFile", this.file(key));
  }

  /**
   * Lets the server judge flows without keeping them.
   *
   * @returns the faults, as `flow: message`
   */
  async validate(flows: readonly (readonly [id: string, source: string])[]): Promise<string[]> {
    if (flows.length === 0) return [];
    const body = flows.map(([, source]) => source.replace(/^---\n/, "").trimEnd()).join("\n---\n") + "\n";
    const verdicts = await this.client.call<{ constraints?: string | null }[]>("validateFlows", { body });
    return arrayOf(verdicts, "POST /flows/validate").flatMap(({ constraints }, at) =>
      constraints ? [`${flows[at]?.[0]}: ${constraints.replace(/ \(class [^)]*\)/g, "")}`] : [],
    );
  }

  private async readFile(path: string): Promise<readonly [string, Buffer]> {
    const bytes = await this.client.call<Buffer>("readFile", this.file(path));
    return [path, Buffer.from(bytes ?? [])];
  }

  private async readKv(key: string): Promise<readonly [string, StoredValue] | undefined> {
    const stored = await this.client.find<StoredValue>("readKv", this.here({ key }));
    return stored && [key, stored];
  }

  private async readFlow(id: string): Promise<readonly [string, ActualFlow] | undefined> {
    const flow = await this.client.find<Labelled>("readFlow", {
      ...this.here({ id }),
      query: { source: "true" },
    });
    return flow && [id, { source: flow.source ?? "", ours: isOurs(flow) }];
  }

  private async writeFile(path: string, bytes: Buffer): Promise<void> {
    await this.client.call("writeFile", { ...this.file(path), form: { fileContent: bytes } });
  }

  private here(more: Readonly<Record<string, string>> = {}) {
    return { path: { namespace: this.namespace, ...more } };
  }

  private file(path: string) {
    return { ...this.here(), query: { path: `/${path}` } };
  }
}

/** A list, which the server leaves out when it is empty; anything else would be taken for an empty server. */
function arrayOf<T>(answer: readonly T[] | null | undefined, place: string): readonly T[] {
  const list: unknown = answer ?? [];
  if (!Array.isArray(list)) throw garbled(place);
  return list as readonly T[];
}

function isOurs({ labels }: Labelled): boolean {
  const pairs = Array.isArray(labels)
    ? (labels as { key: string; value: string }[]).map(({ key, value }) => [key, value] as const)
    : Object.entries((labels ?? {}) as Record<string, string>);
  return pairs.some(([key, value]) => key === OWNER.key && value === OWNER.value);
}

function parseManifest(bytes: Buffer | undefined): Manifest {
  if (bytes === undefined) return { owned: [] };
  try {
    const { owned } = JSON.parse(bytes.toString("utf8")) as Manifest;
    if (Array.isArray(owned)) return { owned };
  } catch {
    // Told below.
  }
  throw new UserError(
    "the list of what deployments own cannot be read",
    `namespace file ${MANIFEST}`,
    "restore an older revision of it in Kestra, or delete it and deploy with --adopt",
  );
}

/**
 * Runs `work` on all items, a few at a time, and keeps their order. After a failure nothing more is begun.
 *
 * @throws the first failure, once none is at work any more
 */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await work(items[at]!);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
