import { memoryStorage } from "@weightcast/training";
import { expect, test, vi } from "vitest";
import { onceOfThreads, threadLog } from "./thread-log";

const bytes = Uint8Array.of(1, 2, 3);

test("the numbers of threads of a run that is resumed are kept, in order; one that starts over forgets them", async () => {
  const [log, checkpoint] = [memoryStorage(), memoryStorage()];
  const process = async (threads: number, resumes: boolean) => {
    const one = threadLog(log, threads);
    const before = await one.before();
    if (resumes) one.resumed();
    await one.around(checkpoint).write(bytes);
    expect(await one.around(checkpoint).read()).toEqual(bytes);
    return { before, all: one.all() };
  };
  expect(await process(4, false)).toEqual({ before: [], all: [4] });
  expect(await process(4, true)).toEqual({ before: [4], all: [4] });
  expect(await process(2, true)).toEqual({ before: [4], all: [4, 2] });
  expect(await process(4, true)).toEqual({ before: [4, 2], all: [4, 2, 4] });
  expect(await process(1, false)).toEqual({ before: [4, 2, 4], all: [1] });
});

test("a damaged log counts as none", async () => {
  const log = memoryStorage();
  await log.write(new TextEncoder().encode("4,x"));
  expect(await threadLog(log, 2).before()).toEqual([]);
});

test("other numbers of threads are told once, with the flag that gives the same numbers", () => {
  const tell = vi.fn();
  const warn = onceOfThreads(2, tell);
  warn("resumed", undefined);
  warn("resumed", []);
  warn("resumed", [2]);
  expect(tell).not.toHaveBeenCalled();
  warn("resumed", [4]);
  warn("found in the record", [8]);
  expect(tell.mock.calls).toEqual([
    [
      "a run resumed was computed with 4 threads a step, not 2: the last digits of its numbers differ from those of 2; for the same numbers add --threads 4",
    ],
  ]);
});
