import { createHash } from "node:crypto";
import type { KvValue, StoredValue } from "./values";

/** What should be on the server. */
export interface Desired {
  readonly namespace: string;
  readonly kv: ReadonlyMap<string, DesiredKv>;
  /** Path from the namespace's root, without a slash before it -> bytes. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Flow id -> YAML, callees before callers. */
  readonly flows: ReadonlyMap<string, string>;
}

export interface DesiredKv {
  readonly value: KvValue;
  readonly description: string;
  /** Never shown, and nothing of it is kept outside the entry itself. */
  readonly secret: boolean;
}

/** What is on the server, as far as it concerns a deployment. */
export interface Actual {
  readonly kv: ReadonlyMap<string, StoredValue>;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly flows: ReadonlyMap<string, ActualFlow>;
  /** What `.deploy/manifest.json` says, empty when it is not there. */
  readonly manifest: Manifest;
}

export interface ActualFlow {
  readonly source: string;
  readonly ours: boolean;
}

export type Kind = "kv" | "file" | "flow";

/** One object that this deployment owns. */
export interface Owned {
  readonly kind: Exclude<Kind, "flow">;
  readonly key: string;
  /** Of what was last written; `null` for a secret. */
  readonly sha256: string | null;
  /** Deployment that wrote it. */
  readonly deployment: string;
}

/** The ownership list: it says who owns, never what is there. */
export interface Manifest {
  readonly owned: readonly Owned[];
}

/** Where the ownership list lies. */
export const MANIFEST = ".deploy/manifest.json";

/** The label by which our flows are known. */
export const OWNER = { key: "managed-by", value: "toronto-crime-pipeline" } as const;

export const sha256 = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("hex");

/** A flow's source as it is compared: Kestra does not keep the white space at its end. */
export const trimmed = (source: string): string => source.replace(/\r\n/g, "\n").trimEnd() + "\n";
