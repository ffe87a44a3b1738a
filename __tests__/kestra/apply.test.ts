import { KestraClient } from "../../kestra/client";
import { apply, prepare } from "../../kestra/deploy";
import { AT_ONCE } from "../../kestra/server";
import { KestraStandIn } from "../support/kestra-stand-in";
import { desire, text } from "./support";

let kestra: KestraStandIn;
let client: KestraClient;
beforeEach(async () => {
  kestra = new KestraStandIn();
  client = new KestraClient({ url: await kestra.start(), username: "u", password: "p", retryDelayMs: 5 });
});
afterEach(async () => {
  client.close();
  await kestra.stop();
});

it("after a failure writes nothing more, and tells all that was applied", async () => {
  const entries = Array.from({ length: 60 }, (_, n) => [`entry_${n}`, text("x")] as const);
  const desired = desire({ kv: Object.fromEntries(entries) });
  kestra.meddle = (call, response) => {
    if (call !== "PUT /kv/entry_3") return false;
    response.writeHead(400, { "content-type": "application/json" }).end('{"message":"no"}');
    return true;
  };
  const told: string[] = [];
  const failure = await apply(await prepare(client, desired), desired, {
    onChange: ({ key }) => void told.push(`kv ${key}`),
  }).then(
    () => "applied",
    (error: Error) => error.message,
  );
  const written = [...kestra.kv.keys()].map((key) => `kv ${key}`);
  expect(written.length).toBeLessThan(2 * AT_ONCE);
  expect([...told].sort()).toEqual(written.sort());
  expect(failure).toContain("Kestra answered 400: no (PUT /namespaces/toronto.crime/kv/entry_3)");
  expect(failure).toContain(`applied so far: ${told.join(", ")}; `);

  const writes = kestra.changes.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([kestra.changes.length, told.length]).toEqual([writes, written.length]);
});

it("reads no file or entry of others", async () => {
  const desired = desire({ kv: { ours: text("x") }, files: { "sql/a.sql": "select 1" } });
  await apply(await prepare(client, desired), desired);
  kestra.files.set("theirs.bin", Buffer.alloc(9));
  kestra.kv.set("theirs", "1");
  const read: string[] = [];
  kestra.meddle = (call) => void read.push(call);
  const gone = desire({});
  const { plan } = await prepare(client, gone);
  expect(plan.prunable.map(({ key }) => key)).toEqual(["ours", "sql/a.sql"]);
  expect(read).toContain("GET /files sql/a.sql");
  expect(read.filter((call) => call.includes("theirs"))).toEqual([]);
});
