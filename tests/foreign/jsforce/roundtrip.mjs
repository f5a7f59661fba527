// Does with jsforce what the checks say, at the sandbox whose URL is given, and prints one line of JSON for each:
// {"check": name, "got": what jsforce gave} or {"check": name, "failed": why it threw}. What is right is said elsewhere.
import * as queries from './queries.mjs';
import * as records from './records.mjs';
import * as refusals from './refusals.mjs';
import * as schema from './schema.mjs';
import * as sessions from './sessions.mjs';
import { Sandbox } from './sandbox.mjs';

const sandbox = new Sandbox(process.argv[2]);

for (const checks of [sessions, records, queries, schema, refusals]) {
  for (const [check, run] of Object.entries(checks)) {
    await sandbox.reset();
    try {
      console.log(JSON.stringify({ check, got: await run(await sandbox.connect(), sandbox) }));
    } catch (problem) {
      console.log(JSON.stringify({ check, failed: String(problem.stack ?? problem) }));
    }
  }
}
