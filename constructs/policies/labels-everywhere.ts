import { labelArgument } from "../labels";
import type { Policy } from "./policy";

/** The labels by which cost and ownership are found again. */
const requiredLabels = ["app", "stack"] as const;

export const labelsEverywhere: Policy = {
  id: "labels-everywhere",
  reason: `Cost and ownership are read from the labels ${requiredLabels.join(" and ")}`,
  check(type, args, resource) {
    const argument = labelArgument(resource);
    if (!argument || type.startsWith("docker_")) return undefined;
    const labels = (args[argument === "labels" ? "labels" : "user_labels"] ?? {}) as Record<string, string>;
    const missing = requiredLabels.filter((label) => !labels[label]);
    return missing.length ? `it lacks the label ${missing.join(" and ")}` : undefined;
  },
};
