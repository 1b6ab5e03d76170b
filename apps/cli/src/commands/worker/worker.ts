import { type Command, Option } from "commander";
import { integer } from "../../input/parse";
import { addMachineOptions, storeOption } from "../../input/runner-options";
import type { World } from "../../world";
import type { WorkerFlags } from "./flags";

/** `weightcast worker`: does the runs of a queue. Its code is loaded when it runs, so that help is fast. */
export function addWorker(parent: Command, world: World): void {
  const command = parent
    .command("worker")
    .summary("do runs that other machines put into a queue")
    .description(
      "Does runs that train, sweep and reproduce put into a queue by --queue, until it is stopped; runs that go on are then put back " +
        "with a checkpoint. Start one on each machine, with the same --engine and --execution, and in a folder from which paths to " +
        "data are the same. If all have the same --store, or --folder is one that they share, another machine goes on where one that is " +
        "gone has stopped.",
    )
    .argument("[url]", "Redis server: redis://HOST:PORT, or rediss:// with TLS (default: WEIGHTCAST_QUEUE)");
  addMachineOptions(command)
    .addOption(new Option("--jobs <n>", "runs at a time (default: one per core)").argParser(integer(1)))
    .addOption(
      new Option(
        "--silence <seconds>",
        "time after which a worker counts as gone, and its runs are given to others; the same for all workers",
      )
        .argParser(integer(1))
        .default(30),
    )
    .addOption(
      storeOption(
        "store for checkpoints, for machines that share no folder: s3://BUCKET/PREFIX, with the keys and the server that AWS's client finds",
      ),
    )
    .option("--allow-use", "load the packages that runs name in `use`, which runs their code")
    .addHelpText("after", examples)
    .action(async (url: string | undefined, options: WorkerFlags) => {
      const { serve } = await import("./serve");
      await serve(url, options, world);
    });
}

const examples = `
Examples:
  $ weightcast worker redis://10.0.0.5:6379                       on each machine
  $ weightcast worker redis://10.0.0.5:6379 --folder /shared/runs --jobs 4
  $ weightcast worker redis://10.0.0.5:6379 --store s3://my-bucket/digits   machines that share no folder
  $ weightcast sweep run.yaml --seed 1,2,3 --queue redis://10.0.0.5:6379   on one of them

A password belongs into WEIGHTCAST_QUEUE=redis://user:password@host:port, for both commands; keys of a store into AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, or a profile, AWS_PROFILE; a server that is not AWS's into AWS_ENDPOINT_URL_S3.
`;
