import { spawn } from "node:child_process";

/**
 * Runs a program to its end.
 * @param options `env`: added to the environment; `show`: let its output through as well @default false
 * @returns `code` (null if it could not start), `output`, `errors` as text
 */
export function run(program, args, { env = {}, cwd, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (data) => {
      output += data;
      if (show) process.stdout.write(data);
    });
    child.stderr.on("data", (data) => {
      errors += data;
      if (show) process.stderr.write(data);
    });
    child.on("error", (error) => resolve({ code: null, output, errors: error.message }));
    child.on("close", (code) => resolve({ code, output, errors }));
  });
}

/** The last lines of a text that say something. */
export const tail = (text, lines = 12) =>
  text
    .split("\n")
    .filter((line) => line.trim())
    .slice(-lines)
    .join("\n");
