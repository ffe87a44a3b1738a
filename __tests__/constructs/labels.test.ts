import { Image } from "@cdktf/provider-docker/lib/image";
import { Container } from "@cdktf/provider-docker/lib/container";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { Aspects } from "cdktf";
import { Labels } from "../../constructs/labels";
import { synthesize } from "../support/stack";

const labelled = (build: Parameters<typeof synthesize>[0]) =>
  synthesize((stack) => {
    build(stack);
    Aspects.of(stack).add(new Labels({ app: "crime", stack: "test" }));
  });

test("everything that takes labels gets them; its own win", () => {
  const { all } = labelled((stack) => {
    new StorageBucket(stack, "Plain", { name: "plain", location: "X" });
    new StorageBucket(stack, "Own", { name: "own", location: "X", labels: { app: "mine", kind: "raw" } });
  });
  expect(all("google_storage_bucket").map((bucket) => bucket["labels"])).toEqual([
    { app: "mine", stack: "test", kind: "raw" },
    { app: "crime", stack: "test" },
  ]);
});

test("monitoring calls them user labels and means something else by labels", () => {
  const { one } = labelled((stack) => {
    new MonitoringNotificationChannel(stack, "Mail", { type: "email", labels: { email_address: "a@b.ca" } });
  });
  expect(one("google_monitoring_notification_channel")).toMatchObject({
    labels: { email_address: "a@b.ca" },
    user_labels: { app: "crime", stack: "test" },
  });
});

test("a resource without labels and Docker's containers are left alone", () => {
  const { one } = labelled((stack) => {
    new ComputeNetwork(stack, "Network", { name: "n" });
    const image = new Image(stack, "Image", { name: "i:1" });
    new Container(stack, "Container", { name: "c", image: image.imageId });
  });
  expect(one("google_compute_network")).toEqual({ name: "n" });
  expect(one("docker_container")).not.toHaveProperty("labels");
});
