/** Problem that the user has to fix; its message says what it is and how. */
export class Failure extends Error {}

export const say = (text) => console.log(`native: ${text}`);

/** Runs a step, and prints its name with the time it took. */
export async function step(name, action) {
  const start = performance.now();
  const result = await action();
  say(`${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}
