import { z } from "zod";
import type { Dataset } from "../datasets";
import { get, textOf, Unreachable } from "./http";

export const PORTAL = "https://ckan0.cf.opendata.inter.prod-toronto.ca";

/** The one resource of a package that holds the current rows. */
export interface PortalResource {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
  readonly dumpUrl: string;
}

const packageReply = z.object({
  success: z.literal(true),
  result: z.object({
    resources: z.array(
      z.object({
        id: z.string(),
        datastore_active: z
          .union([z.boolean(), z.string().transform((text) => text.toLowerCase() === "true")])
          .nullish(),
        last_modified: z.string().nullish(),
        created: z.string().nullish(),
      }),
    ),
  }),
});

const STAMP = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})?$/;

const searchReply = z.object({ success: z.literal(true), result: z.object({ total: z.number().int() }) });

/** The City's open data portal (CKAN 2.9 API). Source: https://docs.ckan.org/en/2.9/maintaining/datastore.html */
export class Portal {
  constructor(readonly base: string = PORTAL) {}

  /**
   * The datastore-active resource with the newest `last_modified`. Never a fixed id or name: a renamed
   * dataset leaves its old resource behind, which goes on answering with old rows.
   *
   * @throws Unreachable
   */
  async currentResource(dataset: Dataset): Promise<PortalResource> {
    const reply = await this.action("package_show", { id: dataset.portalPackage }, packageReply);
    // What is no time stamp is as good as none: it neither decides nor goes into the warehouse.
    const changed = ({ last_modified, created }: (typeof reply.result.resources)[number]): string =>
      [last_modified, created].find((stamp) => stamp && STAMP.test(stamp)) ?? "";
    const current = reply.result.resources
      .filter((resource) => resource.datastore_active === true)
      .sort((a, b) => (changed(a) < changed(b) ? 1 : -1))[0];
    if (!current)
      throw new Unreachable(`${this.base}: package ${dataset.portalPackage} has no datastore resource`);
    const stamp = changed(current);
    return {
      id: current.id,
      lastModified: stamp === "" || /Z|[+-]\d{2}:\d{2}$/.test(stamp) ? stamp : `${stamp}Z`,
      dumpUrl: `${this.base}/datastore/dump/${current.id}`,
    };
  }

  /** Rows that the datastore counts right now. */
  async totalRows(resource: PortalResource): Promise<number> {
    const query = { resource_id: resource.id, limit: "0", include_total: "true" };
    return (await this.action("datastore_search", query, searchReply)).result.total;
  }

  private async action<T>(name: string, query: Record<string, string>, schema: z.ZodType<T>): Promise<T> {
    const url = `${this.base}/api/3/action/${name}?${new URLSearchParams(query).toString()}`;
    try {
      return schema.parse(JSON.parse(await textOf(await get(url))));
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      throw new Unreachable(`${url}: not the answer of an open data portal`);
    }
  }
}
