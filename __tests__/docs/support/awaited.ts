/**
 * What the documentation already names and this checkout does not have yet. A test fails as soon as one of them is
 * there: take it off then, so that it is checked like everything else.
 */
export const awaited = {
  commands: [] as readonly string[],
  files: [] as readonly string[],
};

/** Is this command one of them, with whatever arguments? */
export const isAwaited = (command: string): boolean =>
  awaited.commands.some((name) => command === name || command.startsWith(`${name} `));
