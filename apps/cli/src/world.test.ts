import { describe, expect, test } from "vitest";
import { fakeWorld } from "./testing/world";
import { commandLine, invocationOf } from "./world";

test("the command can be pasted into a shell", () => {
  const args = ["train", "my run.yaml", "--options", `{"a": "it's"}`, "--rate=0.1"];
  expect(commandLine(fakeWorld(), args)).toBe(
    `weightcast train 'my run.yaml' --options '{"a": "it'\\''s"}' --rate=0.1`,
  );
});

test("the command that a wrapper sets is used instead", () => {
  const world = fakeWorld({ environment: { WEIGHTCAST_COMMAND: "npm start" } });
  expect(commandLine(world, ["reproduce", "fig4"])).toBe("npm start");
});

describe("the start of the command line", () => {
  test.each([
    ["/usr/bin/weightcast", {}, "weightcast"],
    ["/home/me/node_modules/weightcast/dist/weightcast.js", { npm_command: "exec" }, "npx weightcast"],
    ["/home/me/project/dist/weightcast.js", {}, "node dist/weightcast.js"],
    ["/opt/dist/weightcast.js", {}, "node /opt/dist/weightcast.js"],
  ])("%s %o: %s", (script, environment, expected) => {
    expect(invocationOf(script, "/home/me/project", environment)).toBe(expected);
  });
});
