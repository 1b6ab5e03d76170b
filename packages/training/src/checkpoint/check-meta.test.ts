import { expect, test } from "vitest";
import { beginning } from "../loop/progress";
import { checkMeta } from "./check-meta";
import { encodeCheckpoint } from "./checkpoint";
import { memoryStorage } from "./storage";

const checkpointOf = (identity: { readonly [name: string]: string | { readonly rate: number } }) =>
  encodeCheckpoint({ identity, progress: beginning, weights: [], slots: [], buffers: [] });

test("a checkpoint passes if its meta is the same; the first difference of another is named", async () => {
  const storage = memoryStorage();
  await checkMeta(storage, { rate: 0.1 }); // nothing is stored
  await storage.write(checkpointOf({ optimizer: "adam", meta: { rate: 0.1 } }));
  await checkMeta(storage, { rate: 0.1 });
  const refused = (meta: Parameters<typeof checkMeta>[1]) => expect(checkMeta(storage, meta)).rejects;
  const message = (difference: string) =>
    `train: the checkpoint is of another run: ${difference}; remove it, or choose another path`;
  await refused({ rate: 0.2 }).toMatchObject({
    code: "CHECKPOINT_MISMATCH",
    message: message("meta.rate is 0.1 there and 0.2 here"),
  });
  await refused({ rate: 0.1, seed: 1 }).toThrow(message("meta.seed is absent there and 1 here"));
  await storage.write(checkpointOf({ optimizer: "adam" }));
  await refused({ rate: 0.1 }).toThrow(message('meta is null there and {"rate":0.1} here'));
  await storage.write(Uint8Array.of(1, 2, 3));
  await refused({ rate: 0.1 }).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
});
