import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { recordOf } from "../testing/records";
import { lineOf } from "./record-line";
import { recordReader } from "./record-reader";

test("a line that is being written comes with a later call; one that does not grow is damaged, also on the first call", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-reader-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "record.jsonl");
  const damaged: number[] = [];
  const onDamaged = ({ line }: { readonly line: number }) => damaged.push(line);
  const look = async (read: ReturnType<typeof recordReader>) => {
    const ids: string[] = [];
    for await (const { id } of read()) ids.push(id);
    return [ids, damaged.splice(0)];
  };
  const [first, second, third] = [recordOf("SE", 0.1), recordOf("SE", 0.2), recordOf("SE", 0.3)].map((record, i) => ({
    ...record,
    id: `00000000000${i}`,
  }));
  const read = recordReader(folder, { onDamaged });
  await appendFile(file, lineOf(first!));
  expect(await look(read)).toEqual([[first!.id], []]);

  const line = lineOf(second!);
  await appendFile(file, line.slice(0, 100));
  expect(await look(read)).toEqual([[], []]);
  await appendFile(file, line.slice(100, 200));
  expect(await look(read)).toEqual([[], []]);
  await appendFile(file, line.slice(200));
  expect(await look(read)).toEqual([[second!.id], []]);

  await appendFile(file, lineOf(third!).slice(0, 100));
  expect(await look(read)).toEqual([[], []]);
  expect(await look(read)).toEqual([[], [3]]);
  expect(await look(recordReader(folder, { onDamaged }))).toEqual([[first!.id, second!.id], [3]]);
});
