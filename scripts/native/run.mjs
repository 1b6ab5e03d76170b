import { spawn } from "node:child_process";

/**
 * Runs a program to its end.
 * @param options `env`: variables to add to the environment; `show`: whether to print its output too @default false
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

/** Last lines of a text that are not empty. */
export const tail = (text, lines = 12) =>
  text
    .split("\n")
    .filter((line) => line.trim())
    .slice(-lines)
    .join("\n");
