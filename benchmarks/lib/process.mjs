import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** No colors, no log lines of TensorFlow's, no compiled Python files in the repository. */
const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", PYTHONDONTWRITEBYTECODE: "1", NO_COLOR: "1" };

/**
 * Starts a contender.
 *
 * @returns `{ ask(request), close(), peakBytes() }`; `ask()` without a request waits for what it says by itself
 */
export function startProcess([program, ...args]) {
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (text) => (complaints = `${complaints}${text}`.slice(-4000)));
  child.stdin.on("error", () => {}); // it has ended; `gone` tells
  const gone = new Promise((_, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) =>
      fail(new Error(`${args.join(" ")} ended with ${signal ?? `code ${code}`}:\n${complaints.trim()}`)),
    );
  });
  gone.catch(() => {});
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** The next line that is an object; libraries print lines of their own. */
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

/** The most memory that a process has held so far; undefined where the system does not tell (it is Linux that does). */
function peakBytes(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return 1024 * kilobytes;
  } catch {
    return undefined;
  }
}
