import type { RequestListener } from "node:http";
import { Google } from "../../kestra/steps/google";
import { listen } from "../support/server";

/** Asks a stand-in for Cloud Storage that answers so. */
async function reading(listener: RequestListener): Promise<string> {
  const server = await listen(listener);
  const google = new Google("p", "l", { STORAGE_EMULATOR_HOST: server.url });
  try {
    return await google.read("bucket", "a/b.json");
  } finally {
    await server.stop();
  }
}

describe("a step's reading of Google", () => {
  it("asks again after a server's fault and a broken connection", async () => {
    let asked = 0;
    const text = await reading((request, response) => {
      if (++asked === 1) request.socket.destroy();
      else if (asked === 2) response.writeHead(503).end("busy");
      else response.end("here");
    });
    expect([text, asked]).toEqual(["here", 3]);
  });

  it("tells a refusal in one line, at once", async () => {
    let asked = 0;
    const refused = reading((_, response) => {
      asked++;
      response.writeHead(403).end('{\n  "error": "no access"\n}');
    });
    await expect(refused).rejects.toThrow(/^GET http:\S+\/o\/a%2Fb.json: 403 { "error": "no access" }$/);
    expect(asked).toBe(1);
  });
});
