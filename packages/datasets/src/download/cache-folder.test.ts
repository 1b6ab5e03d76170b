import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "./cache-folder";

const home = join("/", "home", "me");

test.each<[string, string, Record<string, string>, string]>([
  ["WEIGHTCAST_CACHE comes first", "linux", { WEIGHTCAST_CACHE: "/data/w", XDG_CACHE_HOME: "/xdg" }, "/data/w"],
  ["then XDG_CACHE_HOME, on every platform", "darwin", { XDG_CACHE_HOME: "/xdg" }, join("/xdg", "weightcast")],
  ["a relative XDG_CACHE_HOME is ignored", "linux", { XDG_CACHE_HOME: "xdg" }, join(home, ".cache", "weightcast")],
  [
    "an empty variable counts as unset",
    "linux",
    { WEIGHTCAST_CACHE: "", XDG_CACHE_HOME: "" },
    join(home, ".cache", "weightcast"),
  ],
  ["macOS", "darwin", {}, join(home, "Library", "Caches", "weightcast")],
  ["Windows", "win32", { LOCALAPPDATA: "/local" }, join("/local", "weightcast")],
  ["Windows without LOCALAPPDATA", "win32", {}, join(home, "AppData", "Local", "weightcast")],
])("%s", (_, platform, env, folder) => {
  expect(cacheFolder({ env, platform, home })).toBe(folder);
});

test("the default is the environment of this process", () => {
  expect(cacheFolder({ env: {}, platform: "linux" })).toBe(join(homedir(), ".cache", "weightcast"));
  expect(cacheFolder()).toBe(cacheFolder({ env: process.env, platform: process.platform, home: homedir() }));
});
