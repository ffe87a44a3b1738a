import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors";

/** The server could not be reached or did not answer as one should: nothing is wrong with the data. */
export class Unreachable extends Error {}

const RETRIED_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const FINAL_ERRORS = ["ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN"];

/** Until then the answer's head must be there. */
const TIMEOUT_MS = 20_000;
const TRIES = 3;
/** Before the second try; doubled for each further one. */
const RETRY_DELAY_MS = 500;

/**
 * GET. Answers that tell of a passing fault are asked for again.
 *
 * @throws Unreachable with the address and the reason in its message
 */
export async function get(url: string): Promise<Response> {
  const place = url.replace(/\?.*/, "");
  for (let attempt = 1; ; attempt++) {
    const head = new AbortController();
    const timer = setTimeout(
      () => head.abort(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    );
    let fault: string;
    try {
      // Compressed answers would hide how many bytes the server announced.
      const response = await fetch(url, { signal: head.signal, headers: { "accept-encoding": "identity" } });
      if (response.ok) return response;
      await response.body?.cancel();
      fault = `status ${response.status}`;
      if (!RETRIED_STATUS.has(response.status)) throw new Unreachable(`${place}: ${fault}`);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      fault = messageOf(error);
      if (FINAL_ERRORS.some((code) => fault.includes(code))) throw new Unreachable(`${place}: ${fault}`);
    } finally {
      clearTimeout(timer);
    }
    if (attempt >= TRIES) throw new Unreachable(`${place}: ${fault} (${TRIES} tries)`);
    await sleep(RETRY_DELAY_MS * 2 ** (attempt - 1));
  }
}

/** Bytes that the server announced for the body as it travels, when they can be compared with what arrives. */
export function announcedBytes(response: Response): number | undefined {
  const length = response.headers.get("content-length");
  const encoding = response.headers.get("content-encoding") ?? "identity";
  return length !== null && encoding === "identity" ? Number(length) : undefined;
}

/** The connection ended before the body did. */
export class BrokenTransfer extends Error {}

/**
 * The body's bytes.
 *
 * @throws BrokenTransfer when the connection breaks, or nothing arrives for `stallMs` milliseconds
 */
export async function* bodyOf(response: Response, stallMs = 60_000): AsyncGenerator<Uint8Array> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const announced = announcedBytes(response);
  let arrived = 0;
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const stalled = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
      });
      const part = await Promise.race([reader.read(), stalled]).finally(() => clearTimeout(timer));
      if (part.done) return;
      arrived += part.value.length;
      yield part.value;
    }
  } catch (error) {
    const of = announced === undefined ? "" : ` of ${announced}`;
    throw new BrokenTransfer(`${response.url} broke off after ${arrived}${of} bytes (${messageOf(error)})`);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * The body of a short answer, as text.
 *
 * @throws Unreachable when the connection breaks, or nothing arrives for `stallMs` milliseconds
 */
export async function textOf(response: Response, stallMs = 20_000): Promise<string> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of bodyOf(response, stallMs)) parts.push(part);
  } catch (error) {
    throw new Unreachable(messageOf(error));
  }
  return Buffer.concat(parts).toString("utf8");
}
