import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { packageOf, PortalStandIn } from "../../support/portal";
import { bodyOf, listen, type Listening } from "../../support/server";
import { ground } from "./ground";
import type { Injected } from "./laptop";
import type { World } from "./world";

/** Answers instead of the portal when it answers true. */
export type Answer = (path: string, response: ServerResponse, request: IncomingMessage) => boolean | void;

/** A server that meddles with some answers and hands all others on to another one. */
export async function meddling(
  upstream: string,
  meddle: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<Listening> {
  return listen((request, response) => {
    if (meddle(request, response)) return;
    void bodyOf(request).then(async (body) => {
      const type = request.headers["content-type"];
      const reply = await fetch(upstream + request.url, {
        method: request.method ?? "GET",
        ...(type && { headers: { "content-type": type } }),
        ...(body.length > 0 && { body }),
      });
      response.writeHead(reply.status, {
        "content-type": reply.headers.get("content-type") ?? "text/plain",
      });
      response.end(Buffer.from(await reply.arrayBuffer()));
    });
  });
}

/** A portal that publishes the ground's files and does one thing wrong, until it is mended. */
export async function faultyPortal(
  world: World,
  answer: Answer,
  choice: "auto" | "portal" = "auto",
): Promise<Injected> {
  const portal = new PortalStandIn();
  const upstream = await portal.start();
  const { major, hate } = ground().files;
  const serve = (): void => {
    const lastModified = "2026-10-30T14:00:00.123456";
    portal.packages.set(packageOf.major, { csv: readFileSync(major, "utf8"), lastModified });
    portal.packages.set(packageOf.hate, { csv: readFileSync(hate, "utf8"), lastModified });
  };
  serve();
  let broken = true;
  const front = await meddling(upstream, (request, response) =>
    Boolean(broken && answer(request.url ?? "/", response, request)),
  );
  world.servers.push(front.stop, () => portal.stop());
  world.env = { CRIME_PORTAL_URL: front.url };
  const args = ["run", "--source", choice];
  return {
    meet: () => world.run(args),
    mend: () => {
      broken = false;
      serve();
    },
    again: () => world.run(args),
  };
}
