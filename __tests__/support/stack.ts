import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { Testing, TerraformStack } from "cdktf";

type Arguments = Record<string, unknown>;

/** What a stack became: its resources by type, without CDKTF's own notes. */
export interface Synthesized {
  /** In the order of their construct ids, which is how CDKTF writes them. */
  readonly all: (type: string) => Arguments[];
  /** The only resource of its type. */
  readonly one: (type: string) => Arguments;
  /** Type -> count. */
  readonly counts: Record<string, number>;
  readonly json: {
    terraform: Arguments;
    provider: Record<string, Arguments[]>;
    output?: Record<string, { value: unknown }>;
    data?: unknown;
  };
}

const withoutNotes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, inner]) => [key, withoutNotes(inner)]),
  );
};

/** Reads the JSON of a synthesized stack. */
export function parsed(text: string): Synthesized {
  const json = withoutNotes(JSON.parse(text)) as Synthesized["json"] & {
    resource?: Record<string, Record<string, Arguments>>;
  };
  const all = (type: string) => Object.values(json.resource?.[type] ?? {});
  return {
    json,
    all,
    one(type) {
      const found = all(type);
      if (found.length !== 1) throw new Error(`${found.length} resources of ${type}`);
      return found[0]!;
    },
    counts: Object.fromEntries(
      Object.entries(json.resource ?? {}).map(([type, byName]) => [type, Object.keys(byName).length]),
    ),
  };
}

/** An empty stack with the providers. */
export function emptyStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test");
  new GoogleProvider(stack, "Google", { project: "p" });
  new DockerProvider(stack, "Docker");
  return stack;
}

/** Synthesizes what `build` puts into an empty stack. */
export function synthesize(build: (stack: TerraformStack) => void): Synthesized {
  const stack = emptyStack();
  build(stack);
  return parsed(Testing.synth(stack, true));
}
