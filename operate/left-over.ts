import type { Settings } from "../config";
import { priceOf } from "../cost/prices";
import { namesOf, type CloudStackName } from "../stacks/names";
import { cloudStacks, doomedOf } from "../stacks/steps";

/** Something that is still there, what it costs, and the command that removes it. */
export interface LeftOver {
  readonly what: string;
  readonly costs: string;
  readonly remove: string;
}

/** What each stack holds, in words. */
function holds(settings: Settings): Record<CloudStackName, string> {
  const { rawBucket, processedBucket, dashboardBucket, datasets, dataDisk, host } = namesOf(settings);
  return {
    "crime-data":
      `buckets ${rawBucket}, ${processedBucket}, ${dashboardBucket}; datasets ${Object.values(datasets).join(", ")}; ` +
      `disk ${dataDisk} (${settings.dataDiskGb} GB); Kestra's secrets; the pipeline's identity`,
    "crime-delivery": "the federation with GitHub and its three identities",
    "crime-orchestrator": `the VM ${host}, its network, alerts and budget`,
  };
}

/** What goes and what stays, a line for each stack. */
export function goesAndStays(settings: Settings, includingData: boolean): string[] {
  const goes = doomedOf(settings, { includingData });
  return cloudStacks(settings).map(
    (stack) => `${goes.includes(stack) ? "goes " : "stays"} ${stack}: ${holds(settings)[stack]}`,
  );
}

/** What `crime down` leaves behind, with the list prices of `cost/prices.json`, in US dollars a month. */
export function leftOver(settings: Settings, includingData: boolean): LeftOver[] {
  const { projectId, dataDiskGb, stateBucket } = settings;
  const { dataDisk } = namesOf(settings);
  const a = (name: string): string => `${priceOf(name).usd} a GiB`;
  const disk = Math.round(dataDiskGb * priceOf("pd-balanced").usd);
  const ofDisk = `--project=${projectId} --filter="sourceDisk~/${dataDisk}$"`;
  const data: LeftOver[] = includingData
    ? [
        {
          what: "what the buckets held, recoverable for 7 days",
          costs: "like the buckets, until it expires by itself",
          remove: "nothing to do",
        },
        {
          what: `snapshots of the disk ${dataDisk}`,
          costs: `${a("snapshot")} that they hold`,
          remove: `gcloud compute snapshots delete $(gcloud compute snapshots list ${ofDisk} --format="value(name)") --project=${projectId}`,
        },
      ]
    : [
        {
          what: `crime-data: ${holds(settings)["crime-data"]}; the page stays readable`,
          costs:
            `the disk about ${disk}, at ${a("pd-balanced")}; its snapshots ${a("snapshot")} that they hold; buckets ` +
            `${a("bucket-standard")}; datasets nothing below ${priceOf("bigquery-storage").free} GiB; secrets ` +
            `${priceOf("secret-version").usd} each beyond ${priceOf("secret-version").free}`,
          remove: "npx crime down --including-data",
        },
      ];
  const federation: LeftOver[] = includingData
    ? [
        {
          what: "the names of the federation with GitHub, which Google keeps for 30 days",
          costs: "nothing",
          remove: "nothing to do; docs/infrastructure.md tells how to deploy again before",
        },
      ]
    : [
        {
          what: `crime-delivery: ${holds(settings)["crime-delivery"]}`,
          costs: "nothing",
          remove: "npm run destroy -- crime-delivery",
        },
      ];
  return [
    ...data,
    ...(settings.githubRepository === undefined ? [] : federation),
    stateBucket === undefined
      ? {
          what: "Terraform's states in terraform-state on this machine",
          costs: "nothing",
          remove: includingData ? "rm -r terraform-state" : "keep them: the data are known by them",
        }
      : {
          what: `Terraform's states in gs://${stateBucket}`,
          costs: "a fraction of a cent",
          remove: includingData
            ? `gcloud storage rm --recursive gs://${stateBucket}`
            : "keep them: the data are known by them",
        },
    {
      what: "Google's APIs stay switched on",
      costs: "nothing",
      remove: `gcloud services disable NAME --project=${projectId}`,
    },
  ];
}

/** The remains, one line each. */
export const renderLeftOver = (remains: readonly LeftOver[]): string[] =>
  remains.map(({ what, costs, remove }) => `left: ${what}\n      costs ${costs}\n      to remove: ${remove}`);
