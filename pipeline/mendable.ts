import { messageOf, UserError } from "../errors";

const HINTS: readonly (readonly [
  code: readonly string[],
  said: RegExp | undefined,
  what: string,
  hint: string,
])[] = [
  [
    ["ENOSPC", "EDQUOT", "EFBIG"],
    /No space left on device|Disk quota exceeded|File too large/i,
    "the disk is full",
    "free some space and run again; what is published stands",
  ],
  [
    ["EACCES", "EPERM", "EROFS"],
    /Permission denied|Read-only file system/i,
    "it may not be written",
    "get the right to write there, or choose another folder with --data-dir",
  ],
  [
    ["ENOTDIR", "EEXIST", "EISDIR"],
    undefined,
    "a file stands where a folder is needed, or a folder where a file is",
    "move it away, or choose another folder with --data-dir",
  ],
];

/**
 * What a disk or a folder can do wrong, as a fault that a person can mend; any other error as it is.
 *
 * @param place named when the error does not say what file it is about
 */
export function mendable(error: unknown, place: string): unknown {
  if (error instanceof UserError) return error;
  const { code = "", path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const said = messageOf(error);
  const known = HINTS.find(([codes, words]) => codes.includes(code) || words?.test(said));
  return known ? new UserError(known[2], dest ?? path ?? place, known[3]) : error;
}
