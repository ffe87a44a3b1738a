import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { slice } from "../../support/crime";
import { packageOf } from "../../support/portal";
import { faultyPortal, meddling, type Answer } from "../support/faulty-portal";
import { inArea, type Fault } from "../support/fault";
import { laptop } from "../support/laptop";

const fault = inArea("portal");

const KEPT = "the last good snapshot is kept, and exit 0 says that it is served";
const MAJOR = packageOf.major;

type Wrong = (response: ServerResponse) => void;
/** Answers wrongly to some requests about major crimes. */
const on =
  (part: "package_show" | "datastore_search" | "dump", wrong: Wrong): Answer =>
  (path, response) => {
    if (!path.includes(part) || !path.includes(MAJOR)) return false;
    wrong(response);
    return true;
  };
const status =
  (code: number): Wrong =>
  (response) =>
    void response.writeHead(code).end("out of order");
const body =
  (text: string | Buffer, headers: Record<string, string | number> = {}): Wrong =>
  (response) =>
    void response.writeHead(200, headers).end(text);
/** Bytes as no HTTP library would send them. */
const raw =
  (head: string, text: string): Wrong =>
  (response) => {
    const { socket } = response;
    socket!.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n${head}\r\n\r\n${text}`, () => socket!.end());
  };
const portal = (answer: Answer, choice?: "auto" | "portal") =>
  laptop((world) => faultyPortal(world, answer, choice));

const kept = (id: string, broken: string, reason: string, answer: Answer, waits?: true): Fault =>
  fault(id, {
    broken,
    says: `! major_crimes: the portal cannot be reached (${reason}); keeping the snapshot of …`,
    exit: 0,
    leaves: KEPT,
    prove: portal(answer),
    ...(waits && { waits }),
  });
const refused = (id: string, broken: string, reason: string, answer: Answer, waits?: true): Fault =>
  fault(id, {
    broken,
    says: `! major_crimes: ${reason}`,
    exit: 2,
    prove: portal(answer),
    ...(waits && { waits }),
  });

const started = slice("major_crimes", 50);
let hiccups = 0;
let reloads = 0;

export const PORTAL: readonly Fault[] = [
  fault("absent", {
    broken: "nothing listens at the portal's address",
    says: "! major_crimes: the portal cannot be reached (…: …ECONNREFUSED…); keeping the snapshot of …",
    exit: 0,
    leaves: KEPT,
    prove: laptop(async (world) => {
      const gone = await meddling("", () => true);
      await gone.stop();
      world.env = { CRIME_PORTAL_URL: gone.url };
      return { meet: () => world.run(["run"]) };
    }),
  }),
  kept(
    "503",
    "every request about a dataset is answered 503",
    "…: status 503 (3 tries)",
    (path, response) => {
      if (!path.includes(MAJOR)) return false;
      status(503)(response);
      return true;
    },
  ),
  fault("503-asked-for", {
    broken: "the portal answers 503 and was asked for by name",
    says: "! major_crimes: …: status 503 (3 tries)",
    exit: 2,
    prove: portal(on("package_show", status(503)), "portal"),
  }),
  fault("hiccup", {
    broken: "one answer of 503, then good ones",
    says: "✔ major_crimes       already in the lake: 2,000 rows, …",
    exit: 0,
    leaves: "tolerated: asked again",
    prove: portal((path, response) => {
      if (!path.includes("dump") || !path.includes(MAJOR) || hiccups++ > 0) return false;
      status(503)(response);
      return true;
    }),
  }),
  kept(
    "404",
    "the dataset's page is gone (404)",
    "…/package_show: status 404",
    on("package_show", status(404)),
  ),
  kept("dump-404", "the resource's file is gone (404)", "…: status 404", on("dump", status(404))),
  kept(
    "silent",
    "connections are taken and never answered",
    "…: no answer within 20 s (3 tries)",
    on("package_show", () => undefined),
    true,
  ),
  kept(
    "answer-stalls",
    "an API answer begins and never ends",
    "… broke off after … bytes (nothing came for 20 s)",
    on("package_show", (response) => void response.writeHead(200).write('{"success": true')),
    true,
  ),
  refused(
    "dump-stalls",
    "the file begins and nothing more arrives",
    "… broke off after … bytes (nothing came for 60 s); run again",
    on("dump", (response) => void response.writeHead(200).write(started)),
    true,
  ),
  refused(
    "dump-cut",
    "the connection breaks before the announced end, twice",
    "… broke off after … of 99999 bytes (…); run again",
    on("dump", (response) => {
      response.writeHead(200, { "content-length": 99_999 });
      response.write(started, () => setTimeout(() => response.destroy(), 50));
    }),
  ),
  refused(
    "dump-cut-unannounced",
    "the connection breaks in the middle of a file of unknown length",
    "… broke off after … bytes (…); run again",
    on(
      "dump",
      (response) =>
        void response.writeHead(200).write(started, () => setTimeout(() => response.destroy(), 50)),
    ),
  ),
  refused(
    "length-too-short",
    "content-length announces less than is sent",
    "line 11 has … fields where the header has 29; the file is damaged or was cut; fetch it again",
    on("dump", raw("content-length: 3000", started)),
  ),
  refused(
    "length-too-long",
    "content-length announces more than is sent",
    "… broke off after … of 99999 bytes (…); run again",
    on("dump", raw("content-length: 99999", started)),
  ),
  refused(
    "gzip-broken",
    "the file is said to be compressed and is not",
    "… broke off after … bytes (…); run again",
    on("dump", body(started, { "content-encoding": "gzip" })),
  ),
  refused(
    "gzip-unannounced",
    "the file is compressed without saying so",
    "a compressed file came; unpack it first",
    on("dump", body(gzipSync(started.repeat(500)))),
  ),
  kept(
    "answer-gzip-broken",
    "an API answer is said to be compressed and is not",
    "… broke off after … bytes (…)",
    on("package_show", body("{}", { "content-encoding": "gzip" })),
  ),
  kept(
    "redirect-loop",
    "the portal redirects for ever",
    "…: redirect count exceeded (3 tries)",
    on(
      "package_show",
      (response) => void response.writeHead(302, { location: `/package_show?id=${MAJOR}` }).end(),
    ),
  ),
  refused(
    "redirect-to-page",
    "the file's address redirects to a page to log in",
    'an HTML page ("Please log in") came instead of a CSV file; look at the address; the publisher may be down',
    (path, response) => {
      if (path === "/login") body("<!DOCTYPE html><h1>Please log in</h1>")(response);
      else if (path.includes("dump") && path.includes(MAJOR))
        response.writeHead(302, { location: "/login" }).end();
      else return false;
      return true;
    },
  ),
  kept(
    "answer-page",
    "the API answers with a page",
    "…: not the answer of an open data portal",
    on("package_show", body("<html>We will be back</html>")),
  ),
  kept(
    "answer-garbled",
    "the API's JSON is cut",
    "…: not the answer of an open data portal",
    on("datastore_search", body('{"success": true, "result": {"tot')),
  ),
  fault("answer-garbled-asked-for", {
    broken: "the API's JSON has another shape, and the portal was asked for by name",
    says: "! major_crimes: …: not the answer of an open data portal",
    exit: 2,
    prove: portal(on("package_show", body('{"success": true, "result": []}')), "portal"),
  }),
  kept(
    "resource-missing",
    "the dataset has no table any more",
    `…: package ${MAJOR} has no datastore resource`,
    on("package_show", body('{"success": true, "result": {"resources": []}}')),
  ),
  fault("resource-renamed", {
    broken: "the table was renamed, and the old one still answers with old rows",
    says: "✔ major_crimes       already in the lake: 2,000 rows, …",
    exit: 0,
    leaves: "tolerated: the table that changed last is taken",
    prove: portal((path, response) => {
      if (!path.includes("before-the-rename")) return false;
      body(started)(response);
      return true;
    }),
  }),
  fault("stamp-garbled", {
    broken: "last_modified is no time stamp",
    says: "✔ major_crimes       already in the lake: 2,000 rows, …",
    exit: 0,
    leaves: "tolerated: no time of publication is recorded",
    prove: portal(
      on("package_show", (response) => {
        const stamp = 'it\'s "now"';
        const resources = [{ id: `current-${MAJOR}`, datastore_active: true, last_modified: stamp }];
        body(JSON.stringify({ success: true, result: { resources } }))(response);
      }),
    ),
  }),
  refused(
    "rows-missing",
    "the file has a row less than the portal counts",
    "2,000 rows arrived where the portal counts 2,001; fetch it again",
    on(
      "datastore_search",
      body('{"success": true, "result": {"total": 2001}}', { "content-type": "application/json" }),
    ),
  ),
  refused(
    "reloading",
    "the portal's own count changes as long as one looks",
    "the portal is reloading its table (… rows, then …) (3 tries); run again in an hour",
    on("datastore_search", (response) =>
      body(`{"success": true, "result": {"total": ${reloads++}}}`)(response),
    ),
  ),
  fault("address-404", {
    broken: "an address given by hand is gone (404)",
    says: "! major_crimes: …/major.csv: status 404",
    exit: 2,
    prove: laptop(async (world) => {
      const made = await faultyPortal(world, () => false);
      const url = `${world.env["CRIME_PORTAL_URL"]}/major.csv`;
      return { ...made, meet: () => world.run(world.args(url)) };
    }),
  }),
];
