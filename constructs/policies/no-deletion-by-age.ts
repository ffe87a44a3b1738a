import { blocks, type Policy } from "./policy";

export const noDeletionByAge: Policy = {
  id: "no-deletion-by-age",
  reason: "The publisher replaces its files: an old snapshot is the only copy of the past",
  check(type, args) {
    if (type !== "google_storage_bucket") return undefined;
    const deletesLive = blocks(args["lifecycle_rule"]).some((rule) => {
      const deletes = blocks(rule["action"]).some((action) => action["type"] === "Delete");
      const spares = blocks(rule["condition"]).some(
        (condition) =>
          condition["with_state"] === "ARCHIVED" ||
          condition["days_since_noncurrent_time"] !== undefined ||
          condition["num_newer_versions"] !== undefined,
      );
      return deletes && !spares;
    });
    return deletesLive ? "a lifecycle rule deletes live objects" : undefined;
  },
};
