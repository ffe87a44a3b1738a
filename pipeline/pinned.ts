import type { Attempt } from "./attempt";
import type { Lake } from "./lake";

/** The same attempts with the snapshots that the lake held on a day. */
export async function pinned(
  attempts: readonly Attempt[],
  day: string,
  lake: Pick<Lake, "snapshots">,
): Promise<Attempt[]> {
  return Promise.all(
    attempts.map(async (made) => {
      const snapshots = await lake.snapshots(made.dataset.id);
      const snapshot = snapshots.findLast(({ snapshotDate }) => snapshotDate <= day);
      const reason = [made.reason, `pinned to ${day}`].filter(Boolean).join("; ");
      return { ...made, snapshot, reason };
    }),
  );
}
