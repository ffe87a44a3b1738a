import { lintFlows } from "./lint";

/** `npm run lint:flows` */
const faults = lintFlows(process.argv[2]);
for (const { file, line, message } of faults)
  process.stderr.write(`kestra/flows/${file}:${line}: ${message}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
