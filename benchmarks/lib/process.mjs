import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Environment without colors, log lines of TensorFlow, and compiled Python files in the repository. */
const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", PYTHONDONTWRITEBYTECODE: "1", NO_COLOR: "1" };

/**
 * Starts a contender.
 *
 * @returns `{ ask(request), close(), peakBytes() }`; `ask()` without a request waits for the contender's next line
 */
export function startProcess([program, ...args]) {
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text) => (errors = `${errors}${text}`.slice(-4000)));
  child.stdin.on("error", () => {}); // the process has ended, which `gone` reports
  const gone = new Promise((_, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) =>
      fail(new Error(`${args.join(" ")} ended with ${signal ?? `code ${code}`}:\n${errors.trim()}`)),
    );
  });
  gone.catch(() => {});
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** Next line that is an object; libraries print other lines. */
  const answer = async () => {
    for (;;) {
      const { value, done } = await answers.next();
      if (done) return gone;
      if (value.startsWith("{")) return JSON.parse(value);
    }
  };
  return {
    async ask(request) {
      if (request) child.stdin.write(`${JSON.stringify(request)}\n`);
      return Promise.race([answer(), gone]);
    },
    close: () => child.kill(),
    peakBytes: () => peakBytes(child.pid),
  };
}

/** Peak memory of a process so far; undefined if the system does not report it (only Linux does). */
function peakBytes(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return 1024 * kilobytes;
  } catch {
    return undefined;
  }
}
