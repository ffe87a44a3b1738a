import { Annotations, TerraformResource, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";

/** The arguments of one resource, as they will stand in the stack's JSON. */
export type Arguments = Readonly<Record<string, unknown>>;

/** One rule that every resource must keep. */
export interface Policy {
  /** Name by which it is suppressed and reported. */
  readonly id: string;
  /** Why the rule is there. */
  readonly reason: string;
  /**
   * Looks at one resource.
   *
   * @returns what is wrong with it, or nothing
   */
  check(type: string, args: Arguments, resource: TerraformResource): string | undefined;
}

const suppressionKey = "policy-suppression";

/**
 * Lets everything under a construct off one rule.
 *
 * @param reason why that is right here; at least a short sentence
 * @throws Error when no real reason is given
 */
export function suppress(construct: IConstruct, policy: Policy, reason: string): void {
  if (reason.trim().length < 20) {
    throw new Error(`${policy.id} can be suppressed on ${construct.node.path} only with a written reason`);
  }
  construct.node.addMetadata(suppressionKey, { policy: policy.id, reason });
}

const isSuppressed = (resource: IConstruct, policy: Policy): boolean =>
  resource.node.scopes.some((scope) =>
    scope.node.metadata.some(
      ({ type, data }) => type === suppressionKey && (data as { policy: string }).policy === policy.id,
    ),
  );

/** Holds every resource against the rules; a broken one fails the synthesis and names the construct's path. */
export class Policies implements IAspect {
  constructor(private readonly policies: readonly Policy[]) {}

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource)) return;
    const type = node.terraformResourceType;
    const args = argumentsOf(node);
    for (const policy of this.policies) {
      const fault = policy.check(type, args, node);
      if (fault !== undefined && !isSuppressed(node, policy)) {
        Annotations.of(node).addError(`${policy.id}: ${fault}. ${policy.reason}`);
      }
    }
  }
}

function argumentsOf(resource: TerraformResource): Arguments {
  const byType = (resource.toTerraform() as { resource: Record<string, Record<string, Arguments>> }).resource;
  return byType[resource.terraformResourceType]![resource.friendlyUniqueId]!;
}

/** A nested block, which the providers' JSON writes as one object or as a list of them. */
export const blocks = (value: unknown): Arguments[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]) as Arguments[];
