import { blocks, type Arguments, type Policy } from "./policy";

/** Everything stays in one region: a load job refuses to read a bucket of another one. */
export const oneLocation = (location: string): Policy => ({
  id: "one-location",
  reason: `The one location is ${location}: BigQuery refuses to load from a bucket elsewhere`,
  check(_type, args) {
    const elsewhere = placesOf(args).find((place) => !isIn(place, location));
    return elsewhere && `it would be in ${elsewhere}`;
  },
});

function placesOf(args: Arguments): string[] {
  const replicas = blocks(args["replication"])
    .flatMap((replication) => [replication, ...blocks(replication["user_managed"])])
    .flatMap((managed) => blocks(managed["replicas"]));
  const snapshots = blocks(args["snapshot_schedule_policy"]).flatMap((policy) =>
    blocks(policy["snapshot_properties"]).flatMap(
      (properties) => (properties["storage_locations"] ?? []) as string[],
    ),
  );
  return [
    args["location"],
    args["region"],
    args["zone"],
    ...replicas.map((replica) => replica["location"]),
    ...snapshots,
  ].filter(
    (place): place is string => typeof place === "string" && !place.includes("${") && place !== "global",
  );
}

const isIn = (place: string, location: string): boolean =>
  place.toLowerCase() === location || place.startsWith(`${location}-`);
