// Loaded into the program by NODE_OPTIONS: does something at one call of node:fs, named by CRIME_FAULT
// as "ACTION FUNCTION PART_OF_A_PATH".
const fs = require("node:fs");

const [action, name, part] = (process.env.CRIME_FAULT ?? "").split(" ");

const die = () => process.kill(process.pid, "SIGKILL");
const full = () => {
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    errno: -28,
    syscall: "write",
  });
};
const concerns = (args) => args.some((arg) => typeof arg === "string" && arg.includes(part));

/** Writes half of what it is given, then dies or has no space left. */
const half =
  (write, end) =>
  (content, ...rest) =>
    Promise.resolve(write(content.slice(0, content.length / 2), ...rest)).then(end);

const actions = {
  kill:
    (real) =>
    (...args) =>
      concerns(args) ? die() : real(...args),
  full:
    (real) =>
    (...args) =>
      concerns(args) ? full() : real(...args),
  killHalf:
    (real) =>
    async (...args) =>
      halfOf(await real(...args), args, die),
  fullHalf:
    (real) =>
    async (...args) =>
      halfOf(await real(...args), args, full),
};

function halfOf(handle, args, end) {
  if (concerns(args)) handle.writeFile = half(handle.writeFile.bind(handle), end);
  return handle;
}

for (const holder of [fs, fs.promises]) {
  const real = holder[name];
  // The functions with a callback are Node's own affair.
  if (real && (holder === fs.promises || name.endsWith("Sync")))
    holder[name] = actions[action](real.bind(holder));
}
