/** Process that gets killed: `node killed-writer.mjs <file> <log>` replaces the file and appends to the log until then. */
import { appendWhole, writeWhole } from "../index";

const [file, log] = process.argv.slice(2) as [string, string];
for (let i = 1; ; i++) {
  await writeWhole(file, Buffer.alloc(300_000, i % 256));
  await appendWhole(log, `${JSON.stringify({ i, text: "x".repeat(20_000) })}\n`);
  process.stdout.write(".");
}
