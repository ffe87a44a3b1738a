import type { ServerResponse } from "node:http";
import { MANIFEST } from "../../../kestra/deployment";
import { apply, deploying, isWrite } from "../support/deploying";
import { inArea, type Fault } from "../support/fault";
import type { Meddle } from "../../support/kestra-stand-in";

const fault = inArea("kestra");

const SO_FAR = "applied so far: …; …, then run crime kestra apply again, it goes on from there";

const on = (calls: RegExp, answer: (response: ServerResponse) => unknown, times = Infinity): Meddle => {
  let met = 0;
  return (call, response) => {
    if (!calls.test(call) || met++ >= times) return false;
    answer(response);
    return true;
  };
};
const json = (status: number, body: unknown) => (response: ServerResponse) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const page = (status: number, text: string) => (response: ServerResponse) =>
  response.writeHead(status, { "content-type": "text/html" }).end(text);

/** Carries out so many writes, then cuts every connection. */
function cutAfter(writes: number): Meddle {
  let done = 0;
  return (call, response) => {
    if (done >= writes) {
      response.destroy();
      return true;
    }
    if (isWrite(call)) done++;
    return false;
  };
}

const refused = (id: string, broken: string, says: string, meddle: Meddle): Fault =>
  fault(id, {
    broken,
    says: `error: ${says}`,
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "applied, the same objects",
    prove: deploying({ meddle }),
  });
const halfway = (id: string, broken: string, says: string, meddle: Meddle): Fault =>
  fault(id, {
    broken,
    says: `error: ${says}`,
    exit: 1,
    leaves: "what was applied is whole and listed as ours",
    heals: "applied from there on, the same objects",
    prove: deploying({ meddle, halfway: true }),
  });
const tolerated = (id: string, broken: string, meddle: Meddle): Fault =>
  fault(id, {
    broken,
    says: "applied: … changes",
    exit: 0,
    leaves: "tolerated: all is applied",
    heals: "nothing to do",
    prove: deploying({ meddle }),
  });

const LOGIN = "check KESTRA_USERNAME and KESTRA_PASSWORD";
const PROXY = "does the address lead to Kestra, or to a proxy before it?";
const LOG = "look at the server's log, then run this again";

export const KESTRA: readonly Fault[] = [
  fault("absent", {
    broken: "nothing listens at Kestra's address",
    says: "error: cannot reach …: ECONNREFUSED (GET /api/v1/configs): start Kestra, or crime kestra ... --tunnel",
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "applied, the same objects",
    prove: deploying({ args: ["apply", "--yes", "--url", "http://127.0.0.1:9"] }),
  }),
  refused(
    "401",
    "the password is wrong",
    `Kestra answered 401: … (GET /api/v1/configs): ${LOGIN}`,
    on(/./, json(401, {})),
  ),
  refused(
    "403",
    "the user may not list flows",
    `Kestra answered 403: Forbidden (GET /flows/search): ${LOGIN}`,
    on(/flows\/search/, json(403, { message: "Forbidden" })),
  ),
  refused(
    "500",
    "the server fails for ever",
    `Kestra answered 500: Internal error (GET /kv): ${LOG}`,
    on(/^GET \/kv$/, json(500, { message: "Internal error" })),
  ),
  refused(
    "502",
    "a proxy before the server answers with a page",
    `Kestra answered 502: Bad Gateway (GET /api/v1/configs): ${LOG}`,
    on(/./, page(502, "<html>\n<h1>Bad\nGateway</h1></html>")),
  ),
  tolerated("hiccup", "the server fails three times and then works", on(/./, json(503, {}), 3)),
  refused(
    "page-to-log-in",
    "the address leads to a page to log in",
    `the answer is not Kestra's JSON (GET /api/v1/configs): ${PROXY}`,
    on(/./, page(200, "<html>Log in</html>")),
  ),
  refused(
    "list-garbled",
    "the list of flows has another shape",
    `the answer is not Kestra's JSON (GET /flows/search): ${PROXY}`,
    on(/flows\/search/, json(200, { flows: [] })),
  ),
  refused(
    "files-garbled",
    "the list of files has another shape, which looks like an empty server",
    `the answer is not Kestra's JSON (GET namespace files): ${PROXY}`,
    on(/files\/search/, json(200, { error: "later" })),
  ),
  refused(
    "verdicts-garbled",
    "the judgement of the flows has another shape",
    `the answer is not Kestra's JSON (POST /flows/validate): ${PROXY}`,
    on(/flows\/validate/, json(200, { valid: true })),
  ),
  refused(
    "422",
    "the server refuses to judge the flows",
    "Kestra answered 422: Invalid entity (POST /flows/validate): correct what the message names",
    on(/flows\/validate/, json(422, { message: "Invalid entity" })),
  ),
  refused(
    "flow-invalid",
    "the server finds a fault in a flow",
    "Kestra refuses …: tasks: must not be empty (validation): correct the flow; nothing was changed",
    on(/flows\/validate/, json(200, [{ index: 0, constraints: "tasks: must not be empty" }])),
  ),
  refused(
    "older",
    "the server is of an older version",
    "Kestra 1.3.44 is too old: 2.0 or later is needed (…): upgrade the server",
    on(/configs/, json(200, { version: "1.3.44" })),
  ),
  refused(
    "no-version",
    "the server does not tell its version",
    "Kestra of an unknown version is too old: 2.0 or later is needed (…): upgrade the server",
    on(/configs/, json(200, {})),
  ),
  halfway(
    "409",
    "somebody else makes a flow at the same time",
    `Kestra answered 409: Flow id already exists (POST /flows): ${SO_FAR}`,
    on(/^POST \/flows$/, json(409, { message: "Flow id already exists" })),
  ),
  halfway(
    "cut-in-kv",
    "the connection breaks after some KV entries",
    `cannot reach …: … (…): ${SO_FAR}`,
    cutAfter(8),
  ),
  halfway(
    "cut-in-files",
    "the connection breaks after some files",
    `cannot reach …: … (…): ${SO_FAR}`,
    cutAfter(40),
  ),
  fault("killed", {
    broken: "the deployment is killed after some files",
    says: "",
    exit: "SIGKILL",
    leaves: "what was applied is whole and listed as ours",
    heals: "applied from there on, the same objects",
    prove: deploying({ killAfter: 40, halfway: true }),
  }),
  halfway(
    "500-in-flows",
    "the server fails at the flows",
    `Kestra answered 500: disk full (POST /flows): ${SO_FAR}`,
    on(/^POST \/flows$/, json(500, { message: "disk full" })),
  ),
  halfway(
    "edited-meanwhile",
    "a KV entry reads back different",
    `kv location reads back different from what was written (read-back check): ${SO_FAR}`,
    on(/^GET .*\/kv\/location$/, json(200, { type: "STRING", value: "elsewhere" })),
  ),
  tolerated("answer-lost", "a flow is made and the answer is lost", (call, response, done) => {
    if (call !== "POST /flows") return false;
    done();
    response.destroy();
    return true;
  }),
  fault("manifest-unreadable", {
    broken: "the list of what deployments own is spoilt",
    says: `error: the list of what deployments own cannot be read (namespace file ${MANIFEST}): restore an older revision of it in Kestra, or delete it and deploy with --adopt`,
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "nothing to do, the same objects",
    prove: async (declared) => {
      let good: Buffer | undefined;
      await deploying({
        onto: async (server, url) => {
          expect(await apply(url)).toMatchObject({ code: 0 });
          good = server.files.get(MANIFEST);
          server.files.set(MANIFEST, Buffer.from('{"owned": '));
        },
        mend: (server) => void server.files.set(MANIFEST, good!),
      })(declared);
    },
  }),
  fault("made-by-hand", {
    broken: "an entry of the same name was made by hand",
    says: "error: kv location: there already and not made by a deployment (Kestra): look at crime kestra plan --adopt; --adopt takes over what was made by hand",
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "applied once it is gone, the same objects",
    prove: deploying({
      onto: (server) => void server.kv.set("location", '"by hand"'),
      mend: (server) => void server.kv.delete("location"),
    }),
  }),
  fault("run-garbled", {
    broken: "the answer to a start of a flow has another shape",
    says: `error: the answer is not Kestra's JSON (POST /executions/toronto.crime/crime_pipeline): ${PROXY}`,
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "applied, the same objects",
    prove: deploying({
      args: ["run", "crime_pipeline", "--follow"],
      meddle: on(/executions/, json(200, { queued: true })),
    }),
  }),
  fault("run-not-deployed", {
    broken: "a flow is started that is not there",
    says: "error: Kestra answered 404: not found (POST /executions/toronto.crime/crime_pipeline): it is not there; deploy first: crime kestra apply",
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "applied, the same objects",
    prove: deploying({ args: ["run", "crime_pipeline"] }),
  }),
  fault("status-garbled", {
    broken: "the list of runs has another shape",
    says: `error: the answer is not Kestra's JSON (GET /executions/search): ${PROXY}`,
    exit: 1,
    leaves: "nothing was changed on the server",
    heals: "applied, the same objects",
    prove: deploying({ args: ["status"], meddle: on(/executions/, json(200, {})) }),
  }),
];
