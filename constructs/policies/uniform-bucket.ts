import type { Policy } from "./policy";

export const uniformBucket: Policy = {
  id: "uniform-bucket",
  reason: "One set of rules a bucket: lists on single objects hide who may read them",
  check: (type, args) =>
    type === "google_storage_bucket" && args["uniform_bucket_level_access"] !== true
      ? "uniform_bucket_level_access is off"
      : undefined,
};
