/**
 * A fault that a person can mend: shown as one line, without a stack trace.
 *
 * Everything else that is thrown is a bug and may show its stack with `--debug`.
 */
export class UserError extends Error {
  /**
   * @param what what went wrong, in plain words
   * @param where the file, address, setting or column concerned
   * @param hint what the reader can do about it
   * @param exitCode process exit code: 1 for an error, 2 for refused data
   */
  constructor(
    readonly what: string,
    readonly where: string,
    readonly hint: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(`${what} (${where}): ${hint}`);
    this.name = "UserError";
  }
}

/** The message of anything that was thrown; of a failed `fetch` its cause, which alone tells something. */
export function messageOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { message?: string; cause?: unknown };
  return cause === undefined ? (message ?? String(error)) : messageOf(cause);
}
