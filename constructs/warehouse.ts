import { BigqueryDataset } from "@cdktf/provider-google/lib/bigquery-dataset";
import { BigqueryDatasetIamMember } from "@cdktf/provider-google/lib/bigquery-dataset-iam-member";
import { BigqueryTable } from "@cdktf/provider-google/lib/bigquery-table";
import { Construct } from "constructs";
import type { IIdentity } from "./identity";
import { opsTables } from "./ops-tables";

/** The layers of the warehouse, in the order in which data pass through them. */
export const layers = ["raw", "staging", "audit", "marts", "ops"] as const;
export type Layer = (typeof layers)[number];

const descriptions: Readonly<Record<Layer, string>> = {
  raw: "The publisher's rows as text, one table a dataset",
  staging: "Typed and cleaned rows; rebuilt on every run",
  audit: "Marts being built and tested, before anyone reads them",
  marts: "Published marts",
  ops: "What the pipeline tried, and what it published",
};

export interface IWarehouse {
  /** Dataset id of each layer. */
  readonly datasetIds: Readonly<Record<Layer, string>>;
  grantRead(reader: IIdentity): void;
  grantBuild(builder: IIdentity): void;
}

export interface WarehouseProps {
  readonly project: string;
  readonly location: string;
  /**
   * Written before the layer's name.
   * @default "crime_"
   */
  readonly datasetPrefix?: string;
  /**
   * Days after which tables of staging and audit vanish.
   * @default 30
   */
  readonly scratchDays?: number;
  /**
   * Cloud KMS key.
   * @default Google's own key
   */
  readonly kmsKey?: string;
  /**
   * Refuses to destroy tables.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * The datasets, and the two tables that record what happened.
 *
 * Tables of the other layers belong to the pipeline: it alone knows their columns.
 */
export class Warehouse extends Construct implements IWarehouse {
  /** The dataset ids that a prefix gives. */
  static idsOf(prefix: string): Record<Layer, string> {
    return Object.fromEntries(layers.map((layer) => [layer, prefix + layer])) as Record<Layer, string>;
  }

  readonly datasetIds: Readonly<Record<Layer, string>>;
  private readonly datasets: Readonly<Record<Layer, BigqueryDataset>>;

  constructor(scope: Construct, id: string, props: WarehouseProps) {
    super(scope, id);
    const { project, kmsKey, deletionProtection = true, scratchDays = 30 } = props;
    this.datasetIds = Warehouse.idsOf(props.datasetPrefix ?? "crime_");
    this.datasets = Object.fromEntries(
      layers.map((layer) => [
        layer,
        new BigqueryDataset(this, layer, {
          project,
          datasetId: this.datasetIds[layer],
          location: props.location,
          description: descriptions[layer],
          deleteContentsOnDestroy: !deletionProtection,
          ...(isScratch(layer) && { defaultTableExpirationMs: scratchDays * 86_400_000 }),
          ...(kmsKey && { defaultEncryptionConfiguration: { kmsKeyName: kmsKey } }),
        }),
      ]),
    ) as Record<Layer, BigqueryDataset>;
    for (const [tableId, { description, columns }] of Object.entries(opsTables)) {
      new BigqueryTable(this, tableId, {
        project,
        datasetId: this.datasets.ops.datasetId,
        tableId,
        description,
        schema: JSON.stringify(columns),
        deletionProtection,
        ...(kmsKey && { encryptionConfiguration: { kmsKeyName: kmsKey } }),
      });
    }
  }

  /** Lets someone read the published marts. */
  grantRead(reader: IIdentity): void {
    this.grant("marts", reader, "roles/bigquery.dataViewer");
  }

  /** Lets someone create, fill and drop tables in every layer. */
  grantBuild(builder: IIdentity): void {
    for (const layer of layers) this.grant(layer, builder, "roles/bigquery.dataEditor");
  }

  private grant(layer: Layer, user: IIdentity, role: string): void {
    new BigqueryDatasetIamMember(this, `${layer}-${role}-${user.id}`, {
      project: this.datasets[layer].project,
      datasetId: this.datasets[layer].datasetId,
      role,
      member: user.member,
    });
  }
}

const isScratch = (layer: Layer): boolean => layer === "staging" || layer === "audit";
