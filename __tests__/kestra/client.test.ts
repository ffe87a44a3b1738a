import type { IncomingMessage, ServerResponse } from "node:http";
import { KestraClient } from "../../kestra/client";
import { KestraNamespace } from "../../kestra/server";
import { listen } from "../support/server";

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A server that answers as a test wants, for what an engine never says. */
async function answering<T>(
  answer: Answer,
  work: (client: KestraClient, count: () => number) => Promise<T>,
): Promise<T> {
  let count = 0;
  const server = await listen((request, response) => answer(request, response, ++count));
  const client = new KestraClient({
    url: server.url,
    username: "u",
    password: "p",
    timeoutMs: 300,
    retryDelayMs: 5,
  });
  try {
    return await work(client, () => count);
  } finally {
    client.close();
    await server.stop();
  }
}

const json =
  (status: number, body: unknown): Answer =>
  (_, response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

const create = { body: "id: a" };

it.each([
  [401, /Kestra answered 401: no \(POST \/flows\): check KESTRA_USERNAME/],
  [409, /409: no/],
  [422, /422: no.*correct what the message names/],
])("says what %i means, at once", async (status, message) => {
  await answering(json(status, { message: "no" }), async (client, count) => {
    await expect(client.call("createFlow", create)).rejects.toThrow(message);
    expect(count()).toBe(1);
  });
});

it("tries again after faults of the server, and tells the last one", async () => {
  await answering(
    (request, response, count) => json(count < 3 ? 502 : 200, { version: "2.0.7" })(request, response, count),
    async (client, count) => {
      expect(await client.call("configs")).toEqual({ version: "2.0.7" });
      expect(count()).toBe(3);
    },
  );
  await answering(
    (_, response) => void response.writeHead(502).end("<html><h1>Bad Gateway</h1></html>"),
    async (client, count) => {
      await expect(client.call("configs")).rejects.toThrow(/502: Bad Gateway/);
      expect(count()).toBe(4);
    },
  );
});

it("sends a POST once, since its answer may be what was lost", async () => {
  await answering(
    (request) => void request.socket.destroy(),
    async (client, count) => {
      await expect(client.call("createFlow", create)).rejects.toThrow(/cannot reach/);
      expect(count()).toBe(1);
      await expect(client.call("configs")).rejects.toThrow(/cannot reach/);
      expect(count()).toBe(5);
    },
  );
});

it("gives up waiting", async () => {
  await answering(
    () => undefined,
    async (client) => {
      await expect(client.call("createFlow", create)).rejects.toThrow(/no answer within 0.3 s/);
    },
  );
});

it("refuses an answer that is no JSON, and lists without results", async () => {
  await answering(
    (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>log in</html>"),
    async (client) => {
      await expect(client.call("configs")).rejects.toThrow(/not Kestra's JSON/);
    },
  );
  await answering(json(200, {}), async (client) => {
    await expect(client.all("searchFlows")).rejects.toThrow(/not Kestra's JSON/);
  });
});

it("sends a body with an empty form, and the login with everything", async () => {
  const seen: (string | undefined)[] = [];
  await answering(
    (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push(request.headers["content-type"], request.headers.authorization, body, request.url);
        response.end("{}");
      });
    },
    (client) => client.call("execute", { path: { namespace: "n", id: "f" } }),
  );
  expect(seen[0]).toMatch(/^multipart\/form-data; boundary=/);
  expect(seen[1]).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
  expect(seen[2]).toMatch(/^--.*--\r\n$/);
  expect(seen[3]).toBe("/api/v1/main/executions/n/f");
});

it.each([
  ["2.0.7", true],
  ["2.1.0-rc1", true],
  ["1.3.44", false],
  [undefined, false],
])("works with version %s: %s", async (version, works) => {
  await answering(json(200, { version }), async (client) => {
    const asked = new KestraNamespace(client, "n").version();
    if (works) expect(await asked).toBe(version);
    else await expect(asked).rejects.toThrow(/too old: 2.0 or later is needed|unknown version/);
  });
});
